//! The one cookie: a random value that names the browser. What it stands for is kept on the server.
//!
//! Over https it carries the `__Host-` prefix, with which no other host and no plain http page can set it (RFC 6265bis
//! 4.1.3.2). It lives by `Max-Age`, which counts on the browser's own clock, and never by `Expires`.

use std::time::Duration;

use actix_web::cookie::{Cookie, SameSite, time};
use actix_web::http::header::{COOKIE, HeaderMap};

use crate::secret::Secret;

/// Characters of a value: 256 random bits in base64url.
const VALUE_LENGTH: usize = 43;

/// How the browser cookie is written and read on this server.
#[derive(Clone, Copy, Debug)]
pub struct BrowserCookie {
    https: bool,
}

impl BrowserCookie {
    /// `https` says whether the server's public address is https.
    pub const fn new(https: bool) -> Self {
        Self { https }
    }

    /// The cookie's name.
    pub const fn name(self) -> &'static str {
        if self.https { "__Host-gridkey" } else { "gridkey" }
    }

    /// The cookie that makes the browser carry `value` for `lifetime`.
    pub fn set(self, value: &Secret, lifetime: Duration) -> Cookie<'static> {
        let seconds = i64::try_from(lifetime.as_secs()).unwrap_or(i64::MAX);
        self.build(value.expose().to_owned(), time::Duration::seconds(seconds))
    }

    /// The cookie that makes the browser forget.
    pub fn clear(self) -> Cookie<'static> {
        self.build(String::new(), time::Duration::ZERO)
    }

    fn build(self, value: String, max_age: time::Duration) -> Cookie<'static> {
        Cookie::build(self.name(), value)
            .path("/")
            .http_only(true)
            .same_site(SameSite::Lax)
            .secure(self.https)
            .max_age(max_age)
            .finish()
    }

    /// The value that the browser sent. Anything but 43 base64url characters counts as absent, and so do two
    /// different values: one of them was planted.
    pub fn read(self, headers: &HeaderMap) -> Option<Secret> {
        let mut values = headers.get_all(COOKIE).flat_map(|header| values_of(header.as_bytes(), self.name()));
        let first = values.next()?;
        if values.any(|other| other != first) {
            return None;
        }
        let text = std::str::from_utf8(first).ok()?;
        let is_token = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
        (text.len() == VALUE_LENGTH && text.bytes().all(is_token)).then(|| Secret::new(text))
    }
}

/// Every value of the cookie `name` in one header. Bytes, because another application's cookie need not be text.
fn values_of<'a>(header: &'a [u8], name: &'static str) -> impl Iterator<Item = &'a [u8]> {
    header.split(|byte| *byte == b';').filter_map(move |pair| {
        let mut halves = pair.splitn(2, |byte| *byte == b'=');
        let found = halves.next()?.trim_ascii();
        let value = halves.next()?.trim_ascii();
        (found == name.as_bytes()).then_some(value)
    })
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::HeaderValue;

    use super::*;
    use crate::random::Random;

    const VALUE: &str = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNO-_";
    const OTHER: &str = "0bcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNO-_";

    fn read(https: bool, values: &[&[u8]]) -> Option<String> {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(COOKIE, HeaderValue::from_bytes(value).unwrap());
        }
        BrowserCookie::new(https).read(&headers).map(|value| value.expose().to_owned())
    }

    #[test]
    fn writes_every_attribute() {
        let secret = Secret::new(VALUE);
        assert_eq!(
            BrowserCookie::new(true).set(&secret, Duration::from_secs(3600)).to_string(),
            format!("__Host-gridkey={VALUE}; HttpOnly; SameSite=Lax; Secure; Path=/; Max-Age=3600"),
        );
        assert_eq!(
            BrowserCookie::new(false).set(&secret, Duration::from_secs(60)).to_string(),
            format!("gridkey={VALUE}; HttpOnly; SameSite=Lax; Path=/; Max-Age=60"),
        );
        assert_eq!(
            BrowserCookie::new(true).clear().to_string(),
            "__Host-gridkey=; HttpOnly; SameSite=Lax; Secure; Path=/; Max-Age=0",
        );
    }

    #[test]
    fn reads_what_it_wrote() {
        let secret = Secret::generate(&Random::default());
        let sent = format!("theme=dark; __Host-gridkey={}; x=1", secret.expose());
        assert_eq!(read(true, &[sent.as_bytes()]).as_deref(), Some(secret.expose()));
        assert_eq!(read(false, &[sent.as_bytes()]), None);
    }

    #[test]
    fn near_misses_are_absent() {
        let long = format!("gridkey={VALUE}a");
        let short = format!("gridkey={}", &VALUE[1..]);
        let padded = format!("gridkey={}=", &VALUE[1..]);
        let quoted = format!("gridkey=\"{VALUE}\"");
        let prefixed = format!("xgridkey={VALUE}");
        let cased = format!("Gridkey={VALUE}");
        let host = format!("__Host-gridkey={VALUE}");
        let slash = format!("gridkey={}/", &VALUE[1..]);
        for bad in [
            &long, &short, &padded, &quoted, &prefixed, &cased, &host, &slash, "gridkey=", "gridkey", "",
            ";;=",
        ] {
            assert_eq!(read(false, &[bad.as_bytes()]), None, "{bad}");
        }
    }

    #[test]
    fn two_different_values_are_none() {
        let (one, two) = (format!("gridkey={VALUE}"), format!("gridkey={OTHER}"));
        let both = format!("{one}; {two}");
        let twice = format!("{one}; {one}");
        let with_junk = format!("gridkey=; {one}");
        assert_eq!(read(false, &[both.as_bytes()]), None);
        assert_eq!(read(false, &[one.as_bytes(), two.as_bytes()]), None);
        assert_eq!(read(false, &[with_junk.as_bytes()]), None);
        assert_eq!(read(false, &[twice.as_bytes()]).as_deref(), Some(VALUE));
        assert_eq!(read(false, &[one.as_bytes(), one.as_bytes()]).as_deref(), Some(VALUE));
    }

    #[test]
    fn a_neighbours_cookie_of_odd_bytes_does_no_harm() {
        let sent = [b"odd=\xff\xfe; gridkey=", VALUE.as_bytes()].concat();
        assert_eq!(read(false, &[&sent]).as_deref(), Some(VALUE));
    }
}
