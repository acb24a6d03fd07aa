//! Whose looks a page has that belongs to no visit: nobody asked for it on the way into an application.

use super::visit::Caller;
use crate::app::{App, accounts};
use crate::db::DbError;
use crate::tenants::{self, Slug, TenantId};

/// Gives the page the looks of the organisation that the address names, or that everybody belongs to who is signed in with
/// this browser, or of the only one that there is. Otherwise it stays nobody's. Whoever wrote the address: that an
/// organisation is here and how it looks is no secret.
pub async fn note(app: &App, caller: &Caller) -> Result<(), DbError> {
    let found = match named(app, caller).await? {
        Some(tenant) => Some(tenant),
        None => match of_browser(app, caller).await? {
            Some(tenant) => Some(tenant),
            None => app.only_tenant().await?,
        },
    };
    match found {
        Some(tenant) => app.note_brand(tenant).await,
        None => Ok(()),
    }
}

/// By identifier or by slug, as in an organisation's own issuer.
async fn named(app: &App, caller: &Caller) -> Result<Option<TenantId>, DbError> {
    let Some(text) = caller.query.get("organization") else { return Ok(None) };
    if let Ok(id) = text.parse::<TenantId>() {
        return Ok(Some(id));
    }
    let Ok(slug) = text.parse::<Slug>() else { return Ok(None) };
    let found = app.db.read_short(move |conn| tenants::store::find_by_slug(conn, slug.as_str())).await?;
    Ok(found.map(|tenant| tenant.id))
}

async fn of_browser(app: &App, caller: &Caller) -> Result<Option<TenantId>, DbError> {
    let Some(browser) = caller.browser.as_ref().map(crate::secret::Secret::digest) else { return Ok(None) };
    let (limits, now) = (app.session_limits(), app.now());
    let accounts = app.db.read(move |conn| accounts::of_browser(conn, &browser, limits, now)).await?;
    let first = accounts.first().map(|account| account.tenant.id);
    Ok(first.filter(|first| accounts.iter().all(|account| account.tenant.id == *first)))
}
