//! A person who does something through a page of ours.

use std::net::IpAddr;

use crate::roles::Permissions;
use crate::sessions::SessionId;
use crate::tenants::TenantId;
use crate::users::UserId;

/// A person whose page calls the management API from inside this process. It travels with the request, where nothing
/// that comes over a network can put it; whoever makes one has proved the session and looked the permissions up.
#[derive(Clone, Debug)]
pub struct ActingPerson {
    /// Their own organisation.
    pub tenant_id: TenantId,
    /// Who it is.
    pub user_id: UserId,
    /// Their mail address, as the audit log names people.
    pub email: String,
    /// The session.
    pub session_id: SessionId,
    /// What they may do right now.
    pub permissions: Permissions,
    /// The organisation that they look at, by slug, when it is not their own: they were let into it.
    pub abroad: Option<(String, TenantId)>,
    /// From where.
    pub address: IpAddr,
    /// With what browser.
    pub user_agent: String,
}
