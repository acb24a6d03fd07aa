//! Authorization codes (RFC 6749 4.1.2): used at most once, known to the database only by digest.

use super::{Facts, FamilyId};
use crate::clients::ClientPk;
use crate::clock::Timestamp;
use crate::random::Random;
use crate::secret::{Digest, Secret, generate_prefixed, parse_prefixed};
use crate::sessions::SessionId;
use crate::tenants::TenantId;
use crate::users::UserId;

/// A code as it travels. Its prefix keeps it apart from every other single-use value.
#[derive(Clone, Debug)]
pub struct CodeToken(Secret);

impl CodeToken {
    const PREFIX: &'static str = "gkac_";

    /// A fresh code of 256 random bits.
    pub fn generate(random: &Random) -> Self {
        Self(generate_prefixed(Self::PREFIX, random))
    }

    /// Reads what a request brings; anything of another kind is refused without a look into the database.
    pub fn parse(text: &str) -> Option<Self> {
        parse_prefixed(Self::PREFIX, text).map(Self)
    }

    /// The text for the redirect.
    pub fn expose(&self) -> &str {
        self.0.expose()
    }

    /// What is stored.
    pub fn digest(&self) -> Digest {
        self.0.digest()
    }
}

/// What a code stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuthorizationCode {
    /// Digest of the code.
    pub digest: Digest,
    /// The person's organisation.
    pub tenant_id: TenantId,
    /// The client it was issued to.
    pub client_pk: ClientPk,
    /// The person.
    pub user_id: UserId,
    /// The browser session it came from.
    pub session_id: Option<SessionId>,
    /// The organisation that the issuer is confined to.
    pub issuer_tenant_id: Option<TenantId>,
    /// Where it was sent; must be repeated when it is redeemed.
    pub redirect_uri: String,
    /// RFC 7636.
    pub code_challenge: Option<String>,
    /// What was agreed on.
    pub facts: Facts,
    /// What it became, once redeemed.
    pub family_id: Option<FamilyId>,
    /// When it was issued.
    pub created_at: Timestamp,
    /// When it dies unused.
    pub expires_at: Timestamp,
    /// When it was redeemed.
    pub redeemed_at: Option<Timestamp>,
}
