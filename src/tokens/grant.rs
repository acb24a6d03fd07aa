//! What a successful redemption or refresh leaves in hand, before anything is signed.

use super::{Facts, FamilyId};
use crate::secret::Secret;
use crate::sessions::SessionId;
use crate::tenants::Slug;
use crate::users::User;

/// A committed grant: whoever holds this may sign tokens for it.
#[derive(Clone, Debug)]
pub struct Grant {
    /// The person.
    pub user: User,
    /// The partner of the person's organisation.
    pub partner: Option<Slug>,
    /// The roles that the person holds now.
    pub roles: Vec<String>,
    /// What was agreed on.
    pub facts: Facts,
    /// The scopes of this access token: those of the facts, or fewer.
    pub scopes: Vec<String>,
    /// The family.
    pub family: FamilyId,
    /// The browser session that the tokens speak of.
    pub session_id: Option<SessionId>,
    /// The refresh token to hand out.
    pub refresh_token: Option<Secret>,
    /// Whether this is the first answer, whose ID token carries the nonce.
    pub first: bool,
}

/// Tokens, signed and ready to be sent.
#[derive(Clone, Debug)]
pub struct IssuedTokens {
    /// RFC 9068.
    pub access_token: Secret,
    /// Seconds until the access token expires.
    pub expires_in: u64,
    /// OpenID Connect Core 2; only with the scope `openid`.
    pub id_token: Option<Secret>,
    /// The refresh token.
    pub refresh_token: Option<Secret>,
    /// The scopes of the access token.
    pub scopes: Vec<String>,
}
