//! Invitations: links with which somebody joins an organisation. Owns how long one is good and that it is used once.
//! Never knows how a link is sent or what its page looks like; a person who was invited is one of [`crate::users`].

mod invitation;
pub mod store;

pub use invitation::{Invitation, InvitationId, InvitationState, Invited};

/// What the tokens of invitations begin with.
pub const INVITATION_PREFIX: &str = "gkiv_";
