//! What an interaction is.

use serde::{Deserialize, Serialize};

use crate::clients::ClientPk;
use crate::clock::Timestamp;
use crate::device_authorizations::DeviceAuthorizationId;
use crate::random::Random;
use crate::secret::{Digest, Secret, generate_prefixed, parse_prefixed};
use crate::sessions::SessionId;
use crate::tenants::TenantId;

/// The name of an interaction in URLs and forms. Only its digest is stored.
#[derive(Clone, Debug)]
pub struct InteractionToken(Secret);

impl InteractionToken {
    const PREFIX: &'static str = "gkin_";

    /// A fresh one.
    pub fn generate(random: &Random) -> Self {
        Self(generate_prefixed(Self::PREFIX, random))
    }

    /// Reads what a request brings; junk is refused without a look into the database.
    pub fn parse(text: &str) -> Option<Self> {
        parse_prefixed(Self::PREFIX, text).map(Self)
    }

    /// The text for URLs and forms.
    pub fn expose(&self) -> &str {
        self.0.expose()
    }

    /// What is stored.
    pub fn digest(&self) -> Digest {
        self.0.digest()
    }
}

/// An authorization request that waits for a person.
#[derive(Clone, Debug)]
pub struct Interaction {
    /// Digest of its token.
    pub id: Digest,
    /// The organisation that owns the client.
    pub tenant_id: TenantId,
    /// The client that asks.
    pub client_pk: ClientPk,
    /// The organisation that the issuer is confined to.
    pub issuer_tenant_id: Option<TenantId>,
    /// Digest of the cookie of the browser that brought it.
    pub browser: Digest,
    /// The request's parameters as they came.
    pub request: Vec<(String, String)>,
    /// What the person has done so far.
    pub progress: Progress,
    /// When it began.
    pub created_at: Timestamp,
    /// When it is given up.
    pub expires_at: Timestamp,
    /// The device that waits for it; none when a browser brought an authorization request.
    pub device: Option<DeviceAuthorizationId>,
}

impl Interaction {
    /// One parameter of the request; an empty one counts as absent.
    pub fn parameter(&self, name: &str) -> Option<&str> {
        self.request
            .iter()
            .find(|(key, value)| key == name && !value.is_empty())
            .map(|(_, value)| value.as_str())
    }
}

/// What the person has done so far.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Progress {
    /// The mail address that was typed.
    pub email: Option<String>,
    /// The organisation that was chosen.
    pub tenant_id: Option<TenantId>,
    /// The session that the request shall be answered for: chosen from the list or begun here.
    pub session_id: Option<SessionId>,
    /// Whether the person proved who they are in this interaction, which satisfies `prompt=login` and `max_age`.
    pub signed_in: bool,
    /// Whether the person picked an account in this interaction, which satisfies `prompt=select_account`.
    pub account_chosen: bool,
    /// What the person said to the consent question.
    pub consent: Option<Consented>,
}

/// The answer to the consent question.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Consented {
    /// Allow.
    Given,
    /// Cancel.
    Refused,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_read_back_and_junk_is_not() {
        let token = InteractionToken::generate(&Random::default());
        assert_eq!(InteractionToken::parse(token.expose()).unwrap().digest(), token.digest());
        for junk in [
            "",
            "gkin_",
            "gkac_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
            &token.expose()[1..],
            &format!("{}x", token.expose()),
            "gkin_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa/",
        ] {
            assert!(InteractionToken::parse(junk).is_none(), "{junk}");
        }
    }
}
