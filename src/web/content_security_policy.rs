//! Content Security Policy (CSP Level 3): what a page of ours may load, and where its forms may go.

use std::net::IpAddr;

use actix_web::http::header::{CONTENT_SECURITY_POLICY, HeaderName, HeaderValue};
use url::{Host, Url};

/// The policy of everything that is not a page: nothing may be loaded and nobody may frame it.
pub const NOTHING: &str = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

/// The policy of a page. No source in it allows inline scripts or styles.
#[derive(Debug, Clone, Default)]
pub struct ContentSecurityPolicy {
    scripts: bool,
    connections: bool,
    form_targets: Vec<String>,
}

impl ContentSecurityPolicy {
    /// A page with our style sheet and images, and forms that come back to us.
    pub fn page() -> Self {
        Self::default()
    }

    /// Also allows our own script files.
    pub const fn script_self(mut self) -> Self {
        self.scripts = true;
        self
    }

    /// Also allows our own scripts to call us.
    pub const fn connect_self(mut self) -> Self {
        self.connections = true;
        self
    }

    /// Also allows forms to end at `source`, as [`form_action_source`] gives it. Browsers hold a form to its policy
    /// through redirects, so the page that leads to a client's redirect URI must name it. What is not a single
    /// well-formed source is left out: the form then fails, and the policy stays whole.
    pub fn form_action(mut self, source: impl Into<String>) -> Self {
        let source = source.into();
        if is_source(&source) {
            self.form_targets.push(source);
        }
        self
    }

    /// The policy's text.
    pub fn to_text(&self) -> String {
        let scripts = if self.scripts { " script-src 'self';" } else { "" };
        let connections = if self.connections { " connect-src 'self';" } else { "" };
        let targets: String = self.form_targets.iter().map(|target| format!(" {target}")).collect();
        format!(
            "default-src 'none'; style-src 'self'; img-src 'self' data:;{scripts}{connections} form-action 'self'{targets}; \
             base-uri 'none'; frame-ancestors 'none'; object-src 'none'"
        )
    }

    /// The header, ready for `insert_header`.
    pub fn header(&self) -> (HeaderName, HeaderValue) {
        let value =
            HeaderValue::from_str(&self.to_text()).unwrap_or_else(|_| HeaderValue::from_static(NOTHING));
        (CONTENT_SECURITY_POLICY, value)
    }
}

/// The source under which a policy allows a form to end at `redirect_uri`; `None` when no safe source can say it.
///
/// - `https://client.example/cb` gives its origin, `https://client.example`.
/// - `http://127.0.0.1/cb` gives `http://127.0.0.1:*`: a native client picks its port when it runs (RFC 8252 7.3).
/// - An IPv6 literal cannot be written as a source (CSP 2.3.1), so its scheme stands for it.
/// - `com.example.app:/cb` gives `com.example.app:`.
pub fn form_action_source(redirect_uri: &str) -> Option<String> {
    // The URL parser drops tabs, line feeds and blanks at the ends: what needs that was never registered.
    if redirect_uri.chars().any(|char| char.is_control() || char.is_whitespace()) {
        return None;
    }
    let url = Url::parse(redirect_uri).ok()?;
    let source = match url.scheme() {
        "http" | "https" => web_source(&url)?,
        "javascript" | "data" | "vbscript" | "blob" | "file" | "filesystem" | "about" | "ws" | "wss"
        | "ftp" => {
            return None;
        }
        scheme => format!("{scheme}:"),
    };
    is_source(&source).then_some(source)
}

fn web_source(url: &Url) -> Option<String> {
    if !url.username().is_empty() || url.password().is_some() {
        return None;
    }
    let scheme = url.scheme();
    match url.host()? {
        Host::Ipv6(_) => Some(format!("{scheme}:")),
        Host::Ipv4(address) if scheme == "http" && IpAddr::V4(address).is_loopback() => {
            Some(format!("http://{address}:*"))
        }
        Host::Ipv4(_) | Host::Domain(_) => Some(url.origin().ascii_serialization()),
    }
}

