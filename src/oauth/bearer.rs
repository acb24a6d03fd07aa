//! Where a request carries its access token (RFC 6750 2): in the `Authorization` header or in a form, in one of them,
//! and never in the query, where logs and histories would keep it.

/// The places in which a token may stand.
#[derive(Clone, Copy, Debug, Default)]
pub struct Places<'a> {
    /// The `Authorization` header.
    pub header: Option<&'a str>,
    /// The parameter `access_token` of a form.
    pub form: Option<&'a str>,
    /// Whether the query has a parameter `access_token`.
    pub in_query: bool,
}

/// Why a request carries no token that could be looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BearerError {
    /// In the query.
    #[error("an access token in the query ends up in logs: send it in the Authorization header")]
    Query,
    /// In two places.
    #[error("the access token was sent in more than one way")]
    Several,
    /// `Bearer` without a token of its form.
    #[error("the Authorization header must be: Bearer TOKEN")]
    Malformed,
}

/// The token of a request, if it carries one. Other schemes of the header than `Bearer` carry none.
///
/// # Errors
/// When a token stands where it must not.
pub fn token(places: Places<'_>) -> Result<Option<&str>, BearerError> {
    if places.in_query {
        return Err(BearerError::Query);
    }
    let header = places.header.map(credentials).transpose()?.flatten();
    match (header, places.form) {
        (Some(_), Some(_)) => Err(BearerError::Several),
        (Some(token), None) | (None, Some(token)) => Ok(Some(token)),
        (None, None) => Ok(None),
    }
}

/// `Bearer` and a `b64token` (RFC 6750 2.1). The name of a scheme has no case (RFC 9110 11.1).
fn credentials(header: &str) -> Result<Option<&str>, BearerError> {
    let header = header.trim_matches([' ', '\t']);
    let (scheme, token) = header.split_once(' ').unwrap_or((header, ""));
    if !scheme.eq_ignore_ascii_case("bearer") {
        return Ok(None);
    }
    let token = token.trim_start_matches(' ');
    let body = token.trim_end_matches('=');
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~+/".contains(&byte);
    if body.is_empty() || !body.bytes().all(fits) {
        return Err(BearerError::Malformed);
    }
    Ok(Some(token))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header(header: &str) -> Result<Option<&str>, BearerError> {
        token(Places { header: Some(header), ..Places::default() })
    }

    #[test]
    fn the_header_is_read_as_the_rfc_writes_it() {
        for good in ["Bearer a.b-c_d~e+f/g==", "bearer a.b-c_d~e+f/g==", "BEARER   a.b-c_d~e+f/g== "] {
            assert_eq!(header(good), Ok(Some("a.b-c_d~e+f/g==")), "{good}");
        }
        for other in ["Basic YTpi", "DPoP abc", "Bearerabc", ""] {
            assert_eq!(header(other), Ok(None), "{other}");
        }
        for bad in [
            "Bearer",
            "Bearer ",
            "Bearer a b",
            "Bearer =",
            "Bearer a\tb",
            "Bearer a,b",
            "Bearer a=b",
            "Bearer é",
        ] {
            assert_eq!(header(bad), Err(BearerError::Malformed), "{bad}");
        }
    }

    #[test]
    fn one_place_and_never_the_query() {
        let form = Places { form: Some("t"), ..Places::default() };
        assert_eq!(token(form), Ok(Some("t")));
        assert_eq!(token(Places::default()), Ok(None));
        assert_eq!(token(Places { header: Some("Bearer t"), ..form }), Err(BearerError::Several));
        assert_eq!(token(Places { header: Some("Basic YTpi"), ..form }), Ok(Some("t")));
        assert_eq!(token(Places { in_query: true, ..Places::default() }), Err(BearerError::Query));
        let query_too = Places { header: Some("Bearer t"), in_query: true, ..Places::default() };
        assert_eq!(token(query_too), Err(BearerError::Query));
    }
}
