//! Whose door a request came to, before anybody knows who sends it.

use std::sync::Arc;

use uuid::Uuid;

use crate::api_keys::{PresentedKey, key_prefix};
use crate::app::{App, Place};
use crate::clock::Timestamp;
use crate::db::DbError;
use crate::keyring::{Expected, jwt};
use crate::tenants::{Profile, Tenant, TenantId};
use crate::tokens::{ACCESS_TOKEN_TYPE, AccessClaims};

/// What is known of a request.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    /// The method.
    pub method: &'a str,
    /// The host, with its port where it is not the usual one.
    pub host: &'a str,
    /// The path.
    pub path: &'a str,
    /// The credential in `Authorization`, if there is one.
    pub bearer: Option<&'a str>,
    /// The credential in `X-API-Key`, if there is one.
    pub api_key: Option<&'a str>,
}

/// Where a request came to.
#[derive(Clone, Debug, Default)]
pub struct Placed {
    /// Whose door it is.
    pub place: Place,
    /// In whose words it is answered.
    pub profile: Option<&'static Profile>,
    /// The path within the door, where that is another one.
    pub path: Option<String>,
}

/// What the paths of an organisation begin with.
const OF_TENANT: &str = "/t/";

/// Whether a request comes to our own door, and its sender speaks our own words or says nothing about it: most do, and for
/// them there is nothing to find.
pub fn is_ours(app: &App, asked: &Asked<'_>) -> bool {
    let speaks_ours = match asked.bearer.or(asked.api_key) {
        None => true,
        Some(text) => match key_prefix(text) {
            Some(prefix) => app.profiles.of_prefix(prefix).is_none_or(|profile| profile.adds_nothing()),
            None => !app.profiles.has_address(asked.method, asked.path),
        },
    };
    speaks_ours
        && !app.config.profiles.hosts.0.iter().any(|(host, _)| *host == asked.host)
        && !asked.path.starts_with(OF_TENANT)
        && app.profiles.of_open_address(asked.method, asked.path).is_none()
}

/// Finds whose door it is: by host, by path, by an address that only one interface has; and else in whose words the
/// sender speaks, by the form of the key or the organisation of the token.
pub async fn find(app: &App, asked: &Asked<'_>, now: Timestamp) -> Result<Placed, DbError> {
    let doors = &app.config.profiles.hosts.0;
    if let Some((_, slug)) = doors.iter().find(|(host, _)| *host == asked.host) {
        let tenant = app.tenant_named(slug).await?;
        return Ok(tenant.map_or_else(closed, |tenant| of_tenant(app, &tenant, None)));
    }
    if let Some((slug, path)) = asked.path.strip_prefix(OF_TENANT).and_then(|rest| rest.split_once('/')) {
        let path = format!("/{path}");
        // An organisation's own copy of the protocol stands in the table of routes.
        if path.starts_with("/v1/") || app.profiles.has_address(asked.method, &path) {
            let tenant = app.tenant_named(slug).await?;
            return Ok(tenant.map_or_else(Placed::default, |tenant| of_tenant(app, &tenant, Some(path))));
        }
        return Ok(Placed::default());
    }
    if let Some((first, door)) = app.profiles.of_open_address(asked.method, asked.path) {
        let place = Place { tenant: None, address: Some((app.profiles, door)) };
        // Of several interfaces that have it, the one that the sender speaks.
        let spoken = by_credential(app, asked, now).await?.filter(|profile| place.is_known_to(profile));
        return Ok(Placed { place, profile: Some(spoken.unwrap_or(first)), path: None });
    }
    Ok(Placed { profile: by_credential(app, asked, now).await?, ..Placed::default() })
}

/// The door of an organisation that is not there: nobody is let in.
fn closed() -> Placed {
    let place = Place { tenant: Some(TenantId::new(Uuid::nil())), address: None };
    Placed { place, ..Placed::default() }
}

fn of_tenant(app: &App, tenant: &Arc<Tenant>, path: Option<String>) -> Placed {
    let place = Place { tenant: Some(tenant.id), address: None };
    Placed { place, profile: app.profile_of(tenant).ok(), path }
}

/// In whose words a sender speaks. A key says it by its first letters. A token is looked at where that makes a difference,
/// and only one that we signed is believed.
async fn by_credential(
    app: &App,
    asked: &Asked<'_>,
    now: Timestamp,
) -> Result<Option<&'static Profile>, DbError> {
    let Some(text) = asked.bearer.or(asked.api_key) else { return Ok(None) };
    if let Some(prefix) = key_prefix(text) {
        return Ok(app.profiles.of_prefix(prefix));
    }
    if asked.bearer.is_none() || !app.profiles.has_address(asked.method, asked.path) {
        return Ok(None);
    }
    let keys = app.keyring.snapshot();
    let expected = Expected::new(&[ACCESS_TOKEN_TYPE]);
    let claims: Result<AccessClaims, _> = jwt::verify(text, keys.keys(), &expected, now);
    let tenant: Option<TenantId> = claims.ok().and_then(|claims| claims.tenant_id.parse().ok());
    match tenant {
        Some(tenant) => Ok(Some(app.profile(tenant).await?)),
        None => Ok(None),
    }
}

impl Asked<'_> {
    /// Whether it carries something of the form of a key.
    pub fn has_key(&self) -> bool {
        let is_key = |text: &str| PresentedKey::parse(text).is_some() || key_prefix(text).is_some();
        self.bearer.or(self.api_key).is_some_and(is_key)
    }
}
