//! The host that a request is made to.

use std::fmt;

crate::text::text_enum! {
    /// How the client reached us.
    pub enum UriScheme {
        /// In clear.
        Http = "http",
        /// Over TLS.
        Https = "https",
    }
}

impl UriScheme {
    const fn default_port(self) -> &'static str {
        match self {
            Self::Http => "80",
            Self::Https => "443",
        }
    }
}

/// A host with its port, in the form of RFC 9421 2.2.3: lower-case, without the scheme's default port.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Authority(String);

/// A text that is no host with an optional port.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a host name with an optional port")]
pub struct InvalidAuthority;

impl Authority {
    /// Reads `host` or `host:port`, as a `Host` header has it.
    ///
    /// # Errors
    /// When it is anything else; user names before an `@` are not allowed.
    pub fn parse(scheme: UriScheme, text: &str) -> Result<Self, InvalidAuthority> {
        let (host, port) = match text.rsplit_once(':') {
            // The last colon of a bare IPv6 address in brackets belongs to it.
            Some((host, port)) if !port.ends_with(']') => (host, Some(port)),
            _ => (text, None),
        };
        let host = host.to_ascii_lowercase();
        if !is_host(&host) {
            return Err(InvalidAuthority);
        }
        match port {
            None | Some("") => Ok(Self(host)),
            Some(port) if port == scheme.default_port() => Ok(Self(host)),
            Some(port) if port.len() <= 5 && port.bytes().all(|byte| byte.is_ascii_digit()) => {
                Ok(Self(format!("{host}:{port}")))
            }
            Some(_) => Err(InvalidAuthority),
        }
    }

    /// The text, as it is signed.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn is_host(host: &str) -> bool {
    let allowed = match host.strip_prefix('[').map(|rest| rest.strip_suffix(']')) {
        Some(Some(address)) => return address.parse::<std::net::Ipv6Addr>().is_ok(),
        Some(None) => return false,
        None => |byte: u8| byte.is_ascii_alphanumeric() || b"-._".contains(&byte),
    };
    (1..=253).contains(&host.len()) && host.bytes().all(allowed)
}

impl fmt::Display for Authority {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_and_the_default_port_do_not_count() {
        for (scheme, text, expected) in [
            (UriScheme::Https, "Trading.Example.COM", "trading.example.com"),
            (UriScheme::Https, "trading.example.com:443", "trading.example.com"),
            (UriScheme::Https, "trading.example.com:80", "trading.example.com:80"),
            (UriScheme::Http, "trading.example.com:80", "trading.example.com"),
            (UriScheme::Http, "trading.example.com:", "trading.example.com"),
            (UriScheme::Http, "localhost:8080", "localhost:8080"),
            (UriScheme::Http, "[::1]", "[::1]"),
            (UriScheme::Https, "[::1]:443", "[::1]"),
            (UriScheme::Https, "[::1]:8443", "[::1]:8443"),
        ] {
            assert_eq!(Authority::parse(scheme, text).unwrap().as_str(), expected, "{text}");
        }
        for wrong in [
            "",
            ":443",
            "a b",
            "user@host",
            "host/path",
            "host:port",
            "host:123456",
            "::1",
            "a,b",
            "[::1",
            "é.example",
        ] {
            assert!(Authority::parse(UriScheme::Https, wrong).is_err(), "{wrong}");
        }
    }
}
