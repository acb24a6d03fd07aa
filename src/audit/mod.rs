//! The audit log: what happened, who did it, to what, and with which outcome. Rows are written beside the deed, in its
//! transaction; a job chains them afterwards, so that no writer waits for another.
//!
//! Owns the events and the chain. Never decides what is allowed, and never holds a secret: [`Changes`] are made of
//! fields that anybody with `audit:read` may see.

mod event;
pub mod store;

pub use event::{ActorKind, ActorRef, AuditId, Changes, Event, Origin, Outcome, Target};
