//! What becomes of a person when somebody says something of them.

use serde_json::Value;

use super::{NewUser, UserPatch};
use crate::invitations::Invitation;
use crate::manage::Call;
use crate::manage::patch::merge;
use crate::manage::text::display_name;
use crate::random::Random;
use crate::users::{Email, Profile, User, UserStatus};
use crate::web::Problem;

/// The longest claim, in characters.
const LONGEST_CLAIM: usize = 1_000;
/// What a profile says of itself and nobody may say of it.
const VERIFIED: &str = "phone_number_verified";

/// The person that a request describes.
pub fn new(call: &Call, random: &Random, wanted: &NewUser) -> Result<User, Problem> {
    let nothing = Profile::default();
    let profile = match &wanted.profile {
        Some(said) => profile(&nothing, said)?,
        None => nothing,
    };
    let status = match wanted.status.as_deref().map(str::parse) {
        None | Some(Ok(UserStatus::Active)) => UserStatus::Active,
        Some(Ok(UserStatus::Invited)) => UserStatus::Invited,
        _ => return Err(Problem::invalid("invalid_status", "A new person is active or invited.")),
    };
    Ok(User {
        id: random.id(call.now),
        tenant_id: call.tenant,
        email: email(&wanted.email)?,
        email_verified: false,
        display_name: display_name(&wanted.display_name)?,
        profile,
        status,
        password_changed_at: None,
        created_at: call.now,
        updated_at: call.now,
        deleted_at: None,
        last_sign_in_at: None,
    })
}

/// The person after a change.
pub fn patched(call: &Call, user: &User, patch: &UserPatch) -> Result<User, Problem> {
    let mut changed = user.clone();
    if let Some(text) = &patch.email {
        let email = email(text)?;
        // Another writing of the same address reaches the same mailbox only by the word of whoever wrote it.
        if email.as_str() != user.email.as_str() {
            changed.email = email;
            changed.email_verified = false;
        }
    }
    if let Some(name) = &patch.display_name {
        changed.display_name = display_name(name)?;
    }
    if let Some(text) = &patch.status {
        changed.status = status(text)?;
    }
    if let Some(said) = &patch.profile {
        changed.profile = profile(&user.profile, said)?;
    }
    if changed != *user {
        changed.updated_at = call.next_version(user.updated_at);
    }
    Ok(changed)
}

/// The person in the recycle bin.
pub fn deleted(call: &Call, user: &User) -> User {
    User {
        status: UserStatus::Deleted,
        deleted_at: Some(call.now),
        updated_at: call.next_version(user.updated_at),
        ..user.clone()
    }
}

/// The person back from it: somebody who was suspended still is, and so is somebody who was invited and never came.
pub fn restored(call: &Call, user: &User, invitations: &[Invitation], was_suspended: bool) -> User {
    let waits = !invitations.is_empty() && invitations.iter().all(|one| one.accepted_at.is_none());
    let joined = user.password_changed_at.is_some() || user.email_verified || user.last_sign_in_at.is_some();
    let status = match (was_suspended, waits && !joined) {
        (true, _) => UserStatus::Suspended,
        (false, true) => UserStatus::Invited,
        (false, false) => UserStatus::Active,
    };
    User { status, deleted_at: None, updated_at: call.next_version(user.updated_at), ..user.clone() }
}

fn email(text: &str) -> Result<Email, Problem> {
    Email::parse(text).map_err(|why| Problem::invalid("invalid_email", why.to_string()))
}

fn status(text: &str) -> Result<UserStatus, Problem> {
    match text.parse() {
        Ok(status @ (UserStatus::Active | UserStatus::Suspended)) => Ok(status),
        _ => Err(Problem::invalid("invalid_status", "status can be set to active or suspended.")
            .fix("DELETE puts a person into the recycle bin, and restore brings them back.")),
    }
}

