//! What a sign-in would give: headers and claims as they would be signed, made by what signs them, and never signed.

use serde::Serialize;
use serde_json::{Map, Value};

use super::{
    ACCESS_TOKEN_TYPE, AccessClaims, ClaimsRequest, Facts, FamilyId, Grant, ID_TOKEN_TYPE, MintError,
    Minting, userinfo,
};
use crate::keyring::{Algorithm, jwt};
use crate::sessions::SessionId;
use crate::tenants::Slug;
use crate::users::User;

/// What stands where the hash of the access token would: there is no token to hash.
const NO_HASH: &str = "(hash of the access token)";

/// A token without its signature, as two documents: nothing that anybody could present.
#[derive(Clone, Debug)]
pub struct Unsigned {
    /// The JOSE header.
    pub header: Value,
    /// The payload.
    pub claims: Map<String, Value>,
}

/// What a sign-in would give.
#[derive(Clone, Debug)]
pub struct Preview {
    /// The access token's contents.
    pub access_token: Unsigned,
    /// The ID token's; only with the scope `openid`.
    pub id_token: Option<Unsigned>,
    /// What the userinfo endpoint would answer to that access token; nothing if it would refuse it.
    pub userinfo: Option<Map<String, Value>>,
}

/// Somebody's sign-in that did not happen.
#[derive(Clone, Debug)]
pub struct Imagined {
    /// The person.
    pub user: User,
    /// The partner of their organisation.
    pub partner: Option<Slug>,
    /// The roles that they hold.
    pub roles: Vec<String>,
    /// Granted scopes.
    pub scopes: Vec<String>,
    /// The APIs that the access token would be for.
    pub audiences: Vec<String>,
}

fn unsigned(header: Value, claims: &impl Serialize) -> Result<Unsigned, MintError> {
    match serde_json::to_value(claims).map_err(jwt::EncodeError::Claims)? {
        Value::Object(claims) => Ok(Unsigned { header, claims }),
        _ => Ok(Unsigned { header, claims: Map::new() }),
    }
}

impl Minting {
    /// What a sign-in just now, by password, would give. Identifiers that every sign-in draws anew are drawn and belong to
    /// nothing.
    ///
    /// # Errors
    /// When there is no key that would sign.
    pub fn preview(&self, imagined: Imagined) -> Result<Preview, MintError> {
        let Imagined { user, partner, roles, scopes, audiences } = imagined;
        let (family, session): (FamilyId, SessionId) = (self.random.id(self.now), self.random.id(self.now));
        let facts = Facts {
            scopes: scopes.clone(),
            audiences,
            auth_time: self.now.seconds(),
            amr: vec!["pwd".into()],
            ..Facts::default()
        };
        let grant = Grant {
            user,
            partner,
            roles,
            facts,
            scopes,
            family,
            session_id: Some(session),
            refresh_token: None,
            first: true,
        };
        let (access, _) = self.grant_claims(&grant);
        let id_token = match grant.facts.has("openid") {
            false => None,
            true => {
                let header = self.header(self.id_algorithm(), ID_TOKEN_TYPE)?;
                Some(unsigned(header, &self.id_claims(&grant, NO_HASH.into()))?)
            }
        };
        let header = self.header(self.access_algorithm(&grant.facts.audiences), ACCESS_TOKEN_TYPE)?;
        Ok(Preview {
            access_token: unsigned(header, &access)?,
            id_token,
            userinfo: self
                .opens_userinfo(&access)
                .then(|| userinfo(&grant.user, &access, &ClaimsRequest::default())),
        })
    }

    /// Whether the userinfo endpoint takes this token: it is for the issuer, and has the scope.
    fn opens_userinfo(&self, claims: &AccessClaims) -> bool {
        claims.aud.iter().any(|audience| audience == self.issuer.url())
            && claims.scope.split(' ').any(|scope| scope == "openid")
    }

    fn header(&self, algorithm: Algorithm, typ: &str) -> Result<Value, MintError> {
        Ok(jwt::header_of(self.signer(algorithm)?, typ))
    }
}
