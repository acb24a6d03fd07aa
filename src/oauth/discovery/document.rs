//! The metadata document, and the memory of those that were written.

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use bytes::Bytes;
use serde::Serialize;

use crate::cache::Cache;
use crate::clients::{AuthMethod, GrantType, ResponseMode};
use crate::keyring::Algorithm;
use crate::oauth::scope;
use crate::secret::Digest;
use crate::tenants::Issuer;
use crate::web::paths;

/// Claims that tokens and the userinfo answer may hold.
const CLAIMS: &[&str] = &[
    "sub",
    "iss",
    "aud",
    "exp",
    "iat",
    "auth_time",
    "nonce",
    "acr",
    "amr",
    "at_hash",
    "sid",
    "tenant_id",
    "name",
    "family_name",
    "given_name",
    "middle_name",
    "nickname",
    "preferred_username",
    "profile",
    "picture",
    "website",
    "gender",
    "birthdate",
    "zoneinfo",
    "locale",
    "updated_at",
    "email",
    "email_verified",
    "address",
    "phone_number",
    "phone_number_verified",
];

/// How introspection may be called: its answers are not for programs that cannot prove themselves.
const CONFIDENTIAL: &[AuthMethod] = &[AuthMethod::ClientSecretBasic, AuthMethod::ClientSecretPost];

