//! Who calls, by access token (RFC 6750 2.1, RFC 9068 4).
//!
//! Tokens of every issuer of this server are accepted, the instance's and the organisations', as long as they are meant
//! for that issuer itself: a token for another API is not taken here, whoever signed it.

use super::{Code, Error};
use crate::app::App;
use crate::clock::Timestamp;
use crate::db::DbError;
use crate::keyring::{Expected, JwtError, jwt};
use crate::tenants::{Issuer, TenantId};
use crate::tokens::{ACCESS_TOKEN_TYPE, AccessClaims, AccessState};

/// The holder of an access token that stands.
#[derive(Clone, Debug)]
pub struct Caller {
    /// What the token says.
    pub claims: AccessClaims,
    /// The organisation of the person or program.
    pub tenant_id: TenantId,
}

impl Caller {
    /// Whether the token was granted this scope.
    pub fn has(&self, scope: &str) -> bool {
        self.scopes().any(|have| have == scope)
    }

    /// The token's scopes.
    pub fn scopes(&self) -> impl Iterator<Item = &str> {
        self.claims.scope.split(' ').filter(|scope| !scope.is_empty())
    }

    /// Whether the token stands for a program that speaks for itself: no person ever granted it anything.
    pub fn is_service(&self) -> bool {
        self.claims.grant_id.is_none() && self.claims.sub == self.claims.client_id
    }
}

/// The token in the `Authorization` headers of a request, of which there may be one. `None` stands for a header that is
/// not text.
///
/// # Errors
/// `AUTH_TOKEN_MISSING` without a token, `AUTH_TOKEN_INVALID` for what cannot be one.
pub fn token<'a>(mut headers: impl Iterator<Item = Option<&'a str>>) -> Result<&'a str, Error> {
    let header = headers.next().ok_or_else(missing)?;
    if headers.next().is_some() {
        return Err(Error::token("more than one Authorization header"));
    }
    let header =
        header.ok_or_else(|| Error::token("the Authorization header is not text"))?.trim_matches([' ', '\t']);
    let (scheme, token) = header.split_once(' ').unwrap_or((header, ""));
    let token = token.trim_start_matches(' ');
    // The name of a scheme has no case (RFC 9110 11.1).
    if !scheme.eq_ignore_ascii_case("bearer") || token.is_empty() {
        return Err(missing());
    }
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~+/=".contains(&byte);
    if token.bytes().all(fits) { Ok(token) } else { Err(Error::token("not a b64token")) }
}

fn missing() -> Error {
    Error::new(Code::TokenMissing, "Send an access token: Authorization: Bearer TOKEN.")
}

/// Checks the token and that it still stands.
pub async fn authenticate(app: &App, token: &str, now: Timestamp) -> Result<Caller, Error> {
    let keys = app.keyring.snapshot();
    let expected = Expected::new(&[ACCESS_TOKEN_TYPE]);
    let claims: AccessClaims = jwt::verify(token, keys.keys(), &expected, now).map_err(|why| match why {
        JwtError::Expired => Error::new(
            Code::TokenExpired,
            "The access token has expired. Get another one at /v1/auth/refresh, or sign in again.",
        ),
        other => Error::token(other),
    })?;
    if !claims.aud.contains(&claims.iss) {
        return Err(Error::token("the token is for another service"));
    }
    let tenant_id: TenantId = claims.tenant_id.parse().map_err(|_| Error::token("no tenant_id"))?;
    let issuer = issuer(app, &claims.iss).await?.filter(|issuer| issuer.admits(tenant_id));
    if issuer.is_none() {
        return Err(Error::token("the token is not from an issuer of this server"));
    }
    match app.access_state(&claims, now).await? {
        AccessState::Live => Ok(Caller { claims, tenant_id }),
        AccessState::Ended => Err(Error::token("the token was ended")),
    }
}

/// The issuer with this `iss`. The key that signed is ours, and still the name must be one that we answer to today.
async fn issuer(app: &App, iss: &str) -> Result<Option<Issuer>, DbError> {
    let public_url = app.config.server.issuer();
    let issuer = match iss.strip_prefix(public_url).map(|rest| rest.strip_prefix("/t/")) {
        None => None,
        Some(None) => app.issuer(None).await?,
        Some(Some(slug)) => app.issuer(Some(slug)).await?,
    };
    Ok(issuer.filter(|issuer| issuer.url() == iss))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read<'a>(headers: &[Option<&'a str>]) -> Result<&'a str, Code> {
        token(headers.iter().copied()).map_err(|error| error.code)
    }

    #[test]
    fn one_bearer_header_is_read() {
        for good in ["Bearer a.b-c_d~e+f/g==", "bearer a.b-c_d~e+f/g==", "BEARER   a.b-c_d~e+f/g== "] {
            assert_eq!(read(&[Some(good)]), Ok("a.b-c_d~e+f/g=="), "{good}");
        }
    }

    #[test]
    fn none_and_another_scheme_are_missing_and_junk_is_invalid() {
        assert_eq!(read(&[]), Err(Code::TokenMissing));
        for missing in ["Bearer", "Bearer ", "", "Basic YTpi", "Bearerabc", "DPoP abc"] {
            assert_eq!(read(&[Some(missing)]), Err(Code::TokenMissing), "{missing}");
        }
        for junk in ["Bearer a b", "Bearer a\tb", "Bearer a,b", "Bearer \u{e9}"] {
            assert_eq!(read(&[Some(junk)]), Err(Code::TokenInvalid), "{junk}");
        }
        assert_eq!(read(&[None]), Err(Code::TokenInvalid));
        assert_eq!(read(&[Some("Bearer a"), Some("Bearer a")]), Err(Code::TokenInvalid));
        assert_eq!(read(&[Some("Bearer a"), None]), Err(Code::TokenInvalid));
    }
}
