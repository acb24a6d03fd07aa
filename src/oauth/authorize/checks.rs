//! Stage 2: named checks, in the order of the list. Each looks at one concern; the first that fails answers.

use std::collections::BTreeSet;
use std::time::Duration;

use super::Destination;
use super::request::{Refusal, redirected, repeated};
use crate::clients::{GrantType, KnownClient, ResponseMode};
use crate::oauth::{ErrorCode, scope};
use crate::text::text_enum;
use crate::tokens::{ClaimsRequest, validate_challenge};
use crate::web::Params;

text_enum! {
    /// What the client wants to happen on the screen (OpenID Connect Core 3.1.2.1).
    pub enum Prompt {
        /// Nothing at all.
        None = "none",
        /// A new sign-in.
        Login = "login",
        /// The consent question.
        Consent = "consent",
        /// The list of accounts.
        SelectAccount = "select_account",
    }
}

/// A request whose every parameter has been looked at.
#[derive(Clone, Debug, Default)]
pub struct Checked {
    pub scopes: Vec<String>,
    pub nonce: Option<String>,
    pub code_challenge: Option<String>,
    pub prompt: BTreeSet<Prompt>,
    pub max_age: Option<Duration>,
    pub claims: ClaimsRequest,
    pub audiences: Vec<String>,
    pub login_hint: Option<String>,
}

type Failure = (ErrorCode, String);
type Check = fn(&KnownClient, &Params, &mut Checked) -> Result<(), Failure>;

const CHECKS: &[Check] = &[
    no_repeats,
    no_request_objects,
    response_type,
    grant_allowed,
    response_mode,
    state_length,
    scopes,
    pkce,
    nonce,
    prompt,
    max_age,
    claims,
    resource,
    hints,
];

/// The longest `state` and `nonce` that are echoed.
const MAX_ECHO: usize = 2048;

impl Checked {
    /// Runs every check.
    pub fn run(client: &KnownClient, params: &Params, destination: &Destination) -> Result<Self, Refusal> {
        let mut checked = Self::default();
        for check in CHECKS {
            check(client, params, &mut checked)
                .map_err(|(code, description)| redirected(destination, code, &description))?;
        }
        Ok(checked)
    }

    /// What consent has to cover: the scopes, and those of claims that are asked for by name.
    pub fn consent_scopes(&self) -> Vec<String> {
        let mut all = self.scopes.clone();
        for extra in self.claims.scopes() {
            if !all.iter().any(|scope| scope == extra) {
                all.push(extra.to_owned());
            }
        }
        all
    }
}

fn fail<T>(code: ErrorCode, description: impl Into<String>) -> Result<T, Failure> {
    Err((code, description.into()))
}

fn no_repeats(_: &KnownClient, params: &Params, _: &mut Checked) -> Result<(), Failure> {
    match repeated(params) {
        Some(name) => fail(ErrorCode::InvalidRequest, format!("{name} is given more than once")),
        None => Ok(()),
    }
}

/// OpenID Connect Core 6 and 7.2.1: refused by name, so that nobody believes them honoured.
fn no_request_objects(_: &KnownClient, params: &Params, _: &mut Checked) -> Result<(), Failure> {
    for (name, code) in [
        ("request", ErrorCode::RequestNotSupported),
        ("request_uri", ErrorCode::RequestUriNotSupported),
        ("registration", ErrorCode::RegistrationNotSupported),
    ] {
        if params.get(name).is_some() {
            return fail(code, format!("{name} is not supported; send plain parameters"));
        }
    }
    Ok(())
}

fn response_type(_: &KnownClient, params: &Params, _: &mut Checked) -> Result<(), Failure> {
    match params.get("response_type") {
        Some("code") => Ok(()),
        None => fail(ErrorCode::InvalidRequest, "response_type is missing; send response_type=code"),
        Some(_) => fail(ErrorCode::UnsupportedResponseType, "only response_type=code is supported"),
    }
}

fn grant_allowed(known: &KnownClient, _: &Params, _: &mut Checked) -> Result<(), Failure> {
    if known.client.may_use(GrantType::AuthorizationCode) {
        Ok(())
    } else {
        fail(ErrorCode::UnauthorizedClient, "this client is not registered for authorization_code")
    }
}

fn response_mode(known: &KnownClient, params: &Params, _: &mut Checked) -> Result<(), Failure> {
    let Some(text) = params.get("response_mode") else { return Ok(()) };
    match text.parse::<ResponseMode>() {
        Ok(mode) if known.client.response_modes.contains(&mode) => Ok(()),
        Ok(_) => {
            fail(ErrorCode::InvalidRequest, format!("response_mode {text} is not registered for this client"))
        }
        Err(_) => fail(ErrorCode::InvalidRequest, "response_mode must be query or form_post"),
    }
}

fn state_length(_: &KnownClient, params: &Params, _: &mut Checked) -> Result<(), Failure> {
    match params.get("state") {
        Some(state) if state.len() > MAX_ECHO => {
            fail(ErrorCode::InvalidRequest, "state is longer than 2048 bytes")
        }
        _ => Ok(()),
    }
}

