//! OAuth clients ("applications" on pages): RFC 6749 2, RFC 8252 for native ones. Owns what an application is
//! registered with, how it proves itself and which redirect URIs it may use. Never issues anything.

mod client;
pub mod command_line;
mod credentials;
mod deleted;
mod machine_credentials;
mod redirect_uri;
mod registration;
mod secrets;
pub mod store;
mod trust;
mod words;

pub use client::{
    AuthMethod, Client, ClientKind, ClientPk, ClientSettings, ClientStatus, FLOW_PREFIX, GrantType,
    InvalidTarget, KnownClient, ResponseMode,
};
pub use command_line::CLI_CLIENT;
pub use credentials::{CredentialsError, Presented, Refused};
pub use redirect_uri::{InvalidRedirectUri, is_registered, origin_of, validate};
pub use registration::{Finding, new_client, rules, rules_of_a_whole_client};
pub use secrets::{SecretDigestError, StoredSecret, StoredSecretId, parse_secret_digest};
pub use trust::{MANAGE_SCOPE, is_of_flow, is_trusted, needs_every_tenant, reserved};
pub use words::{check_audience, check_client_id, check_origin, check_scope};
