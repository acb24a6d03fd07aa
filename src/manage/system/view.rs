//! How a process of the server is shown.

use serde::Serialize;
use utoipa::ToSchema;

/// The process that answered.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct SystemView {
    /// The release that runs.
    #[schema(example = "0.1.0")]
    pub version: String,
    /// `sqlite` or `postgresql`.
    #[schema(example = "sqlite")]
    pub database: &'static str,
    /// Connections to the database that are open.
    pub database_connections: u32,
    /// Those of them that nobody uses right now.
    pub database_connections_idle: u32,
    /// Passwords that are being hashed.
    pub passwords_hashing: usize,
    /// Passwords that wait for that.
    pub passwords_waiting: usize,
    /// Whether mails can be sent.
    pub mail: bool,
}
