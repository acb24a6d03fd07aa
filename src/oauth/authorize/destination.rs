//! Where an answer may go. A value of this type exists only once client and redirect URI are proven, so an error that
//! redirects to a stranger cannot be written.

use url::Url;

use crate::clients::ResponseMode;
use crate::oauth::ErrorCode;
use crate::secret::Secret;

/// A proven redirect URI with what every answer to it carries.
#[derive(Clone, Debug)]
pub struct Destination {
    redirect_uri: String,
    mode: ResponseMode,
    state: Option<String>,
    issuer: String,
}

/// An answer, ready to be sent through the browser.
#[derive(Debug)]
pub enum Answer {
    /// A redirect to this URL.
    Redirect(Secret),
    /// A form that the browser posts to `action` (OAuth 2.0 Form Post Response Mode).
    Form {
        /// The redirect URI.
        action: String,
        /// Names and values of the hidden fields.
        fields: Vec<(&'static str, String)>,
    },
}

impl Destination {
    pub(super) fn new(redirect_uri: &str, mode: ResponseMode, state: Option<&str>, issuer: &str) -> Self {
        Self {
            redirect_uri: redirect_uri.to_owned(),
            mode,
            state: state.map(str::to_owned),
            issuer: issuer.to_owned(),
        }
    }

    /// The proven redirect URI.
    pub fn redirect_uri(&self) -> &str {
        &self.redirect_uri
    }

    /// Sends a code.
    pub fn code(&self, code: &str) -> Answer {
        self.answer(vec![("code", code.to_owned())])
    }

    /// Sends an error (RFC 6749 4.1.2.1).
    pub fn error(&self, code: ErrorCode, description: &str) -> Answer {
        self.answer(vec![("error", code.to_string()), ("error_description", ascii(description))])
    }

    fn answer(&self, mut fields: Vec<(&'static str, String)>) -> Answer {
        if let Some(state) = &self.state {
            fields.push(("state", state.clone()));
        }
        // RFC 9207: the client can tell which server answered.
        fields.push(("iss", self.issuer.clone()));
        match (self.mode, Url::parse(&self.redirect_uri)) {
            (ResponseMode::Query, Ok(mut url)) => {
                url.query_pairs_mut().extend_pairs(&fields);
                Answer::Redirect(Secret::new(url))
            }
            // A registered URI always parses; should one not, the form carries the answer just as well.
            _ => Answer::Form { action: self.redirect_uri.clone(), fields },
        }
    }
}

/// `error_description` is printable ASCII without quotes and backslashes (RFC 6749 4.1.2.1).
fn ascii(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            '"' => '\'',
            ' '..='~' if c != '\\' => c,
            _ => '?',
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_of_the_redirect_uri_is_kept() {
        let to = Destination::new(
            "https://a.example/cb?x=1",
            ResponseMode::Query,
            Some("s&t=1"),
            "https://id.example",
        );
        let Answer::Redirect(url) = to.code("gkac_1") else { panic!("a redirect") };
        assert_eq!(
            url.expose(),
            "https://a.example/cb?x=1&code=gkac_1&state=s%26t%3D1&iss=https%3A%2F%2Fid.example"
        );
    }

    #[test]
    fn errors_carry_state_and_issuer_too() {
        let to =
            Destination::new("https://a.example/cb", ResponseMode::Query, Some("s"), "https://id.example");
        let Answer::Redirect(url) = to.error(ErrorCode::AccessDenied, "say \"no\" – now") else { panic!() };
        assert!(url.expose().contains("error=access_denied"));
        assert!(url.expose().contains("error_description=say+%27no%27+%3F+now"));
        assert!(url.expose().contains("state=s&iss="));
    }

    #[test]
    fn form_post_has_the_same_fields() {
        let to =
            Destination::new("https://a.example/cb", ResponseMode::FormPost, Some("s"), "https://id.example");
        let Answer::Form { action, fields } = to.code("c") else { panic!("a form") };
        assert_eq!(action, "https://a.example/cb");
        assert_eq!(fields.iter().map(|(name, _)| *name).collect::<Vec<_>>(), ["code", "state", "iss"]);
    }

    #[test]
    fn private_schemes_get_their_query() {
        let to = Destination::new("com.example.app:/cb", ResponseMode::Query, None, "https://id.example");
        let Answer::Redirect(url) = to.code("c") else { panic!() };
        assert_eq!(url.expose(), "com.example.app:/cb?code=c&iss=https%3A%2F%2Fid.example");
    }
}
