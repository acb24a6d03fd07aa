//! The audit log: what happened, who did it, to what, and with which outcome. Rows are written beside the deed, in its
//! transaction; a job numbers and chains them afterwards ([`seal_pending`]), so that no writer waits for another.
//!
//! Owns the events and the chain. Never decides what is allowed, and never holds a secret: [`Changes`] are made of
//! fields that anybody with `audit:read` may see.

mod chain;
mod entry;
mod event;
pub mod figures;
mod retention;
mod seal;
pub mod store;
mod verify;

pub use chain::store::{head, sealed_after};
pub use chain::{Chain, ChainKey, Fault, Mark, Walk};
pub use entry::{Entry, EventFilter, Sealed};
pub use event::{ActorKind, ActorRef, AuditId, Changes, Event, Origin, Outcome, Target};
pub use retention::{chains, expire};
pub use seal::{SealError, seal_pending};
pub use verify::{Verdict, logs, verify};
