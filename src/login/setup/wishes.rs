//! What the first administrator types, checked.

use unicode_normalization::UnicodeNormalization;

use crate::language::Words;
use crate::login::view::Errors;
use crate::secret::Secret;
use crate::tenants::Slug;
use crate::users::{Email, PasswordPolicy};

/// The longest name of a person or an organisation, in characters.
const LONGEST_NAME: usize = 200;
/// The longest slug.
const LONGEST_SLUG: usize = 63;

/// The fields as they were typed, to be shown again; never the password.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Values {
    /// The organisation's name.
    pub organization: String,
    /// Its name in URLs; empty to have one made.
    pub slug: String,
    /// The person's name.
    pub name: String,
    /// The person's address.
    pub email: String,
}

/// The fields in order.
#[derive(Clone, Debug)]
pub struct Wishes {
    /// The organisation's name.
    pub organization: String,
    /// Its name in URLs.
    pub slug: Slug,
    /// The person's name.
    pub name: String,
    /// The person's address.
    pub email: Email,
    /// The password.
    pub password: Secret,
}

impl Wishes {
    /// Checks everything, so that everything wrong is said at once.
    pub fn read(
        values: &Values,
        password: Option<Secret>,
        (policy, words): (PasswordPolicy, Words),
    ) -> Result<Self, Errors> {
        let mut errors = Errors::default();
        let organization =
            name(words, &values.organization, ("organization", "setup-enter-organization"), &mut errors);
        let slug = slug(words, values, &mut errors);
        let person = name(words, &values.name, ("name", "setup-enter-name"), &mut errors);
        let email = match Email::parse(&values.email) {
            Ok(email) => Some(email),
            Err(_) if values.email.trim().is_empty() => {
                errors.add("email", words.t("login-enter-email"));
                None
            }
            Err(why) => {
                errors.add("email", words.t(why.message()));
                None
            }
        };
        let context = [values.email.as_str(), &values.name, &values.organization, "gridkey"];
        let password = match password {
            None => {
                errors.add("password", words.t("login-enter-a-password"));
                None
            }
            Some(password) => match policy.check(&password, &context) {
                Ok(()) => Some(password),
                Err(weak) => {
                    errors.add("password", weak.said(words));
                    None
                }
            },
        };
        match (organization, slug, person, email, password) {
            (Some(organization), Some(slug), Some(name), Some(email), Some(password))
                if errors.is_empty() =>
            {
                Ok(Self { organization, slug, name, email, password })
            }
            _ => Err(errors),
        }
    }
}

fn name(
    words: Words,
    typed: &str,
    (field, missing): (&'static str, &str),
    errors: &mut Errors,
) -> Option<String> {
    let typed = typed.trim();
    if typed.is_empty() {
        errors.add(field, words.t(missing));
        None
    } else if typed.chars().count() > LONGEST_NAME || typed.chars().any(char::is_control) {
        errors.add(field, words.t1("setup-name-long", "most", LONGEST_NAME));
        None
    } else {
        Some(typed.to_owned())
    }
}

fn slug(words: Words, values: &Values, errors: &mut Errors) -> Option<Slug> {
    let typed = values.slug.trim();
    if typed.is_empty() {
        let made = slug_from(&values.organization);
        if made.is_none() && !values.organization.trim().is_empty() {
            errors.add("slug", words.t("setup-no-slug"));
        }
        return made;
    }
    match typed.parse() {
        Ok(slug) => Some(slug),
        Err(_) => {
            errors.add("slug", words.t("setup-slug-form"));
            None
        }
    }
}

/// A slug made from a name: letters without their accents, everything else a hyphen.
pub fn slug_from(name: &str) -> Option<Slug> {
    let mut text = String::new();
    for c in name.nfkd().filter(|c| !unicode_normalization::char::is_combining_mark(*c)) {
        match c.to_ascii_lowercase() {
            'ß' => text.push_str("ss"),
            c if c.is_ascii_alphanumeric() => text.push(c),
            '\'' | '’' | '.' => {}
            _ if text.is_empty() || text.ends_with('-') => {}
            _ => text.push('-'),
        }
    }
    let cut: String = text.chars().take(LONGEST_SLUG).collect();
    cut.trim_end_matches('-').parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values() -> Values {
        Values {
            organization: "Acme GmbH".into(),
            slug: String::new(),
            name: "Ada Lovelace".into(),
            email: "ada@example.com".into(),
        }
    }

    fn read(values: &Values, password: &str) -> Result<Wishes, Errors> {
        let password = Some(password).filter(|text| !text.is_empty()).map(Secret::new);
        Wishes::read(values, password, (PasswordPolicy::default(), Words::default()))
    }

    #[test]
    fn slugs_are_made_from_names() {
        for (name, expected) in [
            ("Acme", "acme"),
            ("  Acme & Söhne GmbH ", "acme-sohne-gmbh"),
            ("Straße 7", "strasse-7"),
            ("Ada's Café (EU)", "adas-cafe-eu"),
            ("-- x --", "x"),
            ("ＡＣＭＥ", "acme"),
        ] {
            assert_eq!(slug_from(name).unwrap().as_str(), expected, "{name}");
        }
        assert_eq!(slug_from(&"ab ".repeat(40)).unwrap().as_str().len(), 62);
        assert!(slug_from("日本").is_none() && slug_from(" - ").is_none());
    }

    #[test]
    fn sound_wishes_are_read() {
        let wishes = read(&values(), "violet tractor umbrella").unwrap();
        assert_eq!((wishes.slug.as_str(), wishes.organization.as_str()), ("acme-gmbh", "Acme GmbH"));
        let own = Values { slug: " acme ".into(), ..values() };
        assert_eq!(read(&own, "violet tractor umbrella").unwrap().slug.as_str(), "acme");
    }

    #[test]
    fn everything_wrong_is_said_at_once_and_by_field() {
        let errors = read(&Values::default(), "").unwrap_err();
        let fields: Vec<_> = errors.iter().filter_map(|error| error.field.as_deref()).collect();
        assert_eq!(fields, ["organization", "name", "email", "password"]);
        for (bad, field) in [
            (Values { organization: "a\nb".into(), ..values() }, "organization"),
            (Values { organization: "日本".into(), ..values() }, "slug"),
            (Values { slug: "Acme Inc".into(), ..values() }, "slug"),
            (Values { name: "x".repeat(201), ..values() }, "name"),
            (Values { email: "ada".into(), ..values() }, "email"),
        ] {
            let errors = read(&bad, "violet tractor umbrella").unwrap_err();
            assert_eq!(errors.iter().count(), 1, "{errors:?}");
            assert!(errors.of(field).is_some(), "{errors:?}");
        }
        let weak = read(&values(), "ada lovelace").unwrap_err();
        assert!(weak.of("password").is_some());
    }
}
