//! What a server in development has besides: people and applications to begin with, the mails that it kept instead of
//! sending them, a sample application that signs people in, and a gallery of the parts of pages.
//!
//! Owns the pages under `/dev` and the seed of `gridkey dev`. The sample application is an ordinary relying party that
//! speaks to this server over HTTP, by discovery, and knows nothing of its insides: what works for it works for others.
//! None of this exists on a server that is not in development.

#[cfg(test)]
mod bench;
mod cast;
pub mod gallery;
pub mod mail;
mod pages;
pub mod sample_app;

pub use cast::{CLIENTS, PEOPLE, Person, SampleClient, welcome};

/// What `gridkey dev` begins with, as a seed file in which PORT stands for the server's port: see [`seed_text`].
pub const SEED: &str = include_str!("seed.toml");

/// The seed of a server on `port`.
pub fn seed_text(port: u16) -> String {
    SEED.replace(":PORT/", &format!(":{port}/"))
}
