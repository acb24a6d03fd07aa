//! Queries that the file alone has: everything of one organisation at once, and what only pruning does to it.
//!
//! The records are read whole through their own stores; here are the keys that lead to them.

use diesel::prelude::*;

use crate::clients::{ClientPk, ClientStatus, StoredSecretId};
use crate::db::schema::{
    client_secrets, clients, resource_servers, role_assignments, roles, service_accounts, team_members,
    teams, users, webhooks,
};
use crate::db::{Conn, DbError, on};
use crate::id::Id;
use crate::resource_servers::ResourceServerId;
use crate::roles::RoleId;
use crate::service_accounts::{ServiceAccountId, ServiceAccountStatus};
use crate::teams::{Member, MemberKind, TeamId};
use crate::tenants::{self, TenantId};
use crate::users::{UserId, UserStatus};
use crate::webhooks::WebhookId;

/// Anybody who can hold a role, whatever kind they are.
pub type HolderId = Id<Holder>;

/// What a [`HolderId`] names: a person, a service account or a team.
#[derive(Debug)]
pub struct Holder;

/// The people who are not in the recycle bin.
pub fn users(conn: &mut Conn<'_>, tenant: TenantId) -> Result<Vec<UserId>, DbError> {
    Ok(on!(conn, |c| {
        users::table
            .filter(users::tenant_id.eq(tenant).and(users::status.ne(UserStatus::Deleted)))
            .select(users::id)
            .load(c)
    })?)
}

/// The roles that the organisation made itself, by slug.
pub fn roles(conn: &mut Conn<'_>, tenant: TenantId) -> Result<Vec<String>, DbError> {
    Ok(on!(conn, |c| {
        roles::table
            .filter(roles::tenant_id.eq(tenant).and(roles::built_in.eq(false)))
            .select(roles::slug)
            .load(c)
    })?)
}

/// The teams.
pub fn teams(conn: &mut Conn<'_>, tenant: TenantId) -> Result<Vec<TeamId>, DbError> {
    Ok(on!(conn, |c| teams::table.filter(teams::tenant_id.eq(tenant)).select(teams::id).load(c))?)
}

/// The service accounts that are not in the recycle bin.
pub fn service_accounts(conn: &mut Conn<'_>, tenant: TenantId) -> Result<Vec<ServiceAccountId>, DbError> {
    Ok(on!(conn, |c| {
        service_accounts::table
            .filter(service_accounts::tenant_id.eq(tenant))
            .filter(service_accounts::status.ne(ServiceAccountStatus::Deleted))
            .select(service_accounts::id)
            .load(c)
    })?)
}

/// The APIs.
pub fn resource_servers(conn: &mut Conn<'_>, tenant: TenantId) -> Result<Vec<ResourceServerId>, DbError> {
    Ok(on!(conn, |c| {
        resource_servers::table
            .filter(resource_servers::tenant_id.eq(tenant))
            .select(resource_servers::id)
            .load(c)
    })?)
}

/// The `client_id`s of the applications that are not in the recycle bin.
pub fn clients(conn: &mut Conn<'_>, tenant: TenantId) -> Result<Vec<String>, DbError> {
    Ok(on!(conn, |c| {
        clients::table
            .filter(clients::tenant_id.eq(tenant).and(clients::status.ne(ClientStatus::Deleted)))
            .select(clients::client_id)
            .load(c)
    })?)
}

/// The addresses of the webhooks, of several with one address the newest.
pub fn webhooks(conn: &mut Conn<'_>, tenant: TenantId) -> Result<Vec<(WebhookId, String)>, DbError> {
    let rows: Vec<(WebhookId, String)> = on!(conn, |c| {
        webhooks::table
            .filter(webhooks::tenant_id.eq(tenant))
            .order(webhooks::id.desc())
            .select((webhooks::id, webhooks::url))
            .load(c)
    })?;
    let mut seen = std::collections::HashSet::new();
    Ok(rows.into_iter().filter(|(_, url)| seen.insert(url.clone())).collect())
}

/// Who holds which role itself, not by a team: by the role's slug.
pub fn assignments(conn: &mut Conn<'_>, tenant: TenantId) -> Result<Vec<(HolderId, String)>, DbError> {
    Ok(on!(conn, |c| {
        role_assignments::table
            .inner_join(roles::table)
            .filter(role_assignments::tenant_id.eq(tenant))
            .select((role_assignments::principal_id, roles::slug))
            .load(c)
    })?)
}

/// Who belongs to a team.
pub fn members(
    conn: &mut Conn<'_>,
    tenant: TenantId,
    team: TeamId,
) -> Result<Vec<(MemberKind, Id<Member>)>, DbError> {
    Ok(on!(conn, |c| {
        team_members::table
            .filter(team_members::team_id.eq(team).and(team_members::tenant_id.eq(tenant)))
            .select((team_members::member_kind, team_members::member_id))
            .load(c)
    })?)
}

/// The names of an organisation's mail domains.
pub fn domain_names(conn: &mut Conn<'_>, tenant: TenantId) -> Result<Vec<String>, DbError> {
    let domains = tenants::store::domains(conn, tenant)?;
    Ok(domains.into_iter().map(|(name, _)| name).collect())
}

/// Takes secrets from an application.
pub fn remove_secrets(
    conn: &mut Conn<'_>,
    tenant: TenantId,
    client: ClientPk,
    secrets: &[StoredSecretId],
) -> Result<(), DbError> {
    on!(conn, |c| {
        diesel::delete(client_secrets::table)
            .filter(client_secrets::client_pk.eq(client).and(client_secrets::tenant_id.eq(tenant)))
            .filter(client_secrets::id.eq_any(secrets))
            .execute(c)
    })?;
    Ok(())
}

/// Deletes a role that the organisation made itself, and takes it from everybody.
pub fn delete_role(conn: &mut Conn<'_>, tenant: TenantId, role: RoleId) -> Result<(), DbError> {
    on!(conn, |c| {
        diesel::delete(roles::table.find(role))
            .filter(roles::tenant_id.eq(tenant).and(roles::built_in.eq(false)))
            .execute(c)
    })?;
    Ok(())
}

/// Takes every role from somebody.
pub fn withdraw_all(conn: &mut Conn<'_>, tenant: TenantId, holder: HolderId) -> Result<(), DbError> {
    on!(conn, |c| {
        diesel::delete(role_assignments::table)
            .filter(role_assignments::principal_id.eq(holder).and(role_assignments::tenant_id.eq(tenant)))
            .execute(c)
    })?;
    Ok(())
}

/// Gives the service accounts of a team, also those in the recycle bin, to the organisation itself.
pub fn release_service_accounts(conn: &mut Conn<'_>, tenant: TenantId, team: TeamId) -> Result<(), DbError> {
    on!(conn, |c| {
        diesel::update(service_accounts::table)
            .filter(service_accounts::team_id.eq(team).and(service_accounts::tenant_id.eq(tenant)))
            .set(service_accounts::team_id.eq(None::<TeamId>))
            .execute(c)
    })?;
    Ok(())
}
