//! Writing a file that says what is there: applied to an empty server, it makes the same again.

use super::{describe, members, store};
use crate::branding;
use crate::clients;
use crate::clock::Timestamp;
use crate::db::{Conn, DbError};
use crate::resource_servers;
use crate::roles;
use crate::service_accounts;
use crate::teams;
use crate::tenants::{self, Slug, Tenant, TenantStatus};
use crate::users;
use crate::webhooks;

/// Organisations that are read in one go.
const PAGE: i64 = 200;

/// What becomes of the hashes of passwords and the digests of secrets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hashes {
    /// They are written, so that the file makes the same again on another server.
    Written,
    /// They are left out: what an application or a person has stays as it is where the file is applied.
    LeftOut,
}

/// A whole file: of one organisation, or of all that are not in the recycle bin. `None` when there is no such
/// organisation. Everything stands in an order that does not depend on the database, and secrets as hashes and digests.
///
/// # Errors
/// Those of the database.
pub fn export(
    conn: &mut Conn<'_>,
    only: Option<&Slug>,
    hashes: Hashes,
    now: Timestamp,
) -> Result<Option<String>, DbError> {
    let tenants = match only {
        Some(slug) => {
            let found = tenants::store::find_by_slug(conn, slug.as_str())?;
            let Some(tenant) = found.filter(|tenant| tenant.status != TenantStatus::Deleted) else {
                return Ok(None);
            };
            vec![tenant]
        }
        None => all(conn)?,
    };
    let mut text = String::from(match hashes {
        Hashes::Written => {
            "# Written by `gridkey config export`; the keys are explained in docs/reference/seed-file.md. Password \
             hashes and\n# digests of secrets stand here: keep this file from strangers.\n"
        }
        Hashes::LeftOut => {
            "# Written by Gridkey; the keys are explained in docs/reference/seed-file.md. Password hashes and digests \
             of\n# secrets are left out.\n"
        }
    });
    for tenant in &tenants {
        for table in tables(conn, tenant, hashes, now)? {
            text.push('\n');
            text.push_str(&table);
        }
    }
    Ok(Some(text))
}

fn all(conn: &mut Conn<'_>) -> Result<Vec<Tenant>, DbError> {
    let filter = tenants::store::TenantFilter {
        status: vec![TenantStatus::Active, TenantStatus::Suspended],
        begins_with: None,
    };
    let mut tenants: Vec<Tenant> = Vec::new();
    loop {
        let after = tenants.last().map(|tenant| tenant.slug.to_string());
        let page = tenants::store::list(conn, &filter, after.as_deref(), PAGE)?;
        if page.is_empty() {
            break;
        }
        tenants.extend(page);
    }
    tenants.sort_by(|a, b| a.slug.cmp(&b.slug));
    Ok(tenants)
}

/// The tables of one organisation, each kind in the order of its names.
fn tables(
    conn: &mut Conn<'_>,
    tenant: &Tenant,
    hashes: Hashes,
    now: Timestamp,
) -> Result<Vec<String>, DbError> {
    let domains = store::domain_names(conn, tenant.id)?;
    let branding = branding::store::find(conn, tenant.id)?;
    let mut tables = vec![describe::tenant(tenant, &domains, &branding).to_toml()];
    for kind in [roles, teams] {
        tables.extend(in_order(kind(conn, tenant)?));
    }
    tables.extend(in_order(users(conn, tenant, hashes)?));
    for kind in [service_accounts, resource_servers] {
        tables.extend(in_order(kind(conn, tenant)?));
    }
    tables.extend(in_order(clients(conn, tenant, hashes, now)?));
    tables.extend(in_order(webhooks(conn, tenant)?));
    Ok(tables)
}

/// An object's name and its table.
type Table = (String, String);

fn in_order(mut tables: Vec<Table>) -> impl Iterator<Item = String> {
    tables.sort_by(|a, b| a.0.cmp(&b.0));
    tables.into_iter().map(|(_, text)| text)
}

fn roles(conn: &mut Conn<'_>, tenant: &Tenant) -> Result<Vec<Table>, DbError> {
    let mut tables = Vec::new();
    for slug in store::roles(conn, tenant.id)? {
        if let Some(role) = roles::store::find_by_slug(conn, tenant.id, &slug)? {
            tables.push((slug, describe::role(&tenant.slug, &role).to_toml()));
        }
    }
    Ok(tables)
}

