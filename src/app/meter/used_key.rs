//! A key whose use is counted, whether it was sent or signed a request.

use std::sync::Arc;

use uuid::Uuid;

use crate::api_keys::{self, ApiKey};
use crate::app::{Credential, Denied};
use crate::db::{Conn, DbError};
use crate::id::Id;
use crate::request_keys::{self, RequestKey};
use crate::tenants::TenantId;

/// A key of either kind.
#[derive(Clone, Debug)]
pub enum UsedKey {
    /// It is sent as it is.
    Api(Arc<ApiKey>),
    /// It signs requests.
    Signing(Arc<RequestKey>),
}

impl UsedKey {
    /// Its identifier.
    pub fn id(&self) -> Uuid {
        match self {
            Self::Api(key) => key.id.uuid(),
            Self::Signing(key) => key.id.uuid(),
        }
    }

    /// Its organisation.
    pub fn tenant(&self) -> TenantId {
        match self {
            Self::Api(key) => key.tenant_id,
            Self::Signing(key) => key.tenant_id,
        }
    }

    /// Requests in a minute, where it has a limit of its own.
    pub fn rate_limit(&self) -> Option<u32> {
        match self {
            Self::Api(key) => key.rate_limit,
            Self::Signing(key) => key.rate_limit,
        }
    }

    /// Which kind of key it is.
    pub(super) const fn kind(&self) -> KeyKind {
        match self {
            Self::Api(_) => KeyKind::Api,
            Self::Signing(_) => KeyKind::Signing,
        }
    }
}

/// A kind of key, as the audit log names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum KeyKind {
    /// It is sent as it is.
    Api,
    /// It signs requests.
    Signing,
}

impl KeyKind {
    /// Its word.
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Api => "api_key",
            Self::Signing => "signing_key",
        }
    }

    /// What it is called when such a key comes from a new network.
    pub(super) const fn new_network(self) -> &'static str {
        match self {
            Self::Api => "api_key.new_network",
            Self::Signing => "signing_key.new_network",
        }
    }

    /// What people call the key; empty when it is gone.
    pub(super) fn name_of(self, conn: &mut Conn<'_>, tenant: TenantId, key: Uuid) -> Result<String, DbError> {
        let name = match self {
            Self::Api => api_keys::store::find(conn, tenant, Id::new(key))?.map(|key| key.name),
            Self::Signing => request_keys::store::find(conn, tenant, Id::new(key))?.map(|key| key.name),
        };
        Ok(name.unwrap_or_default())
    }
}

impl Credential {
    /// The key whose use this is.
    pub fn used_key(&self) -> Option<UsedKey> {
        match self {
            Self::ApiKey { key, .. } => Some(UsedKey::Api(Arc::clone(key))),
            Self::Token { key, .. } => key.clone().map(UsedKey::Api),
            Self::SignedRequest { key, .. } => Some(UsedKey::Signing(Arc::clone(key))),
        }
    }
}

impl Denied {
    /// The key that is not taken, where it is known.
    pub fn used_key(&self) -> Option<UsedKey> {
        match self {
            Self::SigningKey(_, key) => Some(UsedKey::Signing(Arc::clone(key))),
            denied => denied.key().cloned().map(UsedKey::Api),
        }
    }
}
