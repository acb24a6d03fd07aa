//! What somebody may say of themselves.

use unic_langid::LanguageIdentifier;

use crate::users::{Profile, User};

/// The longest name, in characters.
const LONGEST: usize = 200;

/// What a form says; an empty text takes a claim away.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Wanted {
    /// Full name.
    pub display_name: String,
    /// Given name.
    pub given_name: String,
    /// Family name.
    pub family_name: String,
    /// A language tag (BCP 47).
    pub locale: String,
    /// A time zone by its name.
    pub zoneinfo: String,
}

impl Wanted {
    /// As it is now.
    pub fn of(user: &User) -> Self {
        let text = |claim: &Option<String>| claim.clone().unwrap_or_default();
        Self {
            display_name: user.display_name.clone(),
            given_name: text(&user.profile.given_name),
            family_name: text(&user.profile.family_name),
            locale: text(&user.profile.locale),
            zoneinfo: text(&user.profile.zoneinfo),
        }
    }

    /// The fields that do not fit, each with the message that says why.
    pub fn faults(&self) -> Vec<(&'static str, &'static str)> {
        let line = |text: &str| text.chars().count() <= LONGEST && !text.chars().any(char::is_control);
        let checks = [
            ("display_name", !self.display_name.is_empty() && line(&self.display_name), "account-fault-name"),
            ("given_name", line(&self.given_name), "account-fault-name-part"),
            ("family_name", line(&self.family_name), "account-fault-name-part"),
            ("locale", self.locale.is_empty() || is_locale(&self.locale), "account-fault-locale"),
            ("zoneinfo", self.zoneinfo.is_empty() || is_zone(&self.zoneinfo), "account-fault-zoneinfo"),
        ];
        checks.into_iter().filter(|(_, fits, _)| !fits).map(|(field, _, why)| (field, why)).collect()
    }
}

/// The person with what they say of themselves; their version is for the caller to move.
pub fn patched(user: &User, wanted: &Wanted) -> User {
    let claim = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
    let profile = Profile {
        given_name: claim(&wanted.given_name),
        family_name: claim(&wanted.family_name),
        locale: claim(&wanted.locale),
        zoneinfo: claim(&wanted.zoneinfo),
        ..user.profile.clone()
    };
    User { display_name: wanted.display_name.clone(), profile, ..user.clone() }
}

fn is_locale(text: &str) -> bool {
    text.len() <= 35 && text.parse::<LanguageIdentifier>().is_ok()
}

/// Names of the time zone database: parts of letters, digits and a few signs, parted by slashes.
fn is_zone(text: &str) -> bool {
    let part = |part: &str| {
        !part.is_empty() && part.chars().all(|c| c.is_ascii_alphanumeric() || ['_', '-', '+'].contains(&c))
    };
    text.len() <= 64 && text.starts_with(|c: char| c.is_ascii_alphabetic()) && text.split('/').all(part)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faults(change: fn(&mut Wanted)) -> Vec<&'static str> {
        let mut wanted = Wanted { display_name: "Ada".into(), ..Wanted::default() };
        change(&mut wanted);
        wanted.faults().into_iter().map(|(field, _)| field).collect()
    }

    #[test]
    fn names_are_lines_and_tags_are_tags() {
        assert!(faults(|_| {}).is_empty());
        for good in ["en", "de-AT", "zh-Hant-TW"] {
            assert!(is_locale(good), "{good}");
        }
        for good in ["UTC", "Europe/Vienna", "America/Argentina/Buenos_Aires", "Etc/GMT+1"] {
            assert!(is_zone(good), "{good}");
        }
        for bad in ["", "/", "Europe/", "Europe/Vi enna", "<x>", "+1"] {
            assert!(!is_zone(bad), "{bad}");
        }
        assert_eq!(faults(|wanted| wanted.display_name.clear()), ["display_name"]);
        assert_eq!(faults(|wanted| wanted.given_name = "a\nb".into()), ["given_name"]);
        assert_eq!(faults(|wanted| wanted.locale = "not a tag".into()), ["locale"]);
    }
}
