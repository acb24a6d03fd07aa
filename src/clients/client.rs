//! What an application is.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::StoredSecret;
use crate::clock::Timestamp;
use crate::id::Id;
use crate::keyring::Algorithm;
use crate::resource_servers::{ResourceServer, STANDARD_SCOPES};
use crate::service_accounts::{ServiceAccount, ServiceAccountId};
use crate::tenants::{Lifetimes, Tenant, TenantId};
use crate::text::text_enum;

/// The key of a client's row. The `client_id` of the protocol is a text of its own.
pub type ClientPk = Id<Client>;

/// What the `client_id` of an organisation's first-party flow begins with; its slug follows. No application may take
/// such a name.
pub const FLOW_PREFIX: &str = "first-party:";

text_enum! {
    /// What kind of program a client is.
    pub enum ClientKind {
        /// Runs on a server and keeps a secret.
        Web = "web",
        /// Runs in a browser and keeps no secret.
        Spa = "spa",
        /// Runs on a person's device and keeps no secret (RFC 8252).
        Native = "native",
        /// Runs without a person.
        Machine = "machine",
    }
}

text_enum! {
    /// Whether a client takes part.
    pub enum ClientStatus {
        /// It does.
        Active = "active",
        /// It gets nothing.
        Disabled = "disabled",
        /// It is in the recycle bin.
        Deleted = "deleted",
    }
}

text_enum! {
    /// How a client proves itself at the token endpoint (RFC 6749 2.3.1, OpenID Connect Core 9).
    pub enum AuthMethod {
        /// A public client: by nothing but PKCE.
        None = "none",
        /// HTTP Basic.
        ClientSecretBasic = "client_secret_basic",
        /// In the form.
        ClientSecretPost = "client_secret_post",
    }
}

text_enum! {
    /// The grants of the token endpoint.
    pub enum GrantType {
        /// RFC 6749 4.1.
        AuthorizationCode = "authorization_code",
        /// RFC 6749 6.
        RefreshToken = "refresh_token",
        /// RFC 6749 4.4.
        ClientCredentials = "client_credentials",
        /// RFC 8693: an API key for a token.
        TokenExchange = "urn:ietf:params:oauth:grant-type:token-exchange",
        /// RFC 8628: a program without a browser, and a person who signs in elsewhere.
        DeviceCode = "urn:ietf:params:oauth:grant-type:device_code",
    }
}

text_enum! {
    /// How the answer of the authorization endpoint travels.
    pub enum ResponseMode {
        /// In the query of the redirect URI.
        Query = "query",
        /// In a form that the browser posts (OAuth 2.0 Form Post Response Mode).
        FormPost = "form_post",
    }
}

/// An application.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Client {
    /// Key of the row.
    pub id: ClientPk,
    /// The organisation that owns it.
    pub tenant_id: TenantId,
    /// The public identifier of the protocol.
    pub client_id: String,
    /// Name for people.
    pub display_name: String,
    /// What kind of program it is.
    pub kind: ClientKind,
    /// Whether it takes part.
    pub status: ClientStatus,
    /// How it proves itself.
    pub auth_method: AuthMethod,
    /// Whether the authorization request must carry a code challenge. Always so for public clients.
    pub require_pkce: bool,
    /// Whether it belongs to the operator, so that nobody is asked for consent.
    pub first_party: bool,
    /// Whether people of every organisation may use it, not only those of its own.
    pub all_tenants: bool,
    /// Where codes may be sent.
    pub redirect_uris: Vec<String>,
    /// Where people may be sent after signing out.
    pub post_logout_redirect_uris: Vec<String>,
    /// What it may ask the token endpoint for.
    pub grant_types: Vec<GrantType>,
    /// How its answers may travel.
    pub response_modes: Vec<ResponseMode>,
    /// What it may ask for.
    pub scopes: Vec<String>,
    /// Further decisions.
    pub settings: ClientSettings,
    /// When it was registered.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
    /// The service account that it is a credential of.
    pub service_account_id: Option<ServiceAccountId>,
    /// When it was put into the recycle bin.
    pub deleted_at: Option<Timestamp>,
}