#[derive(Serialize)]
struct Metadata<'a> {
    issuer: &'a str,
    authorization_endpoint: String,
    token_endpoint: String,
    userinfo_endpoint: String,
    jwks_uri: String,
    introspection_endpoint: String,
    revocation_endpoint: String,
    end_session_endpoint: String,
    device_authorization_endpoint: String,
    scopes_supported: &'static [&'static str],
    response_types_supported: [&'static str; 1],
    response_modes_supported: &'static [ResponseMode],
    grant_types_supported: &'static [GrantType],
    acr_values_supported: [&'static str; 1],
    subject_types_supported: [&'static str; 1],
    id_token_signing_alg_values_supported: Vec<Algorithm>,
    token_endpoint_auth_methods_supported: &'static [AuthMethod],
    introspection_endpoint_auth_methods_supported: &'static [AuthMethod],
    revocation_endpoint_auth_methods_supported: &'static [AuthMethod],
    code_challenge_methods_supported: [&'static str; 1],
    display_values_supported: [&'static str; 1],
    prompt_values_supported: [&'static str; 4],
    claim_types_supported: [&'static str; 1],
    claims_supported: &'static [&'static str],
    ui_locales_supported: [&'static str; 1],
    claims_parameter_supported: bool,
    request_parameter_supported: bool,
    request_uri_parameter_supported: bool,
    require_request_uri_registration: bool,
    authorization_response_iss_parameter_supported: bool,
}

impl<'a> Metadata<'a> {
    fn new(issuer: &'a Issuer, algorithms: Vec<Algorithm>) -> Self {
        Self {
            issuer: issuer.url(),
            authorization_endpoint: issuer.endpoint(paths::AUTHORIZE),
            token_endpoint: issuer.endpoint(paths::TOKEN),
            userinfo_endpoint: issuer.endpoint(paths::USERINFO),
            jwks_uri: issuer.endpoint(paths::JWKS),
            introspection_endpoint: issuer.endpoint(paths::INTROSPECT),
            revocation_endpoint: issuer.endpoint(paths::REVOKE),
            end_session_endpoint: issuer.endpoint(paths::END_SESSION),
            device_authorization_endpoint: issuer.endpoint(paths::DEVICE_AUTHORIZATION),
            scopes_supported: scope::STANDARD,
            response_types_supported: ["code"],
            response_modes_supported: ResponseMode::ALL,
            grant_types_supported: GrantType::ALL,
            acr_values_supported: ["urn:gridkey:acr:1"],
            subject_types_supported: ["public"],
            id_token_signing_alg_values_supported: algorithms,
            token_endpoint_auth_methods_supported: AuthMethod::ALL,
            introspection_endpoint_auth_methods_supported: CONFIDENTIAL,
            revocation_endpoint_auth_methods_supported: AuthMethod::ALL,
            code_challenge_methods_supported: ["S256"],
            display_values_supported: ["page"],
            prompt_values_supported: ["none", "login", "consent", "select_account"],
            claim_types_supported: ["normal"],
            claims_supported: CLAIMS,
            ui_locales_supported: ["en"],
            claims_parameter_supported: true,
            request_parameter_supported: false,
            request_uri_parameter_supported: false,
            require_request_uri_registration: false,
            authorization_response_iss_parameter_supported: true,
        }
    }
}

/// A document, ready to be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    /// The JSON text.
    pub bytes: Bytes,
    /// A strong entity tag with its quotes (RFC 9110 8.8.3).
    pub etag: String,
}

impl Document {
    /// Writes the metadata of `issuer`, whose tokens are signed with `configured` unless a client chose another one of
    /// `algorithms`.
    ///
    /// # Errors
    /// When texts cannot be written as JSON, which does not happen.
    pub fn new(
        issuer: &Issuer,
        configured: Algorithm,
        algorithms: &[Algorithm],
    ) -> Result<Self, serde_json::Error> {
        let mut ordered = vec![configured];
        ordered.extend(algorithms.iter().copied().filter(|other| *other != configured));
        let bytes = serde_json::to_vec(&Metadata::new(issuer, ordered))?;
        let etag = format!("\"{}\"", URL_SAFE_NO_PAD.encode(Digest::of(&bytes).as_bytes()));
        Ok(Self { bytes: bytes.into(), etag })
    }
}

/// The documents that were written, by issuer. One for the whole process, with one configuration.
#[derive(Debug)]
pub struct Documents {
    /// That of the instance, which is asked for most.
    instance: OnceLock<Document>,
    organisations: Cache<String, Arc<Document>>,
}

/// The most bytes that are kept: a few hundred organisations' documents.
const MEMORY: u64 = 2 * 1024 * 1024;

impl Default for Documents {
    fn default() -> Self {
        let organisations =
            Cache::weighed(MEMORY, Duration::MAX, |issuer: &String, document: &Arc<Document>| {
                (issuer.len() + document.bytes.len()) as u64
            });
        Self { instance: OnceLock::new(), organisations }
    }
}

impl Documents {
    /// What `read` makes of the document of an issuer, which `write` writes if it is not in memory.
    ///
    /// # Errors
    /// Those of `write`.
    pub fn with<T, E>(
        &self,
        issuer: &Issuer,
        write: impl FnOnce() -> Result<Document, E>,
        read: impl FnOnce(&Document) -> T,
    ) -> Result<T, E> {
        if issuer.tenant().is_none() {
            if let Some(known) = self.instance.get() {
                return Ok(read(known));
            }
            let fresh = write()?;
            return Ok(read(self.instance.get_or_init(|| fresh)));
        }
        if let Some(known) = self.organisations.get(issuer.url()) {
            return Ok(read(&known));
        }
        let fresh = Arc::new(write()?);
        self.organisations.insert(issuer.url().to_owned(), Arc::clone(&fresh));
        Ok(read(&fresh))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::convert::Infallible;

    use serde_json::{Value, json};

    use super::*;
    use crate::clock::Timestamp;
    use crate::random::Random;
    use crate::tenants::{Tenant, TenantSettings, TenantStatus};
    use crate::tokens::standard_claims;
    use crate::users::{Address, Profile, User, UserStatus};

    const NOW: Timestamp = Timestamp::from_seconds(1_800_000_000);

    fn read(issuer: &Issuer, configured: Algorithm) -> Value {
        serde_json::from_slice(&Document::new(issuer, configured, Algorithm::ALL).unwrap().bytes).unwrap()
    }

    fn acme() -> Issuer {
        let tenant = Tenant {
            id: Random::default().id(NOW),
            slug: "acme".parse().unwrap(),
            display_name: "Acme".into(),
            status: TenantStatus::Active,
            settings: TenantSettings::default(),
            created_at: NOW,
            updated_at: NOW,
            deleted_at: None,
        };
        Issuer::of_tenant("https://id.example", Arc::new(tenant))
    }

    #[test]
    fn every_endpoint_lies_under_its_issuer() {
        for (issuer, base) in [
            (Issuer::instance("https://id.example/"), "https://id.example"),
            (acme(), "https://id.example/t/acme"),
        ] {
            let document = read(&issuer, Algorithm::Rs256);
            assert_eq!(document["issuer"], base);
            assert_eq!(document["token_endpoint"], format!("{base}/oauth2/token"));
            assert_eq!(document["jwks_uri"], format!("{base}/oauth2/jwks"));
            let endpoints =
                document.as_object().unwrap().iter().filter(|(name, _)| name.ends_with("_endpoint"));
            for (name, url) in endpoints.clone() {
                assert!(url.as_str().unwrap().starts_with(&format!("{base}/oauth2/")), "{name}");
            }
            assert_eq!(endpoints.count(), 7);
        }
    }

    #[test]
    fn the_methods_are_those_that_work() {
        let document = read(&acme(), Algorithm::EdDsa);
        for (member, expected) in [
            ("response_types_supported", json!(["code"])),
            ("response_modes_supported", json!(["query", "form_post"])),
            (
                "grant_types_supported",
                json!([
                    "authorization_code",
                    "refresh_token",
                    "client_credentials",
                    "urn:ietf:params:oauth:grant-type:token-exchange",
                    "urn:ietf:params:oauth:grant-type:device_code"
                ]),
            ),
            ("code_challenge_methods_supported", json!(["S256"])),
            ("subject_types_supported", json!(["public"])),
            (
                "token_endpoint_auth_methods_supported",
                json!(["none", "client_secret_basic", "client_secret_post"]),
            ),
            (
                "introspection_endpoint_auth_methods_supported",
                json!(["client_secret_basic", "client_secret_post"]),
            ),
            ("id_token_signing_alg_values_supported", json!(["EdDSA", "RS256", "ES256"])),
            ("authorization_response_iss_parameter_supported", json!(true)),
            ("claims_parameter_supported", json!(true)),
            ("request_parameter_supported", json!(false)),
            ("request_uri_parameter_supported", json!(false)),
        ] {
            assert_eq!(document[member], expected, "{member}");
        }
    }

    #[test]
    fn every_claim_that_a_scope_brings_is_named() {
        let text = || Some("x".to_owned());
        let profile = Profile {
            given_name: text(),
            family_name: text(),
            middle_name: text(),
            nickname: text(),
            preferred_username: text(),
            profile: text(),
            picture: text(),
            website: text(),
            gender: text(),
            birthdate: text(),
            zoneinfo: text(),
            locale: text(),
            phone_number: text(),
            phone_number_verified: true,
            address: Some(Address::default()),
        };
        let user = User {
            id: Random::default().id(NOW),
            tenant_id: Random::default().id(NOW),
            email: "ada@example.com".parse().unwrap(),
            email_verified: true,
            display_name: "Ada".into(),
            profile,
            status: UserStatus::Active,
            password_changed_at: None,
            created_at: NOW,
            updated_at: NOW,
            deleted_at: None,
            last_sign_in_at: None,
        };
        let scopes: Vec<String> = scope::STANDARD.iter().map(|scope| (*scope).to_owned()).collect();
        let released = standard_claims(&user, &scopes, &[]);
        let named: BTreeSet<&str> = CLAIMS.iter().copied().collect();
        assert_eq!(named.len(), CLAIMS.len(), "no claim twice");
        let released: BTreeSet<&str> = released.keys().map(String::as_str).collect();
        assert!(released.is_subset(&named), "{released:?}");
        assert_eq!(named.len() - released.len(), 12, "the others are those of tokens");
    }

    #[test]
    fn a_document_is_written_once_for_each_issuer() {
        let documents = Documents::default();
        let root = Issuer::instance("https://id.example");
        let write = |issuer: &Issuer| Document::new(issuer, Algorithm::Rs256, Algorithm::ALL);
        let etag = |document: &Document| document.etag.clone();
        let first = [&root, &acme()].map(|issuer| documents.with(issuer, || write(issuer), etag).unwrap());
        let not_again = || -> Result<_, Infallible> { panic!("it is in memory") };
        let again = [&root, &acme()].map(|issuer| documents.with(issuer, not_again, etag).unwrap());
        assert_eq!(first, again);
        assert_ne!(first[0], first[1]);
    }
}
