//! The page that asks.

use askama::Template;

use crate::web::Reader;

/// Somebody who is signed in in this browser.
#[derive(Clone, Debug)]
pub struct Person {
    /// Full name.
    pub name: String,
    /// Mail address.
    pub email: String,
    /// The organisation's name.
    pub organisation: String,
}

/// Asks whether to sign out.
#[derive(Template)]
#[template(path = "oauth/logout.html")]
pub struct Page<'a> {
    /// Who reads it.
    pub reader: Reader,
    /// Who is signed in.
    pub people: &'a [Person],
    /// The name of the application that wishes it.
    pub application: Option<&'a str>,
    /// Where the form goes.
    pub action: &'a str,
    /// Its token.
    pub csrf: &'a str,
    /// What has to be said again when it is sent.
    pub fields: &'a [(&'static str, &'a str)],
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_that_others_wrote_is_escaped() {
        let evil = "\"><script>alert(1)</script>";
        let person = Person { name: evil.into(), email: evil.into(), organisation: evil.into() };
        let page = Page {
            reader: Reader::default(),
            people: &[person],
            application: Some(evil),
            action: "/oauth2/logout",
            csrf: "token",
            fields: &[("client_id", evil), ("state", evil)],
        };
        let html = page.render().unwrap();
        assert!(!html.contains("<script"), "{html}");
        assert!(html.contains(r#"name="csrf" value="token""#));
        assert_eq!(html.matches("<button").count(), 1);
    }

    #[test]
    fn nothing_is_loaded_from_elsewhere() {
        let reader = Reader::default();
        let page =
            Page { reader, people: &[], application: None, action: "/oauth2/logout", csrf: "", fields: &[] };
        let html = page.render().unwrap();
        assert!(!html.contains("http:") && !html.contains("https:") && !html.contains("style="), "{html}");
    }
}
