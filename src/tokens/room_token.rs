//! Tokens for rooms: short ones that let one participant into one room of a media server, and do nothing else. Their type
//! keeps them from being taken for access tokens.

use serde::{Deserialize, Serialize};

use crate::clock::Timestamp;
use crate::keyring::{Algorithm, Snapshot, jwt};
use crate::random::Random;
use crate::secret::Secret;

use super::MintError;

/// The `typ` of a room token.
pub const ROOM_TOKEN_TYPE: &str = "room+jwt";

/// What a room token says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoomClaims {
    /// Issuer.
    pub iss: String,
    /// The participant.
    pub sub: String,
    /// The organisation.
    pub tenant_id: String,
    /// The key by which it was asked for; absent when it was none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key_id: Option<String>,
    /// What it lets the participant do, as media servers read it.
    pub video: RoomGrant,
    /// When it was made.
    pub iat: i64,
    /// From when on it counts.
    pub nbf: i64,
    /// Until when.
    pub exp: i64,
    /// Its name.
    pub jti: String,
}

/// What a room token grants.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RoomGrant {
    /// The room.
    pub room: String,
    /// Whether its holder may enter.
    pub room_join: bool,
}

impl RoomClaims {
    /// Signs it.
    ///
    /// # Errors
    /// When no key signs.
    pub fn sign(
        &self,
        keys: &Snapshot,
        (algorithm, random): (Algorithm, &Random),
        now: Timestamp,
    ) -> Result<Secret, MintError> {
        let signer = keys.signer(algorithm, now).ok_or(MintError::NoKey(algorithm))?;
        Ok(Secret::new(jwt::encode(signer, random, ROOM_TOKEN_TYPE, self)?))
    }
}
