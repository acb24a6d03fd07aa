//! How a change to a person is written: with its event, and with the end of what must not outlive it.

use super::UserView;
use crate::audit::{self, Changes, EventFilter, Target};
use crate::clock::Timestamp;
use crate::credentials::KeyOwner;
use crate::db::{Conn, DbError};
use crate::invitations;
use crate::manage::api_keys::writing::revoke_with_owner;
use crate::manage::{Call, Stop};
use crate::random::Random;
use crate::tenants;
use crate::tokens;
use crate::users::{self, User, UserId, UserStatus, directory, store};
use crate::web::Problem;

/// A person who is not in the recycle bin.
///
/// # Errors
/// 404 when nobody here has the identifier.
pub fn living(conn: &mut Conn<'_>, call: &Call, id: UserId) -> Result<User, Stop> {
    let found = store::find(conn, call.tenant, id)?.filter(|user| user.status != UserStatus::Deleted);
    Ok(found.ok_or_else(Problem::not_found)?)
}

/// Whether somebody who is in the recycle bin was suspended when they were put there: the log of that moment says so. A
/// log that is kept for less time than the bin may have forgotten it.
///
/// # Errors
/// Those of the database.
pub fn was_suspended(conn: &mut Conn<'_>, call: &Call, user: &User) -> Result<bool, DbError> {
    let Some(at) = user.deleted_at else { return Ok(false) };
    let filter = EventFilter {
        action: Some("user.delete".into()),
        target_id: Some(user.id.to_string()),
        from: Some(at),
        to: Some(Timestamp::from_micros(at.micros() + 1)),
        ..EventFilter::default()
    };
    let found = audit::store::list(conn, call.tenant, &filter, None, 1)?.rows;
    let was = found.first().and_then(|row| row.entry.before("status"));
    Ok(was.is_some_and(|status| status == UserStatus::Suspended.as_str()))
}

/// As events name a person.
pub fn target(user: &User) -> Target {
    Target::new("user", user.id, user.email.as_str())
}

/// Writes what changed with its event. What did not change is neither written nor told.
///
/// # Errors
/// Another try when somebody was faster.
pub fn write(
    conn: &mut Conn<'_>,
    call: &Call,
    random: &Random,
    action: &'static str,
    (seen, user): (&User, &User),
) -> Result<(), Stop> {
    if seen == user {
        return Ok(());
    }
    if !store::update_seen(conn, call.tenant, user, seen.updated_at)? {
        return Err(DbError::Retry.into());
    }
    end(conn, call, &[(seen.clone(), user.clone())])?;
    let changes = changes(conn, call, (seen, user))?;
    let event = call.event(random, action, target(user), changes);
    Ok(audit::store::insert(conn, call.tenant, &event)?)
}

/// What changed, and how many keys went with a person who is deleted.
pub fn changes(conn: &mut Conn<'_>, call: &Call, (seen, user): (&User, &User)) -> Result<Changes, DbError> {
    let changes = Changes::between(&UserView::from(seen), &UserView::from(user));
    if user.status != UserStatus::Deleted {
        return Ok(changes);
    }
    revoke_with_owner(conn, call, KeyOwner::User(user.id), changes)
}

/// Ends what must not outlive these changes: sessions and tokens of whoever is shut out, and links that were sent to an
/// address or in a state that somebody has no more.
pub fn end(conn: &mut Conn<'_>, call: &Call, changes: &[(User, User)]) -> Result<(), DbError> {
    let of = |is: fn(&User, &User) -> bool| -> Vec<UserId> {
        changes.iter().filter(|(seen, user)| is(seen, user)).map(|(_, user)| user.id).collect()
    };
    let shut_out = of(|_, user| matches!(user.status, UserStatus::Suspended | UserStatus::Deleted));
    let moved = of(|seen, user| seen.status != user.status || seen.email != user.email);
    if !shut_out.is_empty() {
        tokens::end_tokens_of_users(conn, call.tenant, &shut_out, None, call.now)?;
    }
    if !moved.is_empty() {
        users::store::end_resets(conn, call.tenant, &moved, call.now)?;
        invitations::store::revoke_of_users(conn, call.tenant, &moved, call.now)?;
    }
    Ok(())
}

/// Whether one more person fits into the organisation. Whoever asks at the same time waits for the answer's use.
///
/// # Errors
/// 409 when there are as many as its settings allow.
pub fn check_limit(conn: &mut Conn<'_>, call: &Call) -> Result<(), Stop> {
    let limit_of = |tenant: Option<tenants::Tenant>| tenant.and_then(|tenant| tenant.settings.limits.users);
    if limit_of(tenants::store::find(conn, call.tenant)?).is_none() {
        return Ok(());
    }
    let Some(limit) = limit_of(tenants::store::find_held(conn, call.tenant)?) else { return Ok(()) };
    if directory::store::count(conn, call.tenant)? < i64::from(limit) {
        return Ok(());
    }
    let detail = format!("The organisation may have {limit} people, and has as many.");
    Err(Problem::conflict("limit_reached", detail)
        .fix("Delete people who have left, or have settings.limits.users raised.")
        .into())
}