/// Whether `source` is `scheme:` or `scheme://host[:port]` and nothing else. A wildcard stands for a port only.
fn is_source(source: &str) -> bool {
    let Some((scheme, rest)) = source.split_once(':') else { return false };
    let scheme_is_fit = scheme.starts_with(|first: char| first.is_ascii_alphabetic())
        && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte));
    let Some(authority) = rest.strip_prefix("//") else { return scheme_is_fit && rest.is_empty() };
    let (host, port) = authority.split_once(':').unwrap_or((authority, "*"));
    let host_is_fit =
        !host.is_empty() && host.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._".contains(&byte));
    let port_is_fit = port == "*" || (!port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit()));
    scheme_is_fit && host_is_fit && port_is_fit
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_allows_our_own_things_only() {
        assert_eq!(
            ContentSecurityPolicy::page().to_text(),
            "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none'; \
             frame-ancestors 'none'; object-src 'none'"
        );
        assert_eq!(
            ContentSecurityPolicy::page().form_action("https://client.example").script_self().to_text(),
            "default-src 'none'; style-src 'self'; img-src 'self' data:; script-src 'self'; \
             form-action 'self' https://client.example; base-uri 'none'; frame-ancestors 'none'; object-src 'none'"
        );
    }

    #[test]
    fn sources_of_redirect_uris() {
        for (uri, expected) in [
            ("https://client.example/cb", "https://client.example"),
            ("https://client.example:443/cb", "https://client.example"),
            ("https://client.example:8443/cb?x=1", "https://client.example:8443"),
            ("HTTPS://Client.Example/cb;a,b'c", "https://client.example"),
            ("https://münchen.example/", "https://xn--mnchen-3ya.example"),
            ("https://192.0.2.7/cb", "https://192.0.2.7"),
            ("http://localhost:3000/cb", "http://localhost:3000"),
            ("http://127.0.0.1/cb", "http://127.0.0.1:*"),
            ("http://127.0.0.1:4711/cb", "http://127.0.0.1:*"),
            ("https://127.0.0.1/cb", "https://127.0.0.1"),
            ("http://[::1]:4711/cb", "http:"),
            ("https://[2001:db8::1]/cb", "https:"),
            ("com.example.app:/cb", "com.example.app:"),
            ("com.example.app://cb;script-src *", ""),
            ("com.example.app://cb;script-src", "com.example.app:"),
            ("Web+App:cb", "web+app:"),
        ] {
            assert_eq!(form_action_source(uri).unwrap_or_default(), expected, "{uri}");
        }
    }

    #[test]
    fn what_could_break_the_policy_has_no_source() {
        for uri in [
            "",
            "client.example/cb",
            "//client.example/cb",
            "javascript:alert(1)",
            "JaVaScRiPt:alert(1)",
            "java\tscript:alert(1)",
            "data:text/html,x",
            "vbscript:x",
            "blob:https://client.example/x",
            "file:///etc/passwd",
            "https://*.client.example/cb",
            "https://*/cb",
            "https://client.example;script-src/cb",
            "https://client.example,evil.example/cb",
            "https://client.example'/cb",
            "https://client.example\"/cb",
            "https://client.example\n/cb",
            " https://client.example/cb",
            "https://client.example/cb\r\nSet-Cookie: a=b",
            "https://user@evil.example/cb",
            "https://client.example:pass@evil.example/cb",
            "https://client.example:99999/cb",
            "https:///",
            "app;x:/cb",
        ] {
            assert_eq!(form_action_source(uri), None, "{uri}");
        }
    }

    #[test]
    fn a_source_that_is_not_one_is_left_out() {
        let plain = ContentSecurityPolicy::page().to_text();
        for bad in [
            "",
            "*",
            "https://a.example b.example",
            "https://a.example; script-src *",
            "'unsafe-inline'",
            "https://*.a.example",
            "https://a.example/path",
            "https://",
            "https://a.example:",
            ":",
            "https",
            "https://a.example\r\nx: y",
            "1a:",
        ] {
            assert_eq!(ContentSecurityPolicy::page().form_action(bad).to_text(), plain, "{bad}");
        }
        let (name, value) = ContentSecurityPolicy::page().form_action("http:").header();
        assert_eq!(name, CONTENT_SECURITY_POLICY);
        assert!(value.to_str().unwrap().contains("form-action 'self' http:;"));
    }
}
