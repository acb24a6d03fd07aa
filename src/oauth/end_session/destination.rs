//! Where the browser goes when it is done. A redirect to an application exists only as a value of this type, and that
//! only once the application is known and has registered the address.

use url::form_urlencoded::byte_serialize;

use crate::clients::{Client, is_registered};
use crate::web::paths;

/// The longest `state` that is echoed, as at the authorization endpoint.
const MAX_STATE: usize = 2048;

/// Where the browser goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Destination {
    /// To our page that says so.
    SignedOut,
    /// To the application.
    Application {
        /// The registered address.
        uri: String,
        /// What the application wants to hear again.
        state: Option<String>,
    },
}

/// Why the browser cannot go where the request wants it: a page, never a redirect.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DestinationRefused {
    /// No client is known whose addresses could be looked up.
    #[error("post_logout_redirect_uri needs an id_token_hint or a client_id")]
    NoClient,
    /// The client has not registered it.
    #[error("post_logout_redirect_uri is not registered for this application")]
    NotRegistered,
    /// `state` is too long to be echoed.
    #[error("state is longer than {MAX_STATE} bytes")]
    StateTooLong,
}

impl Destination {
    /// Judges the request's wish by the rule of redirect URIs: character by character.
    ///
    /// # Errors
    /// When it is not the client's to wish.
    pub fn judge(
        client: Option<&Client>,
        wanted: Option<&str>,
        state: Option<&str>,
    ) -> Result<Self, DestinationRefused> {
        let Some(uri) = wanted else { return Ok(Self::SignedOut) };
        let client = client.ok_or(DestinationRefused::NoClient)?;
        if !is_registered(uri, &client.post_logout_redirect_uris, client.kind) {
            return Err(DestinationRefused::NotRegistered);
        }
        if state.is_some_and(|state| state.len() > MAX_STATE) {
            return Err(DestinationRefused::StateTooLong);
        }
        Ok(Self::Application { uri: uri.to_owned(), state: state.map(str::to_owned) })
    }

    /// The application's address, if it is one.
    pub fn application_uri(&self) -> Option<&str> {
        match self {
            Self::SignedOut => None,
            Self::Application { uri, .. } => Some(uri),
        }
    }

    /// What the browser is told. The registered address stays as it is; `state` is added to it.
    pub fn location(&self) -> String {
        match self {
            Self::SignedOut => paths::LOGIN_SIGNED_OUT.to_owned(),
            Self::Application { uri, state: None } => uri.clone(),
            Self::Application { uri, state: Some(state) } => {
                let joint = if uri.contains('?') { '&' } else { '?' };
                let state: String = byte_serialize(state.as_bytes()).collect();
                format!("{uri}{joint}state={state}")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clients::{AuthMethod, ClientKind, ClientSettings, ClientStatus};
    use crate::clock::Timestamp;
    use crate::random::Random;

    fn client() -> Client {
        let now = Timestamp::from_seconds(1_800_000_000);
        Client {
            id: Random::default().id(now),
            tenant_id: Random::default().id(now),
            client_id: "app".into(),
            display_name: "App".into(),
            kind: ClientKind::Web,
            status: ClientStatus::Active,
            auth_method: AuthMethod::ClientSecretBasic,
            require_pkce: true,
            first_party: false,
            all_tenants: false,
            redirect_uris: vec!["https://app.example/cb".into()],
            post_logout_redirect_uris: vec![
                "https://app.example/bye".into(),
                "https://app.example/bye?a=1".into(),
            ],
            grant_types: Vec::new(),
            response_modes: Vec::new(),
            scopes: Vec::new(),
            settings: ClientSettings::default(),
            created_at: now,
            updated_at: now,
            service_account_id: None,
            deleted_at: None,
        }
    }

    fn judged(wanted: &str) -> Result<Destination, DestinationRefused> {
        Destination::judge(Some(&client()), Some(wanted), Some("a b&c"))
    }

    #[test]
    fn only_a_registered_address_is_gone_to() {
        assert!(judged("https://app.example/bye").is_ok());
        for near in [
            "https://app.example/bye/",
            "https://app.example/bye?b=1",
            "https://app.example/bye#x",
            "https://app.example/BYE",
            "https://APP.example/bye",
            "https://app.example:443/bye",
            "https://app.example:8443/bye",
            "http://app.example/bye",
            "https://user@app.example/bye",
            "https://app.example.evil.example/bye",
            "https://evil.example/bye",
            "https://app.example/b%79e",
            "https://app.example/x/../bye",
            "https://app.example\\bye",
            "https://app.example/bye\0",
            "https://app.example/bye ",
            "//app.example/bye",
            "/bye",
            "javascript:alert(1)",
            // A redirect URI for codes is not one for signing out.
            "https://app.example/cb",
        ] {
            assert_eq!(judged(near), Err(DestinationRefused::NotRegistered), "{near}");
        }
    }

    #[test]
    fn without_a_client_there_is_no_redirect() {
        let wanted = Some("https://app.example/bye");
        assert_eq!(Destination::judge(None, wanted, None), Err(DestinationRefused::NoClient));
        assert_eq!(Destination::judge(None, None, Some("s")), Ok(Destination::SignedOut));
        assert_eq!(Destination::SignedOut.location(), "/login/signed-out");
    }

    #[test]
    fn state_comes_back_and_the_registered_query_stays() {
        assert_eq!(
            judged("https://app.example/bye").unwrap().location(),
            "https://app.example/bye?state=a+b%26c"
        );
        assert_eq!(
            judged("https://app.example/bye?a=1").unwrap().location(),
            "https://app.example/bye?a=1&state=a+b%26c"
        );
        let silent = Destination::judge(Some(&client()), Some("https://app.example/bye"), None).unwrap();
        assert_eq!(silent.location(), "https://app.example/bye");
    }

    #[test]
    fn a_state_is_echoed_whole_or_refused() {
        let judge = |length: usize| {
            let state = "é".repeat(length / 2);
            Destination::judge(Some(&client()), Some("https://app.example/bye"), Some(&state))
        };
        let location = judge(2048).unwrap().location();
        let echoed = url::Url::parse(&location).unwrap();
        assert_eq!(echoed.query_pairs().next().unwrap().1, "é".repeat(1024));
        assert_eq!(judge(2050), Err(DestinationRefused::StateTooLong));
    }

    #[test]
    fn nothing_in_a_state_leaves_its_header() {
        let state = "x\r\nSet-Cookie: a=b";
        let judged = Destination::judge(Some(&client()), Some("https://app.example/bye"), Some(state));
        assert_eq!(judged.unwrap().location(), "https://app.example/bye?state=x%0D%0ASet-Cookie%3A+a%3Db");
    }
}
