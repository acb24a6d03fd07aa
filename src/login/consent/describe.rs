//! An application's wishes, in words.

use url::{Host, Url};

use crate::clients::Client;
use crate::interactions::Interaction;
use crate::tokens::ClaimsRequest;

/// The scopes that a request asks the person for: those of its `scope`, and those of the claims that it names, as far
/// as the client is registered for them.
pub fn requested(interaction: &Interaction, client: &Client) -> Vec<String> {
    let asked = interaction.parameter("scope").unwrap_or_default().split(' ').map(str::to_owned);
    let claims =
        interaction.parameter("claims").and_then(|text| ClaimsRequest::parse(text).ok()).unwrap_or_default();
    let named = claims.scopes().into_iter().map(str::to_owned);
    let mut all: Vec<String> = Vec::new();
    for scope in asked.chain(named) {
        if client.scopes.contains(&scope) && !all.contains(&scope) {
            all.push(scope);
        }
    }
    all
}

/// Where an answer goes, for people: a host, or this very device.
pub fn host(redirect_uri: &str) -> String {
    let Ok(url) = Url::parse(redirect_uri) else { return "an unknown address".into() };
    let here = match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => true,
    };
    match (url.scheme(), url.host_str()) {
        ("http" | "https", Some(_)) if here => "this device".into(),
        ("http" | "https", Some(host)) => host.to_owned(),
        (scheme, _) => format!("this device ({scheme})"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::interactions::Progress;
    use crate::login::tests::fixture::{NOW, client, tenant};
    use crate::random::Random;
    use crate::secret::Digest;

    fn asked(scope: &str, claims: &str, registered: &[&str]) -> Vec<String> {
        let random = Random::default();
        let registered = registered.iter().map(|&scope| scope.to_owned()).collect();
        let client = Client { scopes: registered, ..client(&random, &tenant(&random, "acme")) };
        let interaction = Interaction {
            id: Digest::of(b"i"),
            tenant_id: client.tenant_id,
            client_pk: client.id,
            issuer_tenant_id: None,
            browser: Digest::of(b"b"),
            request: vec![("scope".into(), scope.into()), ("claims".into(), claims.into())],
            progress: Progress::default(),
            created_at: NOW,
            expires_at: NOW,
            device: None,
        };
        requested(&interaction, &client)
    }

    #[test]
    fn asks_for_scopes_and_named_claims_that_are_registered_and_once() {
        let registered = ["openid", "email", "phone", "x"];
        assert_eq!(asked("openid x openid", "", &registered), ["openid", "x"]);
        assert_eq!(asked("openid admin  profile", "", &registered), ["openid"]);
        let claims = r#"{"userinfo":{"email":null,"name":null,"phone_number":null}}"#;
        assert_eq!(asked("openid email", claims, &registered), ["openid", "email", "phone"]);
        assert_eq!(asked("openid", "{", &registered), ["openid"]);
        assert!(asked("", "", &registered).is_empty());
    }

    #[test]
    fn names_the_place_where_an_answer_goes() {
        for (uri, expected) in [
            ("https://app.example.com:8443/cb?x=1", "app.example.com"),
            ("https://192.0.2.7/cb", "192.0.2.7"),
            ("http://127.0.0.1:4711/cb", "this device"),
            ("http://[::1]/cb", "this device"),
            ("http://localhost:3000/cb", "this device"),
            ("com.example.app:/cb", "this device (com.example.app)"),
            ("com.example.app://evil.example/cb", "this device (com.example.app)"),
            ("nonsense", "an unknown address"),
        ] {
            assert_eq!(host(uri), expected, "{uri}");
        }
    }
}