fn scopes(known: &KnownClient, params: &Params, checked: &mut Checked) -> Result<(), Failure> {
    let Some(text) = params.get("scope") else {
        return fail(ErrorCode::InvalidScope, "scope is missing; send for example scope=openid");
    };
    let asked = scope::parse(text).map_err(|why| (ErrorCode::InvalidScope, why.to_string()))?;
    if let Some(foreign) = asked.iter().find(|scope| !known.client.scopes.contains(scope)) {
        return fail(ErrorCode::InvalidScope, format!("scope {foreign} is not registered for this client"));
    }
    checked.scopes = asked;
    Ok(())
}

fn pkce(known: &KnownClient, params: &Params, checked: &mut Checked) -> Result<(), Failure> {
    match params.get("code_challenge") {
        Some(challenge) => {
            validate_challenge(challenge, params.get("code_challenge_method"))
                .map_err(|why| (ErrorCode::InvalidRequest, why.to_string()))?;
            checked.code_challenge = Some(challenge.to_owned());
            Ok(())
        }
        None if known.client.must_use_pkce() => fail(
            ErrorCode::InvalidRequest,
            "this client must send code_challenge with code_challenge_method=S256",
        ),
        None if params.get("code_challenge_method").is_some() => {
            fail(ErrorCode::InvalidRequest, "code_challenge_method without code_challenge")
        }
        None => Ok(()),
    }
}

fn nonce(_: &KnownClient, params: &Params, checked: &mut Checked) -> Result<(), Failure> {
    checked.nonce = params.get("nonce").map(str::to_owned);
    match &checked.nonce {
        Some(nonce) if nonce.len() > MAX_ECHO => {
            fail(ErrorCode::InvalidRequest, "nonce is longer than 2048 bytes")
        }
        _ => Ok(()),
    }
}

fn prompt(_: &KnownClient, params: &Params, checked: &mut Checked) -> Result<(), Failure> {
    for word in params.get("prompt").unwrap_or_default().split_ascii_whitespace() {
        match word.parse() {
            Ok(prompt) => checked.prompt.insert(prompt),
            Err(_) => {
                let known: Vec<_> = Prompt::ALL.iter().map(|prompt| prompt.as_str()).collect();
                return fail(ErrorCode::InvalidRequest, format!("prompt must be of: {}", known.join(", ")));
            }
        };
    }
    if checked.prompt.contains(&Prompt::None) && checked.prompt.len() > 1 {
        return fail(ErrorCode::InvalidRequest, "prompt=none stands alone");
    }
    Ok(())
}

fn max_age(_: &KnownClient, params: &Params, checked: &mut Checked) -> Result<(), Failure> {
    let Some(text) = params.get("max_age") else { return Ok(()) };
    match text.parse::<u32>() {
        Ok(seconds) => checked.max_age = Some(Duration::from_secs(u64::from(seconds))),
        Err(_) => return fail(ErrorCode::InvalidRequest, "max_age must be a whole number of seconds"),
    }
    Ok(())
}

fn claims(known: &KnownClient, params: &Params, checked: &mut Checked) -> Result<(), Failure> {
    let Some(text) = params.get("claims") else { return Ok(()) };
    let request = ClaimsRequest::parse(text).map_err(|why| (ErrorCode::InvalidRequest, why.to_string()))?;
    checked.claims = request.limited_to(&known.client.scopes);
    Ok(())
}

/// RFC 8707 2: every `resource` must be an API that the client's tokens may be for. Scopes that no such API knows are left
/// out (RFC 6749 3.3), so that nobody is asked to allow what will not be issued.
fn resource(known: &KnownClient, params: &Params, checked: &mut Checked) -> Result<(), Failure> {
    checked.audiences =
        known.audiences(resources(params)).map_err(|why| (ErrorCode::InvalidTarget, why.to_string()))?;
    checked.scopes = known.scopes_for(&checked.audiences, std::mem::take(&mut checked.scopes));
    Ok(())
}

/// The scopes and APIs of a request that comes without a browser, held to the same rules.
pub fn scopes_and_audiences(
    known: &KnownClient,
    params: &Params,
) -> Result<(Vec<String>, Vec<String>), (ErrorCode, String)> {
    let mut checked = Checked::default();
    scopes(known, params, &mut checked)?;
    resource(known, params, &mut checked)?;
    Ok((checked.scopes, checked.audiences))
}

/// The values of a request's `resource` parameters.
pub fn resources(params: &Params) -> Vec<String> {
    let values = params.pairs().filter(|(name, value)| *name == "resource" && !value.is_empty());
    values.map(|(_, value)| value.to_owned()).collect()
}

fn hints(_: &KnownClient, params: &Params, checked: &mut Checked) -> Result<(), Failure> {
    // display, ui_locales, claims_locales and acr_values are wishes: heard where the pages can follow them, and never a
    // reason to fail (OpenID Connect Core 3.1.2.1 and 5.5.1.1).
    checked.login_hint = params.get("login_hint").filter(|hint| hint.len() <= 254).map(str::to_owned);
    Ok(())
}