/// RFC 7396 over the claims as JSON.
fn profile(current: &Profile, said: &Value) -> Result<Profile, Problem> {
    let invalid = |why: String| Problem::invalid("invalid_profile", why);
    let Value::Object(members) = said else {
        return Err(invalid("profile must be an object of claims.".into()));
    };
    if members.contains_key(VERIFIED) {
        return Err(invalid(format!("Nobody says {VERIFIED} of somebody else.")));
    }
    if let Some(name) = members.iter().find_map(|(name, value)| unfit(name, value)) {
        let detail =
            format!("profile.{name} is not a text of at most {LONGEST_CLAIM} characters that fits there.");
        return Err(invalid(detail));
    }
    let mut document = serde_json::to_value(current).map_err(Problem::internal)?;
    merge(&mut document, said);
    let mut changed: Profile = serde_json::from_value(document)
        .map_err(|why| invalid(format!("The profile is not valid: {why}.")))?;
    changed.phone_number_verified &= changed.phone_number == current.phone_number;
    Ok(changed)
}

/// The name of a claim whose value does not fit.
fn unfit(name: &str, value: &Value) -> Option<String> {
    let fits = match value {
        Value::Null => true,
        Value::String(text) if ["profile", "picture", "website"].contains(&name) => {
            fits_line(text) && is_web_address(text)
        }
        Value::String(text) => fits_line(text),
        Value::Object(parts) if name == "address" => {
            // Lines of an address are parted by line feeds (OpenID Connect Core 5.1.1).
            let part = |value: &Value| match value {
                Value::Null => true,
                Value::String(text) => fits_line(&text.replace('\n', " ")),
                _ => false,
            };
            let wrong = parts.iter().find(|(_, value)| !part(value));
            return wrong.map(|(inner, _)| format!("{name}.{}", short(inner)));
        }
        _ => false,
    };
    (!fits).then(|| short(name))
}

fn fits_line(text: &str) -> bool {
    (1..=LONGEST_CLAIM).contains(&text.chars().count()) && !text.chars().any(char::is_control)
}

/// Applications show these as links.
fn is_web_address(text: &str) -> bool {
    url::Url::parse(text).is_ok_and(|url| ["http", "https"].contains(&url.scheme()) && url.has_host())
}

fn short(name: &str) -> String {
    name.chars().take(40).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn code(said: &Value) -> Option<&'static str> {
        profile(&Profile::default(), said).err().map(|problem| problem.code)
    }

    #[test]
    fn a_profile_is_patched_claim_by_claim() {
        let current = Profile {
            given_name: Some("Ada".into()),
            phone_number: Some("+44".into()),
            phone_number_verified: true,
            ..Profile::default()
        };
        let changed = profile(&current, &json!({ "given_name": null, "locale": "en" })).unwrap();
        assert_eq!((changed.given_name, changed.locale.as_deref()), (None, Some("en")));
        assert!(changed.phone_number_verified);
        let moved = profile(&current, &json!({ "phone_number": "+43" })).unwrap();
        assert!(!moved.phone_number_verified, "another number is not verified");
        let address = profile(&current, &json!({ "address": { "formatted": "1 Road\nTown" } })).unwrap();
        assert_eq!(address.address.unwrap().formatted.as_deref(), Some("1 Road\nTown"));
    }

    #[test]
    fn claims_are_known_plain_and_bounded() {
        for bad in [
            json!([]),
            json!(null),
            json!({ "phone_number_verified": true }),
            json!({ "phone_number_verified": null }),
            json!({ "email_verified": true }),
            json!({ "tenant_id": "x" }),
            json!({ "given_name": 1 }),
            json!({ "given_name": "" }),
            json!({ "given_name": "a\u{0}" }),
            json!({ "given_name": "a\nb" }),
            json!({ "given_name": "x".repeat(1_001) }),
            json!({ "picture": "javascript:alert(1)" }),
            json!({ "website": "//evil.example" }),
            json!({ "address": { "formatted": "a\u{0}" } }),
            json!({ "address": { "planet": "x" } }),
            json!({ "address": [] }),
        ] {
            assert_eq!(code(&bad), Some("invalid_profile"), "{bad}");
        }
        assert_eq!(
            code(&json!({ "picture": "https://example.com/a.png", "given_name": "x".repeat(1_000) })),
            None
        );
    }
}
