//! The sign-in pages: who is there, which organisation, the password, which account, and whether an application may
//! use it; forgotten passwords; the first administrator.
//!
//! Owns the steps between an authorization request and a session, and the set-up links. An interaction comes in by a
//! redirect from the authorization endpoint and goes back by one; what was done in between stands in its progress.
//! Every page works without scripts: plain forms, POST and 303. Never decides whether a client gets a code, and never
//! knows the OAuth door's code.
//!
//! NIST SP 800-63B (passwords, throttling), OWASP ASVS 5.0 6 and 7, OpenID Connect Core 3.1.2.3 and 3.1.2.4,
//! WCAG 2.2 AA.

pub mod account;
mod begin;
pub mod branding;
pub mod consent;
pub mod device;
pub mod forgot;
pub mod home;
pub mod identify;
pub mod invitation;
mod looks;
pub mod organization;
mod pages;
pub mod password;
pub mod reset;
mod rollback;
pub mod setup;
pub mod store;
mod view;
mod visit;

pub use pages::Failure;

#[cfg(test)]
mod tests;
