//! Who calls, by access token (RFC 6750 2.1, RFC 9068 4).
//!
//! Tokens of every issuer of this server are accepted, the instance's and the organisations', as long as they are meant
//! for that issuer itself: a token for another API is not taken here, whoever signed it.

use super::App;
use crate::clock::Timestamp;
use crate::db::DbError;
use crate::keyring::{Expected, JwtError, jwt};
use crate::tenants::{Issuer, TenantId};
use crate::tokens::{ACCESS_TOKEN_TYPE, AccessClaims, AccessState};

/// The scope that an access token must have to manage something here: without it, no application that somebody signs in
/// to gets that person's powers.
pub use crate::clients::MANAGE_SCOPE;

/// The holder of an access token that stands.
#[derive(Clone, Debug)]
pub struct Caller {
    /// What the token says.
    pub claims: AccessClaims,
    /// The organisation of the person or program.
    pub tenant_id: TenantId,
}

/// Why a caller is not believed.
#[derive(Debug, thiserror::Error)]
pub enum CallerError {
    /// No access token was sent.
    #[error("no access token")]
    Missing,
    /// The token was good and its time is over.
    #[error("the access token has expired")]
    Expired,
    /// The token is not one that stands here; the text is for the log.
    #[error("{0}")]
    Invalid(String),
    /// The database failed.
    #[error(transparent)]
    Database(#[from] DbError),
}

impl CallerError {
    fn invalid(why: impl ToString) -> Self {
        Self::Invalid(why.to_string())
    }
}

/// What the log says of a program's own token that does not stand, where the token is ours and has not expired. Interfaces
/// that have a name of their own for that know it by these words.
mod of_programs {
    pub const FOR_ANOTHER: &str = "the token of a program is for another service";
    pub const ENDED: &str = "the token of a program was ended";
    pub const GONE: &str = "the program of this token is gone";
}

impl AccessClaims {
    /// Whether it stands for a program that speaks for itself: no person ever granted it anything.
    fn is_service(&self) -> bool {
        self.grant_id.is_none() && self.key_id.is_none()
    }

    /// Why it does not stand, in the words for whom it stands for.
    fn refused(&self, of_program: &str, otherwise: &str) -> CallerError {
        CallerError::invalid(if self.is_service() { of_program } else { otherwise })
    }
}

impl Caller {
    /// The token's person or program is not there any more.
    pub fn gone(&self) -> CallerError {
        self.claims.refused(of_programs::GONE, "the person of this token is gone")
    }

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
        self.claims.is_service()
    }
}

/// The token in the `Authorization` headers of a request, of which there may be one. `None` stands for a header that is
/// not text.
///
/// # Errors
/// [`CallerError::Missing`] without a token, [`CallerError::Invalid`] for what cannot be one.
pub fn bearer_token<'a>(mut headers: impl Iterator<Item = Option<&'a str>>) -> Result<&'a str, CallerError> {
    let header = headers.next().ok_or(CallerError::Missing)?;
    if headers.next().is_some() {
        return Err(CallerError::invalid("more than one Authorization header"));
    }
    let header = header
        .ok_or_else(|| CallerError::invalid("the Authorization header is not text"))?
        .trim_matches([' ', '\t']);
    let (scheme, token) = header.split_once(' ').unwrap_or((header, ""));
    let token = token.trim_start_matches(' ');
    // The name of a scheme has no case (RFC 9110 11.1).
    if !scheme.eq_ignore_ascii_case("bearer") || token.is_empty() {
        return Err(CallerError::Missing);
    }
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~+/=".contains(&byte);
    if token.bytes().all(fits) { Ok(token) } else { Err(CallerError::invalid("not a b64token")) }
}

impl App {
    /// Checks an access token for this server itself, and that it still stands.
    pub async fn caller(&self, token: &str, now: Timestamp) -> Result<Caller, CallerError> {
        self.caller_for(token, None, now).await
    }

    /// Checks an access token for an API, or for this server itself, and that it still stands.
    pub async fn caller_for(
        &self,
        token: &str,
        audience: Option<&str>,
        now: Timestamp,
    ) -> Result<Caller, CallerError> {
        let keys = self.keyring.snapshot();
        let expected = Expected::new(&[ACCESS_TOKEN_TYPE]);
        let claims: AccessClaims =
            jwt::verify(token, keys.keys(), &expected, now).map_err(|why| match why {
                JwtError::Expired => CallerError::Expired,
                other => CallerError::invalid(other),
            })?;
        let meant = audience.unwrap_or(&claims.iss);
        if !claims.aud.iter().any(|aud| aud == meant) {
            return Err(claims.refused(of_programs::FOR_ANOTHER, "the token is for another service"));
        }
        let tenant_id: TenantId =
            claims.tenant_id.parse().map_err(|_| CallerError::invalid("no tenant_id"))?;
        let issuer = self.issuer_named(&claims.iss).await?.filter(|issuer| issuer.admits(tenant_id));
        if issuer.is_none() {
            return Err(CallerError::invalid("the token is not from an issuer of this server"));
        }
        match self.access_state(&claims, now).await? {
            AccessState::Live => Ok(Caller { claims, tenant_id }),
            AccessState::Ended => Err(claims.refused(of_programs::ENDED, "the token was ended")),
        }
    }

    /// The issuer with this `iss`. The key that signed is ours, and still the name must be one that we answer to today.
    async fn issuer_named(&self, iss: &str) -> Result<Option<Issuer>, DbError> {
        let public_url = self.config.server.issuer();
        let issuer = match iss.strip_prefix(public_url).map(|rest| rest.strip_prefix("/t/")) {
            None => None,
            Some(None) => self.issuer(None).await?,
            Some(Some(slug)) => self.issuer(Some(slug)).await?,
        };
        Ok(issuer.filter(|issuer| issuer.url() == iss))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read<'a>(headers: &[Option<&'a str>]) -> Result<&'a str, bool> {
        // The error tells whether there was nothing to read.
        bearer_token(headers.iter().copied()).map_err(|error| matches!(error, CallerError::Missing))
    }

    #[test]
    fn one_bearer_header_is_read() {
        for good in ["Bearer a.b-c_d~e+f/g==", "bearer a.b-c_d~e+f/g==", "BEARER   a.b-c_d~e+f/g== "] {
            assert_eq!(read(&[Some(good)]), Ok("a.b-c_d~e+f/g=="), "{good}");
        }
    }

    #[test]
    fn none_and_another_scheme_are_missing_and_junk_is_invalid() {
        assert_eq!(read(&[]), Err(true));
        for missing in ["Bearer", "Bearer ", "", "Basic YTpi", "Bearerabc", "DPoP abc"] {
            assert_eq!(read(&[Some(missing)]), Err(true), "{missing}");
        }
        for junk in ["Bearer a b", "Bearer a\tb", "Bearer a,b", "Bearer \u{e9}"] {
            assert_eq!(read(&[Some(junk)]), Err(false), "{junk}");
        }
        assert_eq!(read(&[None]), Err(false));
        assert_eq!(read(&[Some("Bearer a"), Some("Bearer a")]), Err(false));
        assert_eq!(read(&[Some("Bearer a"), None]), Err(false));
    }
}
