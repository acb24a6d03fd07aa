//! The flow token: a pending sign-in of an application, sealed into the value that travels as `state`.
//!
//! Nothing is stored: whichever node the browser comes back to opens the token with the master key. Sealing (AES-256-GCM)
//! keeps the token from being read, changed or made up, so the redirect URI inside it is one that was found registered.
//! It holds no secret of the person, and it may be shown: who has it can bring a code only to that redirect URI, and
//! the code is of use only to who knows the verifier behind the challenge.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};

use crate::clock::Timestamp;
use crate::random::Random;
use crate::secret::{MasterKey, SealError};
use crate::tenants::TenantId;

/// What flow tokens are sealed for.
const CONTEXT: &str = "auth_flow";
const PREFIX: &str = "gkfl_";
/// The longest `state` that the authorization endpoint echoes.
const MAX_LENGTH: usize = 2048;

/// A sign-in under way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Flow {
    /// The organisation whose people may sign in.
    #[serde(rename = "t")]
    pub tenant_id: TenantId,
    /// Where the application wants the code; found registered when the flow began.
    #[serde(rename = "r")]
    pub redirect_uri: String,
    /// What the application wants back with it.
    #[serde(rename = "s")]
    pub state: String,
    /// The application's code challenge.
    #[serde(rename = "c")]
    pub code_challenge: String,
    /// When the flow is given up, in seconds.
    #[serde(rename = "e")]
    pub expires_at: i64,
}

/// Why there is no flow token.
#[derive(Debug, thiserror::Error)]
pub enum SealFlowError {
    /// It would not fit into a `state`.
    #[error("state and redirect_uri are too long together")]
    TooLong,
    /// It cannot be written.
    #[error(transparent)]
    Json(#[from] serde_json::Error),
    /// It cannot be sealed.
    #[error(transparent)]
    Seal(#[from] SealError),
}

/// Why a flow token is not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum OpenFlowError {
    /// Not one of ours, or changed.
    #[error("not a flow of this server")]
    Unknown,
    /// Too late.
    #[error("the flow has expired")]
    Expired,
}

impl Flow {
    /// Writes the token.
    pub fn seal(&self, master: &MasterKey, random: &Random) -> Result<String, SealFlowError> {
        let sealed = master.seal(random, CONTEXT, &serde_json::to_vec(self)?)?;
        let token = format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode(sealed));
        if token.len() <= MAX_LENGTH { Ok(token) } else { Err(SealFlowError::TooLong) }
    }

    /// Reads a token that [`Flow::seal`] wrote.
    pub fn open(token: &str, master: &MasterKey, now: Timestamp) -> Result<Self, OpenFlowError> {
        let body = token.strip_prefix(PREFIX).filter(|_| token.len() <= MAX_LENGTH);
        let sealed = body.and_then(|body| URL_SAFE_NO_PAD.decode(body).ok()).ok_or(OpenFlowError::Unknown)?;
        let plain = master.open(CONTEXT, &sealed).map_err(|_| OpenFlowError::Unknown)?;
        let flow: Self = serde_json::from_slice(&plain).map_err(|_| OpenFlowError::Unknown)?;
        if now.seconds() < flow.expires_at { Ok(flow) } else { Err(OpenFlowError::Expired) }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    const NOW: Timestamp = Timestamp::from_seconds(1_800_000_000);

    fn master(byte: u8) -> MasterKey {
        MasterKey::from_bytes([byte; 32]).unwrap()
    }

    fn flow(state: &str) -> Flow {
        Flow {
            tenant_id: Random::default().id(NOW),
            redirect_uri: "https://app.example.com/cb?x=1".into(),
            state: state.into(),
            code_challenge: "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM".into(),
            expires_at: (NOW + Duration::from_secs(60)).seconds(),
        }
    }

    #[test]
    fn a_flow_is_read_back_and_shows_nothing() {
        let flow = flow("canary \"state\" \\ &=?");
        let token = flow.seal(&master(1), &Random::default()).unwrap();
        assert_eq!(Flow::open(&token, &master(1), NOW).unwrap(), flow);
        assert!(token.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte)), "{token}");
        let bytes = URL_SAFE_NO_PAD.decode(&token[PREFIX.len()..]).unwrap();
        assert!(!bytes.windows(6).any(|part| part == b"canary"));
        assert_ne!(token, flow.seal(&master(1), &Random::default()).unwrap());
    }

    #[test]
    fn no_changed_byte_no_other_key_and_no_other_context_opens_it() {
        let token = flow("s").seal(&master(1), &Random::default()).unwrap();
        assert_eq!(Flow::open(&token, &master(2), NOW), Err(OpenFlowError::Unknown));
        let bytes = URL_SAFE_NO_PAD.decode(&token[PREFIX.len()..]).unwrap();
        for at in 0..bytes.len() {
            let mut forged = bytes.clone();
            forged[at] ^= 1;
            let forged = format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode(forged));
            assert_eq!(Flow::open(&forged, &master(1), NOW), Err(OpenFlowError::Unknown), "byte {at}");
        }
        let plain = serde_json::to_vec(&flow("s")).unwrap();
        let elsewhere = master(1).seal(&Random::default(), "refresh_seed:1", &plain).unwrap();
        let elsewhere = format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode(elsewhere));
        assert_eq!(Flow::open(&elsewhere, &master(1), NOW), Err(OpenFlowError::Unknown));
    }

    #[test]
    fn a_flow_ends_on_time() {
        let token = flow("s").seal(&master(1), &Random::default()).unwrap();
        assert!(Flow::open(&token, &master(1), NOW + Duration::from_secs(59)).is_ok());
        let late = Flow::open(&token, &master(1), NOW + Duration::from_secs(60));
        assert_eq!(late, Err(OpenFlowError::Expired));
    }

    #[test]
    fn junk_is_refused() {
        let token = flow("s").seal(&master(1), &Random::default()).unwrap();
        let long = format!("{PREFIX}{}", "A".repeat(MAX_LENGTH));
        for junk in [
            "",
            PREFIX,
            &token[1..],
            &token[..token.len() - 4],
            &format!("{token}="),
            &token.replace("gkfl", "gkac"),
            &long,
        ] {
            assert_eq!(Flow::open(junk, &master(1), NOW), Err(OpenFlowError::Unknown), "{junk}");
        }
    }

    #[test]
    fn the_longest_state_fits_beside_a_usual_redirect_uri_and_no_token_is_longer_than_a_state_may_be() {
        let longest = flow(&"x".repeat(super::super::requests::MAX_STATE));
        assert!(longest.seal(&master(1), &Random::default()).unwrap().len() <= MAX_LENGTH);
        let too_long =
            Flow { redirect_uri: format!("https://app.example.com/{}", "y".repeat(500)), ..longest };
        assert!(matches!(too_long.seal(&master(1), &Random::default()), Err(SealFlowError::TooLong)));
    }
}
