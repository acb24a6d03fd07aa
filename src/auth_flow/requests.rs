//! What applications send, read and checked as far as that goes without the database.

use serde_json::{Map, Value};

use super::Error;
use super::fields::Fields;
use crate::secret::Secret;
use crate::tokens::{InvalidChallenge, validate_challenge};
use crate::users::Email;

/// The longest `state` of an application, in bytes: it travels sealed inside our own.
pub const MAX_STATE: usize = 1024;

/// Reads the body of `POST /v1/auth/identify`.
pub fn identify(body: Map<String, Value>) -> Result<Email, Error> {
    let mut fields = Fields::new(body);
    let email = fields.required("email");
    let email = email.and_then(|text| fields.checked("email", Email::parse(&text)));
    fields.finish(email)
}

/// The body of `POST /v1/auth/authorize`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuthorizeRequest {
    /// Who is going to sign in, if the application has asked.
    pub email: Option<Email>,
    /// The organisation: its id or its slug.
    pub tenant: String,
    /// RFC 7636, made with `S256`.
    pub code_challenge: String,
    /// Where the application wants the code.
    pub redirect_uri: String,
    /// What the application wants back with it.
    pub state: String,
}

impl AuthorizeRequest {
    /// Reads it.
    pub fn read(body: Map<String, Value>) -> Result<Self, Error> {
        let mut fields = Fields::new(body);
        let email = fields.optional("email");
        let email = email.and_then(|text| fields.checked("email", Email::parse(&text)));
        let tenant = fields.required("tenant_id");
        let challenge = challenge(&mut fields);
        let redirect_uri = fields.required("redirect_uri");
        let state = fields.required("state").and_then(|text| {
            // VSCHAR of RFC 6749 appendix A.5.
            if !text.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
                return fields.refuse("state", "It may hold printable ASCII characters only.");
            }
            if text.len() > MAX_STATE {
                return fields.refuse("state", format!("It is longer than {MAX_STATE} bytes."));
            }
            Some(text)
        });
        let request = match (tenant, challenge, redirect_uri, state) {
            (Some(tenant), Some(code_challenge), Some(redirect_uri), Some(state)) => {
                Some(Self { email, tenant, code_challenge, redirect_uri, state })
            }
            _ => None,
        };
        fields.finish(request)
    }
}

fn challenge(fields: &mut Fields) -> Option<String> {
    let challenge = fields.required("code_challenge");
    let method = fields.required("code_challenge_method");
    let (challenge, method) = (challenge?, method?);
    match validate_challenge(&challenge, Some(&method)) {
        Ok(()) => Some(challenge),
        Err(InvalidChallenge::Method) => fields.refuse("code_challenge_method", "It must be S256."),
        Err(why @ InvalidChallenge::Form) => fields.refuse("code_challenge", format!("The {why}.")),
    }
}

/// The body of `POST /v1/auth/token`. A `redirect_uri` is ignored: which one counts is the flow's own matter.
#[derive(Debug)]
pub struct TokenRequest {
    /// The code.
    pub code: Secret,
    /// RFC 7636 4.5.
    pub code_verifier: Secret,
    /// The flow that the code must have come from, if the application says so.
    pub flow_id: Option<String>,
}

impl TokenRequest {
    /// Reads it.
    pub fn read(body: Map<String, Value>) -> Result<Self, Error> {
        let mut fields = Fields::new(body);
        let code = fields.required("code").map(Secret::new);
        let verifier = fields.required("code_verifier").map(Secret::new);
        let flow_id = fields.optional("flow_id");
        let request = match (code, verifier) {
            (Some(code), Some(code_verifier)) => Some(Self { code, code_verifier, flow_id }),
            _ => None,
        };
        fields.finish(request)
    }
}

/// Reads the body of `POST /v1/auth/session`: what the program calls itself.
pub fn session(body: Map<String, Value>) -> Result<Option<String>, Error> {
    let mut fields = Fields::new(body);
    let agent = fields.optional("user_agent");
    fields.finish(Some(agent))
}

/// Reads the body of `POST /v1/auth/refresh`.
pub fn refresh(body: Map<String, Value>) -> Result<Secret, Error> {
    let mut fields = Fields::new(body);
    let token = fields.required("refresh_token").map(Secret::new);
    fields.finish(token)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

    fn body(value: &Value) -> Map<String, Value> {
        value.as_object().unwrap().clone()
    }

    fn authorize() -> Value {
        json!({
            "email": "ada@example.com", "tenant_id": "acme", "code_challenge": CHALLENGE,
            "code_challenge_method": "S256", "redirect_uri": "https://app.example.com/cb", "state": "xyz", "more": 1,
        })
    }

    fn wrong<T: std::fmt::Debug>(result: Result<T, Error>) -> Vec<&'static str> {
        result.unwrap_err().details.iter().map(|detail| detail.field).collect()
    }

    #[test]
    fn a_whole_request_is_read_and_more_is_ignored() {
        let request = AuthorizeRequest::read(body(&authorize())).unwrap();
        assert_eq!(request.email.unwrap().as_str(), "ada@example.com");
        assert_eq!((request.tenant.as_str(), request.state.as_str()), ("acme", "xyz"));
        let mut without = authorize();
        without["email"] = Value::Null;
        assert_eq!(AuthorizeRequest::read(body(&without)).unwrap().email, None);
    }

    #[test]
    fn each_wrong_field_is_named() {
        for (field, value) in [
            ("email", json!("ada")),
            ("email", json!(1)),
            ("tenant_id", json!(null)),
            ("tenant_id", json!(7)),
            ("code_challenge", json!("short")),
            ("code_challenge", json!(format!("{CHALLENGE}=="))),
            ("code_challenge_method", json!("plain")),
            ("code_challenge_method", json!("s256")),
            ("redirect_uri", json!("")),
            ("redirect_uri", json!(["https://app.example.com/cb"])),
            ("state", json!("a\r\nb")),
            ("state", json!("é")),
            ("state", json!("x".repeat(MAX_STATE + 1))),
        ] {
            let mut request = authorize();
            request[field] = value.clone();
            assert_eq!(wrong(AuthorizeRequest::read(body(&request))), [field], "{value}");
        }
        let all = ["tenant_id", "code_challenge", "code_challenge_method", "redirect_uri", "state"];
        assert_eq!(wrong(AuthorizeRequest::read(Map::new())), all);
    }

    #[test]
    fn the_short_bodies() {
        assert_eq!(
            identify(body(&json!({ "email": " Ada@example.com " }))).unwrap().as_str(),
            "Ada@example.com"
        );
        assert_eq!(wrong(identify(body(&json!({ "email": "ada@" })))), ["email"]);
        assert_eq!(wrong(TokenRequest::read(Map::new())), ["code", "code_verifier"]);
        let odd = body(&json!({ "code": "c", "code_verifier": "v", "flow_id": 1 }));
        assert_eq!(wrong(TokenRequest::read(odd)), ["flow_id"]);
        assert!(
            TokenRequest::read(body(&json!({ "code": "c", "code_verifier": "v", "redirect_uri": 3 })))
                .is_ok()
        );
        assert_eq!(wrong(refresh(body(&json!({ "refresh_token": false })))), ["refresh_token"]);
    }
}
