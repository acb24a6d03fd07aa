//! `/v1/invitations`: asking people to join.

pub mod endpoints;
mod letter;
mod view;

pub use view::{InvitationView, NewInvitation, SentInvitation};
