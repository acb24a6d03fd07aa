//! `POST /v1/auth/identify`: in which organisations a mail address can sign in.
//!
//! The answer tells whether an address is known: that is what the endpoint is for, and the reason that each source may
//! ask only so often. Applications that do not need it can send people to sign in without asking.

use std::net::IpAddr;

use serde::Serialize;

use super::Error;
use crate::app::{App, Place};
use crate::clock::Timestamp;
use crate::limits::{self, Bucket, Decision, Rule};
use crate::tenants::{self, Tenant};
use crate::users::{self, Email};

/// The most organisations of one address that are listed.
const MOST: i64 = 100;

/// An organisation, as answers name it.
#[derive(Clone, Debug, Serialize)]
pub struct TenantName {
    /// Identifier.
    pub id: String,
    /// Name in URLs.
    pub slug: String,
    /// Name for people.
    pub display_name: String,
}

impl From<&Tenant> for TenantName {
    fn from(tenant: &Tenant) -> Self {
        Self {
            id: tenant.id.to_string(),
            slug: tenant.slug.to_string(),
            display_name: tenant.display_name.clone(),
        }
    }
}

/// What is known of a mail address.
#[derive(Clone, Debug, Serialize)]
pub struct Identified {
    /// Whether somebody with this address can sign in anywhere.
    pub user_exists: bool,
    /// Where, in the order of their names.
    pub tenants: Vec<TenantName>,
}

/// Counts the question, then looks. Known and unknown addresses cost the same queries.
pub async fn identify(
    app: &App,
    email: Email,
    (place, source): (Place, IpAddr),
    now: Timestamp,
) -> Result<Identified, Error> {
    // A count of its own: asking here must not use up the attempts at passwords.
    let bucket = Bucket::source(&app.master.derive_hmac("throttle auth_flow identify"), source);
    let rule = Rule::new(app.config.sign_in.attempts_per_source, app.config.sign_in.attempts_window);
    let decision = app.db.write(move |conn| limits::store::take(conn, bucket, rule, now)).await?;
    if let Decision::Blocked { until } = decision {
        return Err(Error::rate_limited(until.since(now)));
    }
    let found = app
        .db
        .read_short(move |conn| {
            let ids = users::store::tenants_of_email(conn, &email, MOST)?;
            tenants::store::find_many(conn, &ids)
        })
        .await?;
    // At the door of one organisation nobody hears of others.
    let shown = |tenant: &&Tenant| tenant.is_active() && place.is_of(tenant.id);
    let tenants: Vec<_> = found.iter().filter(shown).map(TenantName::from).collect();
    Ok(Identified { user_exists: !tenants.is_empty(), tenants })
}
