//! A key whose use is counted, whether it was sent or signed a request.

use std::sync::Arc;

use uuid::Uuid;

use crate::api_keys::ApiKey;
use crate::app::{Credential, Denied};
use crate::request_keys::RequestKey;
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

    /// Its name for people.
    pub fn name(&self) -> &str {
        match self {
            Self::Api(key) => &key.name,
            Self::Signing(key) => &key.name,
        }
    }

    /// Requests in a minute, where it has a limit of its own.
    pub fn rate_limit(&self) -> Option<u32> {
        match self {
            Self::Api(key) => key.rate_limit,
            Self::Signing(key) => key.rate_limit,
        }
    }

    /// What it is, and what it is called when it comes from a new network, in the audit log.
    pub(super) const fn words(&self) -> (&'static str, &'static str) {
        match self {
            Self::Api(_) => ("api_key", "api_key.new_network"),
            Self::Signing(_) => ("signing_key", "signing_key.new_network"),
        }
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
