//! Redirect URIs: what may be registered, and when a requested one is a registered one (RFC 9700 4.1.3,
//! RFC 8252 7).

use url::{Host, Url};

use super::ClientKind;

/// Why a redirect URI cannot be registered.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidRedirectUri {
    /// Not an absolute URI.
    #[error("{0:?} is not an absolute URI")]
    NotAbsolute(String),
    /// A form that two parsers could read in two ways.
    #[error("{given:?} is not in normal form; write {normal:?}")]
    NotNormal {
        /// As given.
        given: String,
        /// As it should be written.
        normal: String,
    },
    /// The scheme leads somewhere codes must not go.
    #[error(
        "{0:?}: only https, http on this very machine (127.0.0.1, [::1], localhost), and for native applications \
             a private scheme such as com.example.app:/callback are allowed"
    )]
    Scheme(String),
    /// `#fragment`.
    #[error("{0:?} has a fragment")]
    Fragment(String),
    /// `user@`.
    #[error("{0:?} has a user name or password")]
    UserInfo(String),
    /// `*`, a backslash, a control character or white space.
    #[error("{0:?} has a wildcard, a backslash, white space or a control character")]
    Character(String),
}

/// Checks a URI before it is registered. What is refused here need not be feared when it is compared later.
pub fn validate(uri: &str, kind: ClientKind) -> Result<(), InvalidRedirectUri> {
    let given = || uri.chars().take(200).collect::<String>();
    if uri.chars().any(|c| c.is_control() || c.is_whitespace() || matches!(c, '*' | '\\' | '"' | '<' | '>')) {
        return Err(InvalidRedirectUri::Character(given()));
    }
    let parsed = Url::parse(uri).map_err(|_| InvalidRedirectUri::NotAbsolute(given()))?;
    let allowed = match parsed.scheme() {
        "https" => parsed.has_host(),
        "http" => is_this_machine(&parsed),
        // RFC 8252 7.1: a private scheme is a reversed domain name, so it has a dot; that also keeps javascript:,
        // data:, file: and their like out without a list of them.
        scheme => kind == ClientKind::Native && scheme.contains('.'),
    };
    if !allowed {
        return Err(InvalidRedirectUri::Scheme(given()));
    }
    if parsed.fragment().is_some() || uri.contains('#') {
        return Err(InvalidRedirectUri::Fragment(given()));
    }
    if !parsed.username().is_empty() || parsed.password().is_some() || authority(uri).contains('@') {
        return Err(InvalidRedirectUri::UserInfo(given()));
    }
    let normal = parsed.as_str();
    let same = normal == uri || normal.strip_suffix('/') == Some(uri) && parsed.path() == "/";
    if !same {
        return Err(InvalidRedirectUri::NotNormal { given: given(), normal: normal.to_owned() });
    }
    Ok(())
}

fn authority(uri: &str) -> &str {
    uri.split_once("://").map_or("", |(_, rest)| rest.split(['/', '?', '#']).next().unwrap_or_default())
}

fn is_this_machine(uri: &Url) -> bool {
    match uri.host() {
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    }
}

/// Whether `requested` is one of `registered`: equal character by character, but for the port of a native
/// application's loopback address, which its operating system picks anew at each start (RFC 8252 7.3).
pub fn is_registered(requested: &str, registered: &[String], kind: ClientKind) -> bool {
    registered.iter().any(|known| {
        known == requested
            || kind == ClientKind::Native
                && without_loopback_port(known)
                    .zip(without_loopback_port(requested))
                    .is_some_and(|(known, requested)| known == requested)
    })
}

/// Splits `http://127.0.0.1:4711/cb` into its address and the rest after the port. `localhost` is a name that may
/// resolve to anything, so it is not taken for the address.
fn without_loopback_port(uri: &str) -> Option<(&'static str, &str)> {
    let (address, rest) = ["http://127.0.0.1", "http://[::1]"]
        .into_iter()
        .find_map(|prefix| uri.strip_prefix(prefix).map(|rest| (prefix, rest)))?;
    let Some(after) = rest.strip_prefix(':') else {
        return (rest.is_empty() || rest.starts_with(['/', '?'])).then_some((address, rest));
    };
    let end = after.find(|c: char| !c.is_ascii_digit()).unwrap_or(after.len());
    let (port, rest) = after.split_at_checked(end)?;
    let sound = port.parse::<u16>().is_ok() && (rest.is_empty() || rest.starts_with(['/', '?']));
    sound.then_some((address, rest))
}

