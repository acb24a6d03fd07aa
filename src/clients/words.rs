//! The texts that an application is registered with.

use super::{ClientKind, origin_of, validate};

/// The server looks no further at a `client_id` that is longer.
const LONGEST_CLIENT_ID: usize = 200;
const LONGEST_AUDIENCE: usize = 500;

/// `client_id` without the blanks that RFC 6749 A.1 would allow.
pub fn check_client_id(text: &str) -> Result<String, &'static str> {
    let fits =
        (1..=LONGEST_CLIENT_ID).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic());
    fits.then(|| text.to_owned()).ok_or("expected 1 to 200 visible ASCII characters without blanks")
}

/// `scope-token` (RFC 6749 3.3).
pub fn check_scope(text: &str) -> Result<String, String> {
    let allowed = |byte: u8| byte.is_ascii_graphic() && byte != b'"' && byte != b'\\';
    if !text.is_empty() && text.len() <= 200 && text.bytes().all(allowed) {
        Ok(text.to_owned())
    } else if text.contains(' ') {
        Err("a scope has no blanks; write each as a text of its own: [\"openid\", \"profile\"]".into())
    } else {
        Err("expected a scope of visible ASCII characters without \" and \\ (RFC 6749 3.3)".into())
    }
}

/// The name of an API, as it stands in `aud`.
pub fn check_audience(text: &str) -> Result<String, &'static str> {
    let fits =
        (1..=LONGEST_AUDIENCE).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic());
    fits.then(|| text.to_owned())
        .ok_or("expected the name of an API without blanks, such as https://api.example.com")
}

/// A web origin as browsers write it.
pub fn check_origin(text: &str) -> Result<String, String> {
    validate(text, ClientKind::Web).map_err(|why| why.to_string())?;
    match origin_of(text) {
        Some(origin) if origin == text => Ok(origin),
        Some(origin) => Err(format!("an origin is scheme, host and port alone; write \"{origin}\"")),
        None => Err("expected a web origin such as https://app.example.com".into()),
    }
}