fn teams(conn: &mut Conn<'_>, tenant: &Tenant) -> Result<Vec<Table>, DbError> {
    let mut tables = Vec::new();
    for id in store::teams(conn, tenant.id)? {
        if let Some(team) = teams::store::find(conn, tenant.id, id)? {
            let roles = held(conn, tenant, id)?;
            let members = members::names(conn, tenant.id, id)?;
            let described = describe::team(&tenant.slug, &team, &roles, &members);
            tables.push((team.slug.to_string(), described.to_toml()));
        }
    }
    Ok(tables)
}

fn users(conn: &mut Conn<'_>, tenant: &Tenant, hashes: Hashes) -> Result<Vec<Table>, DbError> {
    let mut tables = Vec::new();
    for id in store::users(conn, tenant.id)? {
        if let Some(user) = users::store::find(conn, tenant.id, id)? {
            let roles = held(conn, tenant, id)?;
            let hash = match hashes {
                Hashes::Written => users::store::password_hash(conn, tenant.id, id)?,
                Hashes::LeftOut => None,
            };
            let described = describe::user(&tenant.slug, &user, &roles, hash.as_ref());
            tables.push((user.email.key().to_owned(), described.to_toml()));
        }
    }
    Ok(tables)
}

fn service_accounts(conn: &mut Conn<'_>, tenant: &Tenant) -> Result<Vec<Table>, DbError> {
    let mut tables = Vec::new();
    for id in store::service_accounts(conn, tenant.id)? {
        if let Some(account) = service_accounts::store::find(conn, tenant.id, id)? {
            let roles = held(conn, tenant, id)?;
            let team = match account.team_id {
                Some(team) => teams::store::find(conn, tenant.id, team)?.map(|team| team.slug.to_string()),
                None => None,
            };
            let described = describe::service_account(&tenant.slug, &account, team.as_deref(), &roles);
            tables.push((account.slug.to_string(), described.to_toml()));
        }
    }
    Ok(tables)
}

fn resource_servers(conn: &mut Conn<'_>, tenant: &Tenant) -> Result<Vec<Table>, DbError> {
    let mut tables = Vec::new();
    for id in store::resource_servers(conn, tenant.id)? {
        if let Some(server) = resource_servers::store::find(conn, tenant.id, id)? {
            let text = describe::resource_server(&tenant.slug, &server).to_toml();
            tables.push((server.audience, text));
        }
    }
    Ok(tables)
}

fn clients(
    conn: &mut Conn<'_>,
    tenant: &Tenant,
    hashes: Hashes,
    now: Timestamp,
) -> Result<Vec<Table>, DbError> {
    let mut tables = Vec::new();
    for client_id in store::clients(conn, tenant.id)? {
        let Some(client) = clients::store::find_by_client_id(conn, &client_id)? else { continue };
        let account = match client.service_account_id {
            // The credentials of one in the recycle bin come and go with it.
            Some(id) => match service_accounts::store::find(conn, tenant.id, id)? {
                Some(account) if account.deleted_at.is_none() => Some(account.slug.to_string()),
                _ => continue,
            },
            None => None,
        };
        let secrets = clients::store::secrets_of(conn, tenant.id, client.id)?;
        let secrets = (hashes == Hashes::Written).then_some((secrets.as_slice(), now));
        let described = describe::client(&tenant.slug, &client, account.as_deref(), secrets);
        tables.push((client_id, described.to_toml()));
    }
    Ok(tables)
}

fn webhooks(conn: &mut Conn<'_>, tenant: &Tenant) -> Result<Vec<Table>, DbError> {
    let mut tables = Vec::new();
    for (id, url) in store::webhooks(conn, tenant.id)? {
        if let Some(webhook) = webhooks::store::find(conn, tenant.id, id)? {
            tables.push((url, describe::webhook(&tenant.slug, &webhook).to_toml()));
        }
    }
    Ok(tables)
}

fn held<P: 'static>(
    conn: &mut Conn<'_>,
    tenant: &Tenant,
    holder: crate::id::Id<P>,
) -> Result<Vec<String>, DbError> {
    let roles = roles::store::assigned_to(conn, tenant.id, holder)?;
    Ok(roles.into_iter().map(|role| role.slug).collect())
}
