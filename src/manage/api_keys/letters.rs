//! The mails about keys. None of them holds a secret.

use std::time::Duration;

use crate::api_keys::{ApiKey, ApiKeyId, store};
use crate::app::App;
use crate::clock::Timestamp;
use crate::credentials::KeyOwner;
use crate::db::{Conn, DbError};
use crate::mail::Mail;
use crate::tenants::{self, TenantId};
use crate::text::{one_line, span};
use crate::users::{self, Email, UserId, UserStatus};

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
pub fn reader(conn: &mut Conn<'_>, key: &ApiKey) -> Result<Option<Email>, DbError> {
    let person: Option<UserId> = match key.owner {
        KeyOwner::User(id) => Some(id),
        KeyOwner::ServiceAccount(_) => key.created_by.strip_prefix("user:").and_then(|id| id.parse().ok()),
    };
    let Some(person) = person else { return Ok(None) };
    let found = users::store::find(conn, key.tenant_id, person)?;
    Ok(found.filter(|user| user.status != UserStatus::Deleted).map(|user| user.email))
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
            app.mailer.send_in_background(letter(&reader, &organization, &key, (news, now)), now);
        }
        Ok(None) => {}
        Err(why) => tracing::error!(error = %why, key = %id, "a mail about a key could not be written"),
    }
}

/// The mail.
fn letter(reader: &Email, organization: &str, key: &ApiKey, (news, now): (News, Timestamp)) -> Mail {
    let (name, organization) = (one_line(&key.name), one_line(organization));
    let what = format!("\"{name}\" ({}, identifier {})", key.masked(), key.id);
    let (subject, text) = match news {
        News::Created => ("A new API key", created(&what, &organization, key)),
        News::Rotated => ("An API key was rotated", rotated(&what, &organization, key, now)),
        News::Exposed => ("An API key was exposed", exposed(&what, &organization, key)),
        News::Spiked => ("An API key was disabled", spiked(&what, &organization, key)),
        News::Ending => ending(&what, &organization, key, now),
    };
    Mail { to: reader.to_string(), subject: subject.to_owned(), text }
}

fn created(what: &str, organization: &str, key: &ApiKey) -> String {
    let end = match key.expires_at {
        Some(end) => format!("It stops working on {end}."),
        None => "It never stops working by itself.".to_owned(),
    };
    format!(
        "The API key {what} was made in {organization}. {end}\n\n\
         If you expected this, there is nothing to do. If not, revoke the key and tell an administrator of \
         {organization}: DELETE /v1/api-keys/{id}, or gridkey key revoke {id}.\n",
        id = key.id,
    )
}

fn rotated(what: &str, organization: &str, key: &ApiKey, now: Timestamp) -> String {
    let old = match key.previous {
        Some((_, end)) if end > now => {
            format!("The secret before it works until {end}: give programs the new one by then.")
        }
        _ => "The secret before it does not work any more.".to_owned(),
    };
    format!(
        "The secret of the API key {what} in {organization} was replaced. {old}\n\n\
         If you did not expect this, revoke the key and tell an administrator of {organization}: \
         DELETE /v1/api-keys/{id}, or gridkey key revoke {id}.\n",
        id = key.id,
    )
}

fn exposed(what: &str, organization: &str, key: &ApiKey) -> String {
    let done = if key.status == crate::credentials::KeyStatus::Revoked {
        "The key was revoked at once and never works again.\n\nWhat to do: make a new key and give it to the programs \
         that used this one."
    } else if key.status == crate::credentials::KeyStatus::Disabled {
        "The key was disabled at once, as the organisation decided.\n\nWhat to do: make a new key and give it to the programs \
         that used this one. If the report was a mistake, an administrator can enable the key again."
    } else {
        "What leaked is the secret before the present one; it was ended at once. The present secret still works.\n\n\
         What to do: make sure that every program has the present secret, and rotate the key if you are in doubt."
    };
    format!(
        "A secret of the API key {what} in {organization} was found where others can read it. {done} Take the secret out \
         of the place where it was found: the audit log says where, if whoever reported it did. Then look at what was \
         done with the key: GET /v1/api-keys/{id}/usage, or gridkey key usage {id}.\n",
        id = key.id,
    )
}

fn spiked(what: &str, organization: &str, key: &ApiKey) -> String {
    format!(
        "The API key {what} in {organization} was used so much more than usual that it was disabled, as the organisation \
         decided.\n\n\
         Look at how often and from where it was used: GET /v1/api-keys/{id}/usage, or gridkey key usage {id}. If that was \
         you, enable it again: POST /v1/api-keys/{id}/enable, or gridkey key enable {id}. If not, somebody else may have \
         its secret: revoke it, and give your programs a new one.\n",
        id = key.id,
    )
}

fn ending(what: &str, organization: &str, key: &ApiKey, now: Timestamp) -> (&'static str, String) {
    let end = key.expires_at.unwrap_or(now);
    if end <= now {
        let text = format!(
            "The API key {what} in {organization} stopped working on {end}.\n\n\
             If programs still need it, give it a later end (PATCH /v1/api-keys/{id}) or make a new one.\n",
            id = key.id,
        );
        return ("An API key has expired", text);
    }
    const DAY: Duration = Duration::from_secs(24 * 60 * 60);
    // Whole days read better, and the time itself stands beside them.
    let left = end.since(now);
    let left = if left > DAY {
        DAY * u32::try_from(left.as_secs().div_ceil(DAY.as_secs())).unwrap_or(1)
    } else {
        left
    };
    let text = format!(
        "The API key {what} in {organization} stops working in {}, on {end}.\n\n\
         Give it a later end (PATCH /v1/api-keys/{id}) or make a new key and give it to the programs that use this one.\n",
        span(left),
        id = key.id,
    );
    ("An API key expires soon", text)
}
