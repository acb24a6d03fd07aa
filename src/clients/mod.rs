//! OAuth clients ("applications" on pages): RFC 6749 2, RFC 8252 for native ones. Owns what an application is
//! registered with, how it proves itself and which redirect URIs it may use. Never issues anything.

mod client;
mod credentials;
mod redirect_uri;
mod secrets;
pub mod store;

pub use client::{
    AuthMethod, Client, ClientKind, ClientPk, ClientSettings, ClientStatus, GrantType, KnownClient,
    ResponseMode,
};
pub use credentials::{CredentialsError, Presented, Refused};
pub use redirect_uri::{InvalidRedirectUri, is_registered, origin_of, validate};
pub use secrets::{SecretDigestError, StoredSecret, StoredSecretId, parse_secret_digest};
