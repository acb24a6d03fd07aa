//! What fits together in one application, and what a new one of each kind begins with.

use super::{
    AuthMethod, Client, ClientKind, ClientSettings, ClientStatus, GrantType, ResponseMode, validate,
};
use crate::clock::Timestamp;
use crate::id::Id;

/// The key that is at fault, and what is wrong and would be right.
pub type Finding = (&'static str, String);

/// The rules that need nothing but the kind and what was named: `client` may be a new one of that kind.
pub fn rules(client: &Client) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut unless = |holds: bool, key: &'static str, problem: &str| {
        if !holds {
            findings.push((key, problem.to_owned()));
        }
    };
    match client.kind {
        ClientKind::Web => unless(
            !client.is_public() || !client.may_use(GrantType::ClientCredentials),
            "grant_types",
            "client_credentials is for clients with a secret (RFC 6749 4.4); with auth_method none leave it out",
        ),
        ClientKind::Spa | ClientKind::Native => public_kind(client, &mut unless),
        ClientKind::Machine => machine(client, &mut unless),
    }
    unless(
        client.require_pkce || !client.is_public(),
        "require_pkce",
        "a public client always needs PKCE (RFC 9700 2.1.1); leave the key out or write true",
    );
    unless(!client.grant_types.is_empty(), "grant_types", "expected at least one grant");
    let by_code = client.may_use(GrantType::AuthorizationCode);
    unless(
        by_code || client.may_use(GrantType::DeviceCode) || !client.may_use(GrantType::RefreshToken),
        "grant_types",
        "refresh_token goes on where authorization_code or device_code began; add one of them or leave it out",
    );
    unless(
        client.kind != ClientKind::Spa || !client.may_use(GrantType::DeviceCode),
        "grant_types",
        "a program in a browser signs people in there; device_code is for programs without one (RFC 8628 1)",
    );
    unless(
        !by_code || !client.response_modes.is_empty(),
        "response_modes",
        "expected at least one of: query, form_post",
    );
    findings
}

fn public_kind(client: &Client, unless: &mut impl FnMut(bool, &'static str, &str)) {
    let kind = client.kind;
    unless(
        client.auth_method == AuthMethod::None,
        "auth_method",
        &format!(
            "a program of kind {kind} keeps no secret, so this is \"none\"; a program on a server is of kind web"
        ),
    );
    unless(
        !client.may_use(GrantType::ClientCredentials),
        "grant_types",
        &format!("client_credentials is for clients with a secret (RFC 6749 4.4), which kind {kind} is not"),
    );
}

fn machine(client: &Client, unless: &mut impl FnMut(bool, &'static str, &str)) {
    const NOBODY: &str =
        "a machine signs nobody in, so it has no such addresses; leave them out, or write kind = \"web\"";
    unless(
        !client.is_public(),
        "auth_method",
        "a machine proves itself by a secret: client_secret_basic or client_secret_post",
    );
    unless(client.redirect_uris.is_empty(), "redirect_uris", NOBODY);
    unless(client.post_logout_redirect_uris.is_empty(), "post_logout_redirect_uris", NOBODY);
    unless(
        client
            .grant_types
            .iter()
            .all(|grant| [GrantType::ClientCredentials, GrantType::TokenExchange].contains(grant)),
        "grant_types",
        "a machine uses client_credentials, and token exchange (RFC 8693) if it likes; for anything else write \
         kind = \"web\"",
    );
}

/// The rules for an application as it will stand in the database, beside [`rules`]: what was left out is there.
pub fn rules_of_a_whole_client(client: &Client, has_secret: bool) -> Vec<Finding> {
    let mut findings = Vec::new();
    if client.may_use(GrantType::AuthorizationCode) && client.redirect_uris.is_empty() {
        findings
            .push(("redirect_uris", "needed by authorization_code: where may the answer be sent?".into()));
    }
    if !client.is_public() && !has_secret {
        let problem = "without a secret this client cannot prove itself; add secret or secret_hash, or for a public \
                       client auth_method = \"none\"";
        findings.push(("secret", problem.into()));
    }
    let uris = [
        ("redirect_uris", &client.redirect_uris),
        ("post_logout_redirect_uris", &client.post_logout_redirect_uris),
    ];
    for (key, uris) in uris {
        let refused = uris.iter().filter_map(|uri| validate(uri, client.kind).err());
        findings.extend(refused.map(|why| (key, why.to_string())));
    }
    findings
}

/// A new application of this kind as it is when nothing more is said of it. The key, the owner, the `client_id` and the
/// times are still to be filled in.
pub fn new_client(kind: ClientKind) -> Client {
    let texts = |list: &[&str]| list.iter().map(|&text| text.to_owned()).collect();
    let code = vec![GrantType::AuthorizationCode, GrantType::RefreshToken];
    let (auth_method, grant_types) = match kind {
        ClientKind::Web => (AuthMethod::ClientSecretBasic, code),
        ClientKind::Spa | ClientKind::Native => (AuthMethod::None, code),
        ClientKind::Machine => (AuthMethod::ClientSecretBasic, vec![GrantType::ClientCredentials]),
    };
    let (response_modes, scopes) = match kind {
        ClientKind::Machine => (Vec::new(), Vec::new()),
        _ => (vec![ResponseMode::Query], texts(&["openid", "profile", "email", "offline_access"])),
    };
    Client {
        id: Id::new(uuid::Uuid::nil()),
        tenant_id: Id::new(uuid::Uuid::nil()),
        client_id: String::new(),
        display_name: String::new(),
        kind,
        status: ClientStatus::Active,
        auth_method,
        require_pkce: true,
        first_party: false,
        all_tenants: false,
        redirect_uris: Vec::new(),
        post_logout_redirect_uris: Vec::new(),
        grant_types,
        response_modes,
        scopes,
        settings: ClientSettings::default(),
        created_at: Timestamp::from_micros(0),
        updated_at: Timestamp::from_micros(0),
        service_account_id: None,
        deleted_at: None,
    }
}
