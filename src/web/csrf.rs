//! Forms that only our own pages can send: a token bound to the browser, and a look at where the request came from.
//!
//! The token is a function of the browser's cookie and the form's purpose, so nothing is stored and a form of one
//! browser or for one purpose is of no use with another (OWASP ASVS 5.0 3.5.1, 10.1.2).

use actix_web::http::header::{HeaderMap, HeaderName, ORIGIN};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::secret::{Secret, equal_in_constant_time, hmac_sha256};

const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// The server's key for form tokens.
#[derive(Clone)]
pub struct CsrfKey([u8; 32]);

impl CsrfKey {
    /// Takes a key that was derived for this purpose alone.
    pub const fn new(key: [u8; 32]) -> Self {
        Self(key)
    }

    /// The token of a form that is shown to `browser` for `purpose`.
    pub fn token(&self, browser: &Secret, purpose: &str) -> String {
        // The digest has a fixed length, so browser and purpose cannot run into each other.
        let message = [browser.digest().as_bytes(), purpose.as_bytes()].concat();
        URL_SAFE_NO_PAD.encode(hmac_sha256(&self.0, &message))
    }

    /// Whether `token` is the one that this browser was given for this purpose.
    pub fn verify(&self, browser: &Secret, purpose: &str, token: &str) -> bool {
        equal_in_constant_time(self.token(browser, purpose).as_bytes(), token.as_bytes())
    }
}

impl std::fmt::Debug for CsrfKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("CsrfKey(..)")
    }
}

/// Whether a form post came from our own pages, as far as the browser says. `public_origin` is our scheme, host and
/// port as browsers write them: lower case, no default port, no slash at the end.
///
/// `Origin: null` is what sandboxed and foreign documents send, but also what our own pages send under
/// `Referrer-Policy: no-referrer` (Fetch, "append a request `Origin` header"). Only `Sec-Fetch-Site: same-origin`,
/// which no page can forge, tells the two apart. A browser too old to send either header is held by the token alone.
pub fn same_origin(headers: &HeaderMap, public_origin: &str) -> bool {
    let mut origins = headers.get_all(ORIGIN);
    match (origins.next(), origins.next()) {
        (Some(_), Some(_)) => false,
        (Some(origin), None) if origin == "null" => {
            fetch_site(headers).is_some_and(|site| site == b"same-origin")
        }
        (Some(origin), None) => origin.as_bytes() == public_origin.as_bytes(),
        (None, _) => fetch_site(headers).is_none_or(|site| [&b"same-origin"[..], b"none"].contains(&site)),
    }
}

/// `Sec-Fetch-Site`, where two values are as good as a foreign one.
fn fetch_site(headers: &HeaderMap) -> Option<&[u8]> {
    let mut sites = headers.get_all(SEC_FETCH_SITE);
    match (sites.next(), sites.next()) {
        (Some(site), None) => Some(site.as_bytes()),
        (Some(_), Some(_)) => Some(b"cross-site"),
        (None, _) => None,
    }
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::HeaderValue;

    use super::*;

    const OURS: &str = "https://id.example";

    fn verdict(pairs: &[(&str, &str)]) -> bool {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.append(name.parse().unwrap(), HeaderValue::from_str(value).unwrap());
        }
        same_origin(&headers, OURS)
    }

    #[test]
    fn our_origin_and_nothing_near_it() {
        assert!(verdict(&[("origin", OURS)]));
        for near in [
            "http://id.example",
            "https://id.example/",
            "https://id.example:443",
            "https://id.example:8443",
            "https://id.example.evil.example",
            "https://evil.example",
            "https://ID.example",
            "https://x.id.example",
            "https://id.example https://evil.example",
            "",
            "NULL",
        ] {
            assert!(!verdict(&[("origin", near)]), "{near}");
            assert!(!verdict(&[("origin", near), ("sec-fetch-site", "same-origin")]), "{near}");
        }
        assert!(!verdict(&[("origin", OURS), ("origin", "https://evil.example")]));
    }

    #[test]
    fn a_null_origin_needs_the_browsers_word() {
        assert!(!verdict(&[("origin", "null")]));
        assert!(verdict(&[("origin", "null"), ("sec-fetch-site", "same-origin")]));
        for site in ["cross-site", "same-site", "none", "same-origin ", "Same-Origin", ""] {
            assert!(!verdict(&[("origin", "null"), ("sec-fetch-site", site)]), "{site}");
        }
    }

    #[test]
    fn without_an_origin_the_fetch_site_decides() {
        assert!(verdict(&[]));
        for (site, expected) in [
            ("same-origin", true),
            ("none", true),
            ("same-site", false),
            ("cross-site", false),
            ("junk", false),
            ("", false),
        ] {
            assert_eq!(verdict(&[("sec-fetch-site", site)]), expected, "{site}");
        }
        assert!(!verdict(&[("sec-fetch-site", "same-origin"), ("sec-fetch-site", "cross-site")]));
    }

    #[test]
    fn tokens_hold_for_one_browser_one_purpose_and_one_key() {
        let (key, browser) = (CsrfKey::new([1; 32]), Secret::new("browser"));
        let token = key.token(&browser, "login");
        assert_eq!(token.len(), 43);
        assert!(key.verify(&browser, "login", &token));
        assert!(!key.verify(&Secret::new("other"), "login", &token));
        assert!(!key.verify(&browser, "logout", &token));
        assert!(!CsrfKey::new([2; 32]).verify(&browser, "login", &token));
        for near in ["", "a", &token[1..], &format!("{token}="), &token.to_lowercase()] {
            assert!(!key.verify(&browser, "login", near), "{near}");
        }
        assert!(!key.verify(&Secret::new("browserl"), "ogin", &token));
    }
}
