//! What a delivery is signed with, and the headers that say so.

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::WebhookId;
use crate::clock::Timestamp;
use crate::random::Random;
use crate::secret::{MasterKey, SealError, Secret, hmac_sha256};
use crate::tenants::{WebhookForm, WebhookScheme};

/// What a webhook's secret begins with.
const PREFIX: &str = "whsec_";
/// How long the secret before it still signs when nobody says otherwise.
pub const GRACE: Duration = Duration::from_secs(24 * 60 * 60);
/// The longest time that it can.
pub const LONGEST_GRACE: Duration = Duration::from_secs(7 * 24 * 60 * 60);

/// What signs: `whsec_` and 32 random bytes in base64.
#[derive(Clone, Debug)]
pub struct WebhookSecret(Secret);

impl WebhookSecret {
    /// A fresh one.
    pub fn generate(random: &Random) -> Self {
        Self(Secret::new(format!("{PREFIX}{}", STANDARD.encode(random.bytes::<32>()))))
    }

    /// Reads one that somebody chose: Standard Webhooks asks for 24 to 64 bytes.
    ///
    /// # Errors
    /// Says what is expected, and never what was there.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        let encoded = text.strip_prefix(PREFIX).and_then(|encoded| STANDARD.decode(encoded).ok());
        match encoded {
            Some(bytes) if (24..=64).contains(&bytes.len()) => Ok(Self(Secret::new(text))),
            _ => Err(
                "expected whsec_ and 24 to 64 random bytes in base64: echo whsec_$(openssl rand -base64 32)",
            ),
        }
    }

    /// Whether this is the same one, compared in constant time.
    pub fn is(&self, other: &Self) -> bool {
        self.0.digest().matches(&other.0.digest())
    }

    /// The text, for the one time that it is shown.
    pub fn expose(&self) -> &str {
        self.0.expose()
    }

    /// The key of Standard Webhooks: the bytes themselves.
    fn bytes(&self) -> Vec<u8> {
        let encoded = self.expose().strip_prefix(PREFIX).unwrap_or_default();
        STANDARD.decode(encoded).unwrap_or_default()
    }
}

/// Seals secrets into the row of their webhook, and opens them there.
#[derive(Clone, Copy, Debug)]
pub struct Sealing<'a>(pub &'a MasterKey);

impl Sealing<'_> {
    fn context(id: WebhookId) -> String {
        format!("webhook:{id}")
    }

    /// Seals a secret.
    ///
    /// # Errors
    /// When that does not work.
    pub fn seal(&self, random: &Random, id: WebhookId, secret: &WebhookSecret) -> Result<Vec<u8>, SealError> {
        self.0.seal(random, &Self::context(id), secret.expose().as_bytes())
    }

    /// Opens one.
    ///
    /// # Errors
    /// When it was sealed by another key or for another webhook.
    pub fn open(&self, id: WebhookId, sealed: &[u8]) -> Result<WebhookSecret, SealError> {
        let plain = self.0.open(&Self::context(id), sealed)?;
        let text = String::from_utf8(plain).map_err(|_| SealError::Damaged)?;
        Ok(WebhookSecret(Secret::new(text)))
    }
}

