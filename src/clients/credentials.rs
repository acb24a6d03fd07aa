//! How a client proves itself at the token endpoint: exactly one method a request, and only the registered one
//! (RFC 6749 2.3, OAuth 2.1 2.4).

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::secrets::matches_any;
use super::{AuthMethod, KnownClient};
use crate::clock::Timestamp;
use crate::secret::Secret;

/// What a request presents.
#[derive(Debug)]
pub struct Presented {
    /// The client it claims to be.
    pub client_id: String,
    /// How it proves that.
    pub method: AuthMethod,
    secret: Option<Secret>,
}

/// Why a request presents nothing that can be checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CredentialsError {
    /// Nothing at all.
    #[error("no client_id: send it in the form, or with the secret in an Authorization: Basic header")]
    Missing,
    /// More than one method.
    #[error("more than one way of client authentication in one request")]
    Several,
    /// Two different client ids.
    #[error("client_id in the form differs from the one in the Authorization header")]
    Mismatch,
    /// An Authorization header that cannot be read.
    #[error(
        "the Authorization header is not well-formed Basic: base64 of client_id:client_secret, each form-encoded"
    )]
    Malformed,
}

/// Why a well-formed proof does not convince. The client is told only that it failed; the log says why.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// The client is registered for another method.
    #[error("the client is registered for another authentication method")]
    WrongMethod,
    /// No live secret matches.
    #[error("wrong client secret")]
    WrongSecret,
    /// The client or its organisation is disabled.
    #[error("the client is disabled")]
    Disabled,
}

impl Presented {
    /// Reads the proof from the `Authorization` header and from the form's `client_id` and `client_secret`.
    pub fn read(
        authorization: Option<&str>,
        form_id: Option<&str>,
        form_secret: Option<&str>,
    ) -> Result<Self, CredentialsError> {
        let Some(header) = authorization else {
            let client_id = form_id.ok_or(CredentialsError::Missing)?.to_owned();
            let method = if form_secret.is_some() { AuthMethod::ClientSecretPost } else { AuthMethod::None };
            return Ok(Self { client_id, method, secret: form_secret.map(Secret::new) });
        };
        if form_secret.is_some() {
            return Err(CredentialsError::Several);
        }
        let (client_id, secret) = basic(header).ok_or(CredentialsError::Malformed)?;
        if form_id.is_some_and(|id| id != client_id) {
            return Err(CredentialsError::Mismatch);
        }
        Ok(Self { client_id, method: AuthMethod::ClientSecretBasic, secret: Some(secret) })
    }

    /// Compares the proof with what the client is registered with. The comparison is made in any case, so that a
    /// wrong method takes as long as a wrong secret.
    pub fn check(&self, known: &KnownClient, now: Timestamp) -> Result<(), Refused> {
        let secret_fits = self.secret.as_ref().is_some_and(|secret| matches_any(&known.secrets, secret, now));
        if self.method != known.client.auth_method {
            return Err(Refused::WrongMethod);
        }
        if self.method != AuthMethod::None && !secret_fits {
            return Err(Refused::WrongSecret);
        }
        if known.is_active() { Ok(()) } else { Err(Refused::Disabled) }
    }
}

/// `Basic` with both halves form-encoded before the base64 (RFC 6749 2.3.1).
fn basic(header: &str) -> Option<(String, Secret)> {
    let (scheme, encoded) = header.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let decoded = zeroize::Zeroizing::new(STANDARD.decode(encoded.trim()).ok()?);
    let (id, secret) = std::str::from_utf8(&decoded).ok()?.split_once(':')?;
    let id = form_decode(id)?;
    if id.is_empty() {
        return None;
    }
    Some((id, Secret::new(form_decode(secret)?)))
}

/// Form-decodes one value. `=` and `&` would end it early, so they stand for themselves here.
fn form_decode(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'+' => b' ',
            b'%' => {
                let pair = [rest.next()?, rest.next()?];
                u8::from_str_radix(std::str::from_utf8(&pair).ok()?, 16).ok()?
            }
            other => other,
        });
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header(text: &str) -> String {
        format!("Basic {}", STANDARD.encode(text))
    }

    #[test]
    fn basic_is_form_decoded() {
        let presented = Presented::read(Some(&header("my%20app:a%2Bb%3Ac+d")), None, None).unwrap();
        assert_eq!(presented.client_id, "my app");
        assert_eq!(presented.secret.unwrap().expose(), "a+b:c d");
    }

    #[test]
    fn exactly_one_method() {
        let basic = header("app:secret");
        let both = Presented::read(Some(&basic), Some("app"), Some("secret"));
        assert_eq!(both.unwrap_err(), CredentialsError::Several);
        let other = Presented::read(Some(&basic), Some("app2"), None);
        assert_eq!(other.unwrap_err(), CredentialsError::Mismatch);
        assert_eq!(Presented::read(None, None, Some("x")).unwrap_err(), CredentialsError::Missing);
        assert!(Presented::read(Some(&basic), Some("app"), None).is_ok());
    }

    #[test]
    fn junk_in_the_header_is_named() {
        for junk in [
            "Basic",
            "Basic ",
            "Basic !!!",
            "Bearer abc",
            &header("nocolon"),
            &header(":s"),
            &header("%zz:s"),
        ] {
            assert_eq!(
                Presented::read(Some(junk), None, None).unwrap_err(),
                CredentialsError::Malformed,
                "{junk}"
            );
        }
    }

    #[test]
    fn the_debug_form_hides_the_secret() {
        let presented = Presented::read(None, Some("app"), Some("hunter2")).unwrap();
        assert!(!format!("{presented:?}").contains("hunter2"));
    }
}
