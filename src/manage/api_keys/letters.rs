//! The mails about keys. None of them holds a secret.

use std::time::Duration;

use crate::api_keys::{ApiKey, ApiKeyId, store};
use crate::app::App;
use crate::clock::Timestamp;
use crate::credentials::{KeyOwner, KeyStatus};
use crate::db::{Conn, DbError};
use crate::language::Words;
use crate::mail::Mail;
use crate::tenants::{self, TenantId};
use crate::text::isolated;
use crate::users::{self, Email, User, UserId, UserStatus};

/// What happened to a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum News {
    /// It was made.
    Created,
    /// Its secret was replaced.
    Rotated,
    /// It was seen where no key should be.
    Exposed,
    /// Its use grew suddenly, and it was disabled for that.
    Spiked,
    /// It ends soon, or has ended.
    Ending,
}

/// Whoever hears of a key: the person to whom it belongs, or the person who made it for a service account. Nobody when
/// they are gone.
pub fn reader(conn: &mut Conn<'_>, key: &ApiKey) -> Result<Option<User>, DbError> {
    let person: Option<UserId> = match key.owner {
        KeyOwner::User(id) => Some(id),
        KeyOwner::ServiceAccount(_) => key.created_by.strip_prefix("user:").and_then(|id| id.parse().ok()),
    };
    let Some(person) = person else { return Ok(None) };
    let found = users::store::find(conn, key.tenant_id, person)?;
    Ok(found.filter(|user| user.status != UserStatus::Deleted))
}

/// Tells whoever hears of a key, if there are mails. What was done stays done when it cannot be told.
pub async fn tell(app: &App, tenant: TenantId, id: ApiKeyId, (news, now): (News, Timestamp)) {
    if !app.mailer.is_configured() {
        return;
    }
    let found = app.db.read_short(move |conn| {
        let Some(key) = store::find(conn, tenant, id)? else { return Ok(None) };
        let Some(reader) = reader(conn, &key)? else { return Ok(None) };
        let Some(tenant) = tenants::store::find(conn, tenant)? else { return Ok(None) };
        Ok::<_, DbError>(Some((reader, tenant.display_name, key)))
    });
    match found.await {
        Ok(Some((reader, organization, key))) => {
            let mail = letter(reader.words(), &reader.email, &organization, &key, (news, now));
            app.mailer.send_in_background(mail, now);
        }
        Ok(None) => {}
        Err(why) => tracing::error!(error = %why, key = %id, "a mail about a key could not be written"),
    }
}

/// The mail. Its parts stand apart; what is to be copied has lines of its own.
fn letter(
    words: Words,
    reader: &Email,
    organization: &str,
    key: &ApiKey,
    (news, now): (News, Timestamp),
) -> Mail {
    let about = |id: &str| words.t1(id, "organization", isolated(organization));
    let which = format!("{}\n{}\n{}", isolated(&key.name), key.masked(), key.id);
    let (subject, first, rest) = match news {
        News::Created => ("mail-key-created-subject", "mail-key-created", created(words, &about, key)),
        News::Rotated => ("mail-key-rotated-subject", "mail-key-rotated", rotated(words, &about, key, now)),
        News::Exposed => ("mail-key-exposed-subject", "mail-key-exposed", exposed(words, key)),
        News::Spiked => ("mail-key-spiked-subject", "mail-key-spiked", spiked(words, key)),
        News::Ending if key.expires_at.is_some_and(|end| end > now) => {
            ("mail-key-ending-subject", "mail-key-ending", ending(words, key, now))
        }
        News::Ending => ("mail-key-ended-subject", "mail-key-ended", ended(words, key, now)),
    };
    let text = format!("{}\n\n{which}\n\n{}\n", about(first), rest.join("\n\n"));
    Mail { to: reader.to_string(), subject: words.t(subject), text }
}

/// A sentence, and the calls and commands that do what it says.
fn do_so(sentence: &str, lines: &[String]) -> String {
    format!("{sentence}\n{}", lines.join("\n"))
}

fn unexpected(about: &dyn Fn(&str) -> String, key: &ApiKey) -> String {
    let lines = [format!("DELETE /v1/api-keys/{}", key.id), format!("gridkey key revoke {}", key.id)];
    do_so(&about("mail-key-unexpected"), &lines)
}

fn created(words: Words, about: &dyn Fn(&str) -> String, key: &ApiKey) -> Vec<String> {
    let end = match key.expires_at {
        Some(end) => words.t1("mail-key-ends", "end", end.to_string()),
        None => words.t("mail-key-endless"),
    };
    vec![end, unexpected(about, key)]
}

fn rotated(words: Words, about: &dyn Fn(&str) -> String, key: &ApiKey, now: Timestamp) -> Vec<String> {
    let old = match key.previous {
        Some((_, end)) if end > now => words.t1("mail-key-previous", "end", end.to_string()),
        _ => words.t("mail-key-previous-ended"),
    };
    vec![old, unexpected(about, key)]
}

fn used(words: Words, id: &str, key: &ApiKey) -> String {
    let lines = [format!("GET /v1/api-keys/{}/usage", key.id), format!("gridkey key usage {}", key.id)];
    do_so(&words.t(id), &lines)
}

fn exposed(words: Words, key: &ApiKey) -> Vec<String> {
    let done = match key.status {
        KeyStatus::Revoked => "mail-key-exposed-revoked",
        KeyStatus::Disabled => "mail-key-exposed-disabled",
        _ => "mail-key-exposed-previous",
    };
    vec![words.t(done), used(words, "mail-key-exposed-next", key)]
}

fn spiked(words: Words, key: &ApiKey) -> Vec<String> {
    let lines = [format!("POST /v1/api-keys/{}/enable", key.id), format!("gridkey key enable {}", key.id)];
    vec![
        used(words, "mail-key-spiked-look", key),
        do_so(&words.t("mail-key-spiked-yours"), &lines),
        words.t("mail-key-spiked-other"),
    ]
}

fn ended(words: Words, key: &ApiKey, now: Timestamp) -> Vec<String> {
    let end = key.expires_at.unwrap_or(now).to_string();
    let lines = [format!("PATCH /v1/api-keys/{}", key.id)];
    vec![words.t1("mail-key-ended-when", "end", end), do_so(&words.t("mail-key-ended-next"), &lines)]
}

fn ending(words: Words, key: &ApiKey, now: Timestamp) -> Vec<String> {
    const DAY: Duration = Duration::from_secs(24 * 60 * 60);
    let end = key.expires_at.unwrap_or(now);
    // Whole days read better, and the time itself stands beside them.
    let left = end.since(now);
    let left = if left > DAY {
        DAY * u32::try_from(left.as_secs().div_ceil(DAY.as_secs())).unwrap_or(1)
    } else {
        left
    };
    let lines = [format!("PATCH /v1/api-keys/{}", key.id)];
    vec![
        words.t2("mail-key-ending-when", "span", words.span(left), "end", end.to_string()),
        do_so(&words.t("mail-key-ending-next"), &lines),
    ]
}
