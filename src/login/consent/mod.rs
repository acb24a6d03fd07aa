//! Consent: what an application wants, in plain sentences, and the person's answer (OpenID Connect Core 3.1.2.4).

mod describe;
pub mod pages;

pub use describe::{host, requested};
