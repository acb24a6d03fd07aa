//! `[[users]]`

use super::entry::{Entry, display_name, line};
use super::error::{Place, Placed};
use super::file::Rules;
use crate::secret::Secret;
use crate::tenants::Slug;
use crate::users::{Address, Email, MAXIMUM_PASSWORD_BYTES, PasswordHash, Profile, UserStatus};

/// What the file says of a person.
#[derive(Clone, Debug)]
pub(super) struct UserSpec {
    pub place: Place,
    pub tenant: Placed<Slug>,
    pub email: Email,
    pub name: Option<String>,
    pub email_verified: Option<bool>,
    pub status: Option<UserStatus>,
    pub profile: ProfileSpec,
    pub roles: Option<Vec<Placed<String>>>,
    pub password: Option<PasswordSpec>,
}

/// How the file gives a password.
#[derive(Clone, Debug)]
pub(super) enum PasswordSpec {
    /// In clear, on a developer's own machine.
    Plain(Secret),
    /// As it is to be stored.
    Hash(PasswordHash),
}

impl UserSpec {
    pub fn read(mut entry: Entry<'_, '_>, rules: Rules) -> Option<Self> {
        let tenant = entry.required_text("tenant", str::parse::<Slug>);
        let email = entry.required_text("email", Email::parse);
        let name = entry.text("name", display_name);
        let email_verified = entry.flag("email_verified");
        let status = entry.text("status", status);
        let profile = ProfileSpec::read(&mut entry);
        let roles = entry.set("roles", |text| Ok::<_, String>(text.to_owned()));
        let password = password(&mut entry, rules);
        let place = entry.place();
        entry.finish();
        Some(Self {
            place,
            tenant: tenant?,
            email: email?.value,
            name: name.map(|name| name.value),
            email_verified,
            status: status.map(|status| status.value),
            profile,
            roles,
            password,
        })
    }
}

fn status(text: &str) -> Result<UserStatus, String> {
    match text.parse() {
        Ok(UserStatus::Deleted) => {
            Err("a file deletes nobody; write \"suspended\" to keep a person out".into())
        }
        Ok(status) => Ok(status),
        Err(_) => Err(format!("\"{text}\" is not one of: invited, active, suspended")),
    }
}

fn password(entry: &mut Entry<'_, '_>, rules: Rules) -> Option<PasswordSpec> {
    let plain = entry.text("password", |text| match text.len() {
        0 => Err("expected a password; leave the key out for a person without one"),
        1..=MAXIMUM_PASSWORD_BYTES => Ok(Secret::new(text)),
        _ => Err("expected at most 1024 bytes"),
    });
    let hash = entry.text("password_hash", PasswordHash::parse);
    match (plain, hash) {
        (Some(plain), Some(_)) => {
            entry.refuse("password", plain.place, "a person has password or password_hash, not both");
            None
        }
        (Some(plain), None) if !rules.development => {
            let problem =
                "a password in clear is for development only; write password_hash = \"$argon2id$...\"";
            entry.refuse("password", plain.place, problem);
            None
        }
        (Some(plain), None) => Some(PasswordSpec::Plain(plain.value)),
        (None, hash) => hash.map(|hash| PasswordSpec::Hash(hash.value)),
    }
}

type TextClaim = fn(&mut Profile) -> &mut Option<String>;

/// The claims of OpenID Connect Core 5.1 that are texts, in the order of the specification.
const TEXT_CLAIMS: &[(&str, TextClaim)] = &[
    ("given_name", |profile| &mut profile.given_name),
    ("family_name", |profile| &mut profile.family_name),
    ("middle_name", |profile| &mut profile.middle_name),
    ("nickname", |profile| &mut profile.nickname),
    ("preferred_username", |profile| &mut profile.preferred_username),
    ("profile", |profile| &mut profile.profile),
    ("picture", |profile| &mut profile.picture),
    ("website", |profile| &mut profile.website),
    ("gender", |profile| &mut profile.gender),
    ("birthdate", |profile| &mut profile.birthdate),
    ("zoneinfo", |profile| &mut profile.zoneinfo),
    ("locale", |profile| &mut profile.locale),
    ("phone_number", |profile| &mut profile.phone_number),
];
const LONGEST_CLAIM: usize = 1_000;

/// The standard claims that the file names.
#[derive(Clone, Debug)]
pub(super) struct ProfileSpec {
    texts: Vec<(&'static str, TextClaim, String)>,
    phone_number_verified: Option<bool>,
    address: Option<Address>,
}

impl ProfileSpec {
    fn read(entry: &mut Entry<'_, '_>) -> Self {
        let mut texts = Vec::new();
        for &(key, claim) in TEXT_CLAIMS {
            let text = entry.text(key, |text| line(text, LONGEST_CLAIM));
            texts.extend(text.map(|text| (key, claim, text.value)));
        }
        let phone_number_verified = entry.flag("phone_number_verified");
        let address = entry.nested("address", |inner| {
            // Lines of an address are parted by line feeds (OpenID Connect Core 5.1.1).
            let mut part = |key| {
                let read =
                    |text: &str| line(&text.replace('\n', " "), LONGEST_CLAIM).map(|_| text.to_owned());
                inner.text(key, read).map(|text| text.value)
            };
            Address {
                formatted: part("formatted"),
                street_address: part("street_address"),
                locality: part("locality"),
                region: part("region"),
                postal_code: part("postal_code"),
                country: part("country"),
            }
        });
        Self { texts, phone_number_verified, address }
    }

    /// Writes the named claims into a profile and returns the names of those that were different.
    pub fn write_into(&self, profile: &mut Profile) -> Vec<String> {
        let mut fields = Vec::new();
        for (key, claim, text) in &self.texts {
            let stored = claim(profile);
            if stored.as_ref() != Some(text) {
                *stored = Some(text.clone());
                fields.push((*key).to_owned());
            }
        }
        if let Some(verified) = self.phone_number_verified.filter(|new| *new != profile.phone_number_verified)
        {
            profile.phone_number_verified = verified;
            fields.push("phone_number_verified".into());
        }
        if self.address.is_some() && self.address != profile.address {
            profile.address.clone_from(&self.address);
            fields.push("address".into());
        }
        fields
    }
}
