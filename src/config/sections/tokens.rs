//! `[tokens]`

use std::time::Duration;

use crate::config::reader::Reader;
use crate::config::settings::section;
use crate::config::values::choices;
use crate::text::text_enum;

text_enum! {
    /// A signature algorithm of RFC 7518 or RFC 8037.
    pub enum SigningAlgorithm {
        /// RSA with SHA-256, PKCS #1 v1.5: every client can verify it.
        Rs256 = "RS256",
        /// ECDSA on P-256 with SHA-256.
        Es256 = "ES256",
        /// Ed25519.
        EdDsa = "EdDSA",
    }
}

text_enum! {
    /// The length of RSA keys.
    pub enum RsaBits {
        /// 2048 bits.
        Bits2048 = "2048",
        /// 3072 bits.
        Bits3072 = "3072",
        /// 4096 bits.
        Bits4096 = "4096",
    }
}
choices!(SigningAlgorithm: Text, RsaBits: Bare);

impl RsaBits {
    /// As a number.
    pub const fn count(self) -> usize {
        match self {
            Self::Bits2048 => 2_048,
            Self::Bits3072 => 3_072,
            Self::Bits4096 => 4_096,
        }
    }
}

section! {
    /// How long tokens live, and the keys that sign them.
    pub struct Tokens in "tokens" {
        /// How long an access token is valid. Services that verify it by themselves do not hear of a revocation before
        /// it ends, so keep it short.
        access_token_lifetime: Duration = Default("10m") within("1s", "24h"),
        /// How long an ID token is valid. Clients read it once, right after sign-in.
        id_token_lifetime: Duration = Default("10m") within("1s", "24h"),
        /// How long an authorization code can be redeemed.
        authorization_code_lifetime: Duration = Default("60s") within("1s", "60s"),
        /// How long a refresh token may lie unused: no longer than `refresh_token_lifetime`.
        refresh_token_idle_lifetime: Duration = Default("30d") within("1s", "3650d"),
        /// How long refresh tokens renew each other before the person has to sign in again.
        refresh_token_lifetime: Duration = Default("90d") within("1s", "3650d"),
        /// Within this time after a refresh token was used, using it again gives the same successor: browser tabs that
        /// refresh at once do not end each other's session. No longer than `refresh_retry_limit`.
        refresh_reuse_grace: Duration = Default("10s") within("0s", "1m"),
        /// Within this time, a client that never received the successor, and so never used it, gets another. Any later
        /// use of a used refresh token ends the whole family.
        refresh_retry_limit: Duration = Default("1h") within("0s", "24h"),
        /// What new signing keys are made for. `RS256` is what every client understands.
        signing_algorithm: SigningAlgorithm = Default("RS256"),
        /// The length of new RSA keys.
        rsa_bits: RsaBits = Default("2048"),
        /// How often the signing key changes.
        key_rotation_interval: Duration = Default("90d") within("1m", "3650d"),
        /// How long a new key is published before it signs, so that verifiers have it in their caches by then: no
        /// less than `jwks_max_age`, and no more than `key_rotation_interval`.
        key_publish_ahead: Duration = Default("24h") within("1s", "365d"),
        /// How long verifiers may cache the published keys (`Cache-Control` of the JWKS).
        jwks_max_age: Duration = Default("5m") within("0s", "24h"),
    }
}

impl Draft {
    /// Nothing may outlive what it is part of, and a key is known before it signs.
    pub fn check(&self, reader: &mut Reader<'_>) {
        reader.at_most(&self.refresh_token_idle_lifetime, &self.refresh_token_lifetime);
        reader.at_most(&self.refresh_reuse_grace, &self.refresh_retry_limit);
        reader.at_least(&self.key_publish_ahead, &self.jwks_max_age);
        reader.at_most(&self.key_publish_ahead, &self.key_rotation_interval);
    }
}
