//! Which device a typed code means.

use crate::app::attempts::Counter;
use crate::clients;
use crate::clock::Timestamp;
use crate::db::{Conn, DbError};
use crate::device_authorizations as devices;
use crate::interactions::{self, Interaction, Progress};
use crate::limits::{self, Decision};
use crate::secret::Digest;

/// A code that somebody typed, with all that a question about it needs.
#[derive(Clone)]
pub struct Typed {
    /// Its digest; none of what cannot be a code.
    pub code: Option<Digest>,
    /// Where guesses are counted.
    pub counters: [Counter; 2],
    /// The name of the interaction that begins if there is such a device.
    pub interaction: Digest,
    /// The browser's cookie.
    pub browser: Digest,
    /// When.
    pub now: Timestamp,
    /// When the interaction is given up.
    pub until: Timestamp,
}

/// What became of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Found {
    /// The interaction has begun.
    Yes,
    /// No device waits with this code: there never was one, or it was too long ago, or somebody has answered.
    No,
    /// Too many guesses; not before then.
    Blocked(Timestamp),
}

/// Counts the guess before it looks, so that many at once cannot slip past; a right one is given back. What it counted
/// stays, whatever it finds.
pub fn find(conn: &mut Conn<'_>, typed: &Typed) -> Result<Found, DbError> {
    let now = typed.now;
    if let Decision::Blocked { until } = limits::store::take_all(conn, &typed.counters, now)? {
        return Ok(Found::Blocked(until));
    }
    let device = match &typed.code {
        Some(digest) => devices::store::find_by_user_code(conn, digest)?.filter(|device| device.is_open(now)),
        None => None,
    };
    let Some(device) = device else { return Ok(Found::No) };
    let Some(client) = clients::store::find(conn, device.tenant_id, device.client_pk)? else {
        return Ok(Found::No);
    };
    for (bucket, _) in typed.counters {
        limits::store::give_back(conn, bucket, now)?;
    }
    let interaction = Interaction {
        id: typed.interaction,
        tenant_id: device.tenant_id,
        client_pk: device.client_pk,
        issuer_tenant_id: device.issuer_tenant_id,
        browser: typed.browser,
        request: vec![("client_id".into(), client.client_id)],
        progress: Progress::default(),
        created_at: now,
        expires_at: typed.until,
        device: Some(device.id),
    };
    interactions::store::insert(conn, device.tenant_id, &interaction)?;
    Ok(Found::Yes)
}