/// The headers of one attempt, signed by every secret that counts, the newest first.
pub fn headers(
    form: &WebhookForm,
    secrets: &[WebhookSecret],
    (event_id, event_type): (&str, &str),
    body: &str,
    now: Timestamp,
) -> Vec<(String, String)> {
    let time = now.seconds();
    let named = |name: &str, value: String| (format!("{}{name}", form.header_prefix), value);
    match form.scheme {
        WebhookScheme::Standard => {
            let message = format!("{event_id}.{time}.{body}");
            let one = |secret: &WebhookSecret| {
                format!("v1,{}", STANDARD.encode(hmac_sha256(&secret.bytes(), message.as_bytes())))
            };
            let all: Vec<String> = secrets.iter().map(one).collect();
            vec![
                named("id", event_id.to_owned()),
                named("timestamp", time.to_string()),
                named("signature", all.join(" ")),
            ]
        }
        WebhookScheme::Timestamped => {
            let message = format!("{time}.{body}");
            let mut signature = format!("t={time}");
            for secret in secrets {
                let mac = hmac_sha256(secret.expose().as_bytes(), message.as_bytes());
                signature.push_str(",v1=");
                signature.extend(mac.iter().map(|byte| format!("{byte:02x}")));
            }
            vec![
                named("signature", signature),
                named("event-id", event_id.to_owned()),
                named("event-type", event_type.to_owned()),
            ]
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    fn secret(text: &str) -> WebhookSecret {
        WebhookSecret(Secret::new(text))
    }

    fn form(scheme: WebhookScheme, prefix: &str) -> WebhookForm {
        WebhookForm { scheme, header_prefix: prefix.to_owned(), nouns: BTreeMap::new() }
    }

    /// The example that the specification of Standard Webhooks publishes for its libraries.
    #[test]
    fn standard_webhooks_published_vector() {
        let form = form(WebhookScheme::Standard, "webhook-");
        let body = r#"{"test": 2432232314}"#;
        let now = Timestamp::from_seconds(1_614_265_330);
        let key = secret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
        let got = headers(&form, &[key], ("msg_p5jXN8AQM9LWM0D4loKWxJek", "x"), body, now);
        assert_eq!(
            got,
            [
                ("webhook-id".to_owned(), "msg_p5jXN8AQM9LWM0D4loKWxJek".to_owned()),
                ("webhook-timestamp".to_owned(), "1614265330".to_owned()),
                (
                    "webhook-signature".to_owned(),
                    "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=".to_owned()
                ),
            ]
        );
    }

    /// Computed by `openssl dgst -sha256 -hmac`.
    #[test]
    fn the_other_scheme_signs_time_and_body_with_the_text_of_the_secret() {
        let form = form(WebhookScheme::Timestamped, "x-scaikey-");
        let now = Timestamp::from_seconds(1_700_000_000);
        let got = headers(&form, &[secret("whsec_abc")], ("e", "user.created"), "{}", now);
        let mac = "bad9ac117e973d721c232d46744158d75e3f1b44e36771e13d01b9e6a580bc72";
        assert_eq!(got[0], ("x-scaikey-signature".to_owned(), format!("t=1700000000,v1={mac}")));
        assert_eq!(got[1], ("x-scaikey-event-id".to_owned(), "e".to_owned()));
        assert_eq!(got[2], ("x-scaikey-event-type".to_owned(), "user.created".to_owned()));
    }

    #[test]
    fn both_secrets_sign_while_one_replaces_the_other() {
        let two = [secret("whsec_bmV3"), secret("whsec_b2xk")];
        let now = Timestamp::from_seconds(1);
        for (scheme, at, separator) in
            [(WebhookScheme::Standard, 2, ' '), (WebhookScheme::Timestamped, 0, ',')]
        {
            let both = headers(&form(scheme, "a-"), &two, ("e", "t"), "{}", now);
            for one in &two {
                let alone = headers(&form(scheme, "a-"), std::slice::from_ref(one), ("e", "t"), "{}", now);
                let last = alone[at].1.split(separator).next_back().unwrap();
                assert!(both[at].1.split(separator).any(|part| part == last));
            }
        }
    }

    #[test]
    fn a_secret_opens_in_its_own_row_only() {
        let (random, master) = (Random::default(), MasterKey::from_bytes([7; 32]).unwrap());
        let now = Timestamp::from_seconds(1);
        let (one, other) = (random.id(now), random.id(now));
        let secret = WebhookSecret::generate(&random);
        assert!(secret.expose().starts_with("whsec_") && secret.bytes().len() == 32);
        let sealed = Sealing(&master).seal(&random, one, &secret).unwrap();
        assert_eq!(Sealing(&master).open(one, &sealed).unwrap().expose(), secret.expose());
        assert!(Sealing(&master).open(other, &sealed).is_err());
        assert!(!format!("{secret:?}").contains("whsec"));
    }
}