/// What may be decided per application; absent values follow the organisation, then the configuration.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ClientSettings {
    /// Token lifetimes.
    pub lifetimes: Lifetimes,
    /// How its ID tokens are signed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id_token_alg: Option<Algorithm>,
    /// How its access tokens are signed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub access_token_alg: Option<Algorithm>,
    /// APIs that its access tokens may be for (`aud`); the first is the default. Without any, tokens are for the
    /// issuer's own endpoints.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub audiences: Vec<String>,
    /// Web origins besides those of its redirect URIs that may call the token endpoint from a browser.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub allowed_origins: Vec<String>,
    /// Claims from the `profile`, `email`, `address` and `phone` scopes also in the ID token.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub claims_in_id_token: bool,
}

impl Client {
    /// Whether it keeps no secret.
    pub fn is_public(&self) -> bool {
        self.auth_method == AuthMethod::None
    }

    /// Whether the authorization request must carry a code challenge (OAuth 2.1 4.1.2.1).
    pub fn must_use_pkce(&self) -> bool {
        self.require_pkce || self.is_public()
    }

    /// Whether it may use this grant.
    pub fn may_use(&self, grant: GrantType) -> bool {
        self.grant_types.contains(&grant)
    }

    /// Whether people of this organisation may sign in to it.
    pub fn serves(&self, tenant: TenantId) -> bool {
        self.all_tenants || self.tenant_id == tenant
    }
}

/// A client with all that a request needs to know of it, as it is kept in memory for a moment.
#[derive(Clone, Debug)]
pub struct KnownClient {
    /// The client.
    pub client: Client,
    /// Its secrets, by digest.
    pub secrets: Vec<StoredSecret>,
    /// The organisation that owns it.
    pub tenant: Arc<Tenant>,
    /// The service account that it is a credential of.
    pub service_account: Option<ServiceAccount>,
    /// Those of its audiences that are registered APIs of its organisation.
    pub apis: Vec<ResourceServer>,
}

/// A resource that a client's tokens may not be for (RFC 8707 2).
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidTarget {
    /// The client is not registered for it.
    #[error("resource {0} is not registered for this client")]
    Foreign(String),
    /// The API is disabled.
    #[error("resource {0} is not available at the moment")]
    Disabled(String),
}

impl KnownClient {
    /// The audiences of a token that is asked for with these `resource` values; without any, the client's first.
    ///
    /// # Errors
    /// When one of them is not on the client's list, or is an API that is disabled.
    pub fn audiences(&self, asked: Vec<String>) -> Result<Vec<String>, InvalidTarget> {
        let registered = &self.client.settings.audiences;
        let shown = |resource: &str| resource.chars().take(200).collect();
        if let Some(foreign) = asked.iter().find(|resource| !registered.contains(resource)) {
            return Err(InvalidTarget::Foreign(shown(foreign)));
        }
        let wanted = if asked.is_empty() { registered.first().cloned().into_iter().collect() } else { asked };
        match self.disabled_api(&wanted) {
            Some(disabled) => Err(InvalidTarget::Disabled(shown(&disabled.audience))),
            None => Ok(wanted),
        }
    }

    /// One of these audiences that is an API for which no tokens are issued.
    pub fn disabled_api(&self, audiences: &[String]) -> Option<&ResourceServer> {
        self.apis_among(audiences).find(|api| !api.is_active())
    }

    /// The registered APIs among these audiences, in the order of the audiences.
    pub fn apis_among(&self, audiences: &[String]) -> impl Iterator<Item = &ResourceServer> {
        audiences.iter().filter_map(|audience| self.apis.iter().find(|api| api.audience == *audience))
    }

    /// The scopes that a token for these audiences may carry. A registered API gets those that it knows, and those about
    /// the person; whoever also wants scopes of an API that is not registered asks for a token of its own.
    pub fn scopes_for(&self, audiences: &[String], mut scopes: Vec<String>) -> Vec<String> {
        if self.apis_among(audiences).next().is_some() {
            scopes.retain(|scope| {
                STANDARD_SCOPES.contains(&scope.as_str())
                    || self.apis_among(audiences).any(|api| api.knows(scope))
            });
        }
        scopes
    }

    /// Whether it, its organisation and, if it is a credential, its service account take part.
    pub fn is_active(&self) -> bool {
        let account_is_active = match (&self.client.service_account_id, &self.service_account) {
            (None, _) => true,
            (Some(_), account) => account.as_ref().is_some_and(ServiceAccount::is_active),
        };
        self.client.status == ClientStatus::Active && self.tenant.is_active() && account_is_active
    }
}
