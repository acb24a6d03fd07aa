//! Resource servers: the APIs that access tokens are for, with the permissions that they know (RFC 8707).

mod resource_server;
pub mod store;

pub use resource_server::{
    InvalidAudience, ResourceServer, ResourceServerId, ResourceServerSettings, ResourceServerStatus,
    STANDARD_SCOPES, check_audience, is_of_server,
};
