//! One verdict for any credential, for whoever stands in front of an API: `/v1/verify` for programs, `/v1/forward-auth`
//! for proxies, and the stream of what ended for edges that remember verdicts.
//!
//! Owns how a credential is read from a request and what a verdict says. What a key or a token is worth is
//! [`App`](crate::app::App)'s to say; here it is never decided a second time. RFC 6750 (Bearer), RFC 9457 (problems).

mod carrier;
mod decision;
pub mod events;
mod exposure;
pub mod forward_auth;
mod signed;
mod verdict;
pub mod verify;

pub use carrier::{API_KEY, Carrier, Header, Presented, Unreadable};
pub use decision::{Decided, Refusal, Wanted, decide, is_signed};
pub use signed::{Content, digest_to_check};
pub use verdict::{LimitsView, SubjectView, TenantView, UsedCredential, VerdictView};