/// The web origin of a URI, for CORS; none for private schemes.
pub fn origin_of(uri: &str) -> Option<String> {
    let origin = Url::parse(uri).ok()?.origin();
    origin.is_tuple().then(|| origin.ascii_serialization())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sound_uris_are_accepted() {
        for uri in [
            "https://app.example.com/cb",
            "https://app.example.com",
            "https://a.example/cb?x=1",
            "http://127.0.0.1/cb",
            "http://127.0.0.1:3000/cb",
            "http://[::1]/cb",
            "http://localhost:3000/cb",
        ] {
            assert_eq!(validate(uri, ClientKind::Web), Ok(()), "{uri}");
        }
        assert_eq!(validate("com.example.app:/cb", ClientKind::Native), Ok(()));
    }

    #[test]
    fn dangerous_registrations_are_refused() {
        for uri in [
            "javascript:alert(1)",
            "JaVaScRiPt:alert(1)",
            "data:text/html,x",
            "vbscript:x",
            "file:///etc/passwd",
            "http://app.example.com/cb",
            "https://*.example.com/cb",
            "https://app.example.com/*",
            "https://user@app.example.com/cb",
            "https://a:b@app.example.com/cb",
            "https://@app.example.com/cb",
            "https://app.example.com/cb#frag",
            "https://app.example.com/cb#",
            "https://app.example.com/a/../cb",
            "https://app.example.com/%2e%2e/cb",
            "https://APP.example.com/cb",
            "https://app.example.com:443/cb",
            "https:/app.example.com/cb",
            "https://app.example.com\\@evil.example/cb",
            "https://app.example.com/c b",
            "https://app.example.com/\u{0}",
            "/relative",
            "app.example.com",
            "",
            "com.example.app:/cb",
            "myapp:/cb",
            "http://127.0.0.1.evil.example/cb",
            "https:///cb",
        ] {
            assert!(validate(uri, ClientKind::Web).is_err(), "{uri}");
        }
        assert!(validate("myapp:/cb", ClientKind::Native).is_err());
        assert!(validate("JaVaScRiPt:alert(1)", ClientKind::Native).is_err());
    }

    #[test]
    fn near_misses_do_not_match() {
        let known = ["https://app.example.com/cb".to_owned(), "http://127.0.0.1:3000/cb".to_owned()];
        assert!(is_registered("https://app.example.com/cb", &known, ClientKind::Web));
        for near in [
            "https://app.example.com/cb/",
            "https://app.example.com/cb?x=1",
            "https://app.example.com/cb?",
            "https://app.example.com/cb#",
            "https://app.example.com/CB",
            "https://APP.example.com/cb",
            "HTTPS://app.example.com/cb",
            "https://app.example.com:443/cb",
            "https://app.example.com:8443/cb",
            "https://user@app.example.com/cb",
            "https://app.example.com@evil.example/cb",
            "https://app.example.com/..;/cb",
            "https://app.example.com/x/../cb",
            "https://app.example.com/%63b",
            "https://app.example.com/cb%2e",
            "https://app.example.com\\cb",
            "https://app.example.com/cb\0",
            "https://app.example.com.evil.example/cb",
            "https://evilapp.example.com/cb",
            "https://fooapp.example.com/cb",
            "http://app.example.com/cb",
            "https://app.example.com//cb",
            "",
            " https://app.example.com/cb",
            "http://127.0.0.1:3001/cb",
            "http://localhost:3000/cb",
        ] {
            assert!(!is_registered(near, &known, ClientKind::Web), "{near}");
        }
    }

    #[test]
    fn only_the_port_of_a_native_loopback_address_is_free() {
        let known = [
            "http://127.0.0.1/cb".to_owned(),
            "http://[::1]:1/cb".to_owned(),
            "http://localhost/cb".to_owned(),
        ];
        for fits in
            ["http://127.0.0.1:51234/cb", "http://127.0.0.1/cb", "http://[::1]:9/cb", "http://localhost/cb"]
        {
            assert!(is_registered(fits, &known, ClientKind::Native), "{fits}");
        }
        for near in [
            "http://127.0.0.1:51234/cb2",
            "http://127.0.0.1:51234",
            "http://127.0.0.1:99999/cb",
            "http://127.0.0.1:/cb",
            "http://127.0.0.1:80@evil.example/cb",
            "http://127.0.0.1.evil.example/cb",
            "http://127.0.0.2:1/cb",
            "https://127.0.0.1:1/cb",
            "http://localhost:51234/cb",
            "http://127.0.0.1:1x/cb",
            "http://127.0.0.1:+1/cb",
        ] {
            assert!(!is_registered(near, &known, ClientKind::Native), "{near}");
        }
    }
}
