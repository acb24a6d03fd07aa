//! Browser sessions: who is signed in where. Owns their limits and their end. One browser may hold several, one for
//! each account; they share the browser's cookie, of which only the digest is stored. NIST SP 800-63B 7.

mod session;
pub mod store;

pub use session::{Limits, Session, SessionId, acr_of};
