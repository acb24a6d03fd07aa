//! Databases of a measurement's own beside each other in one PostgreSQL, and room on the disk.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use url::Url;

use super::process::output_of;

/// A line of what a statement of these measurements tells, which calls its column `text`.
#[derive(QueryableByName)]
pub struct Text {
    /// The line.
    #[diesel(sql_type = diesel::sql_types::Text)]
    pub text: String,
}

/// Makes an empty database, and tells its URL.
pub fn create(cluster: &str, name: &str) -> Result<String> {
    remove(cluster, name)?;
    PgConnection::establish(cluster)?.batch_execute(&format!("CREATE DATABASE {name}"))?;
    let mut url = Url::parse(cluster)?;
    url.set_path(name);
    Ok(url.into())
}

/// Removes a database, whoever is connected to it.
pub fn remove(cluster: &str, name: &str) -> Result<()> {
    let statement = format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)");
    PgConnection::establish(cluster)?.batch_execute(&statement).context("removing a database")
}

/// The same database for somebody else.
pub fn as_user(url: &str, user: &str) -> Result<String> {
    let mut url = Url::parse(url)?;
    url.set_username(user).map_err(|()| anyhow::anyhow!("an odd URL"))?;
    Ok(url.into())
}

/// Bytes that are free where this folder lies.
pub fn free_bytes(folder: &Path) -> Result<u64> {
    let text = output_of(Command::new("df").args(["--output=avail", "--block-size=1"]).arg(folder))?;
    text.lines().last().unwrap_or_default().trim().parse().context("df told no number")
}
