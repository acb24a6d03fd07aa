//! The bytes that a message signature covers (RFC 9421 2.5).

use std::borrow::Cow;

use super::authority::Authority;
use super::error::SignatureError;
use super::request::SignedRequest;

/// Writes the signature base: a line for each component, in the order in which they are covered, and one for
/// `parameters`, which is the serialised inner list with its parameters.
///
/// # Errors
/// When a component is not known, or its header is not there.
pub(super) fn signature_base<'c>(
    request: &SignedRequest<'_>,
    components: impl IntoIterator<Item = &'c str>,
    parameters: &str,
) -> Result<String, SignatureError> {
    let mut base = String::new();
    for name in components {
        for part in ["\"", name, "\": ", &value(request, name)?, "\n"] {
            base.push_str(part);
        }
    }
    base.push_str("\"@signature-params\": ");
    base.push_str(parameters);
    Ok(base)
}

fn value<'r>(request: &'r SignedRequest<'_>, component: &str) -> Result<Cow<'r, str>, SignatureError> {
    if component.starts_with('@') {
        return derived(request, component);
    }
    if !is_field_name(component) {
        return Err(SignatureError::Malformed("component"));
    }
    let value = request.combined(component)?;
    value.map(Cow::Owned).ok_or(SignatureError::HeaderMissing("signed header"))
}

/// RFC 9421 2.2.
fn derived<'r>(request: &'r SignedRequest<'_>, component: &str) -> Result<Cow<'r, str>, SignatureError> {
    let scheme = request.scheme.as_str();
    let authority =
        || Authority::parse(request.scheme, request.authority).map_err(|_| SignatureError::ForeignAuthority);
    Ok(match component {
        "@method" => request.method.into(),
        "@authority" => authority()?.as_str().to_owned().into(),
        "@scheme" => scheme.into(),
        "@target-uri" => format!("{scheme}://{}{}", authority()?, request.target).into(),
        "@request-target" => request.target.into(),
        "@path" => request.path().into(),
        "@query" => format!("?{}", request.query().unwrap_or_default()).into(),
        _ => return Err(SignatureError::Malformed("component")),
    })
}

/// Names are signed in lower case (RFC 9421 2.1).
fn is_field_name(name: &str) -> bool {
    let allowed =
        |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"!#$%&'*+-.^_`|~".contains(&byte);
    !name.is_empty() && name.bytes().all(allowed)
}
