//! The name of a registered key.

use std::fmt;
use std::str::FromStr;

use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;

use crate::secret::Digest;

/// SHA-256 of the 32 raw bytes of a public key. As text it is 43 characters of base64 without padding.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Fingerprint([u8; 32]);

/// A text that is no fingerprint.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidFingerprint {
    /// It ends in `=`.
    #[error("a fingerprint has no \"=\" at its end")]
    Padded,
    /// It has another length.
    #[error("a fingerprint has 43 characters")]
    Length,
    /// It is not base64, or not the one way of writing these bytes.
    #[error("a fingerprint is standard base64")]
    NotBase64,
}

impl Fingerprint {
    /// The fingerprint of a key's raw bytes.
    pub fn of(public_key: &[u8; 32]) -> Self {
        Self(*Digest::of(public_key).as_bytes())
    }

    /// Wraps 32 bytes that are a fingerprint already.
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The 32 bytes.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl FromStr for Fingerprint {
    type Err = InvalidFingerprint;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.ends_with('=') {
            return Err(InvalidFingerprint::Padded);
        }
        if text.len() != 43 {
            return Err(InvalidFingerprint::Length);
        }
        let mut bytes = [0; 32];
        match STANDARD_NO_PAD.decode_slice(text, &mut bytes) {
            Ok(32) => Ok(Self(bytes)),
            _ => Err(InvalidFingerprint::NotBase64),
        }
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&STANDARD_NO_PAD.encode(self.0))
    }
}

impl fmt::Debug for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Fingerprint({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_is_one_way_to_write_a_fingerprint() {
        let text = "Vkdap1RjR0wChd9dvyvKtz2mUTWIOem3dIGy6rEHcIw";
        assert_eq!(text.parse::<Fingerprint>().unwrap().to_string(), text);
        for (wrong, why) in [
            (format!("{text}="), InvalidFingerprint::Padded),
            (format!("{text}A"), InvalidFingerprint::Length),
            (text[1..].to_owned(), InvalidFingerprint::Length),
            (String::new(), InvalidFingerprint::Length),
            (format!("{}-", &text[..42]), InvalidFingerprint::NotBase64),
            (format!("{} ", &text[..42]), InvalidFingerprint::NotBase64),
            // The last character carries two bits that belong to no byte.
            (format!("{}x", &text[..42]), InvalidFingerprint::NotBase64),
        ] {
            assert_eq!(wrong.parse::<Fingerprint>(), Err(why), "{wrong}");
        }
    }
}
