//! What the keys of programs have in common, whether they are sent or sign requests: to whom they belong, what they may
//! do of what their owner may, from where, and what is remembered of their use.
//!
//! Owns `credential_uses`, `credential_usage`, `credential_networks` and `key_uses`. Never knows what a key looks like.

mod activity;
mod address;
mod counted;
mod grant;
mod health;
mod keys;
mod latest;
mod owner;
mod principal;
mod spike;
pub mod store;
mod usage;

pub use activity::Activity;
pub use address::{AddressList, InvalidAddress, network_of};
pub use grant::{KeyGrant, KeyLevel};
pub use health::{Health, LOOK_BACK, Signs, health};
pub(crate) use keys::store::{filtered, owned_keys};
pub use keys::{KeyFilter, KeyState};
pub use latest::LATEST;
pub use owner::KeyOwner;
pub use principal::{Narrowed, Principal, PrincipalType};
pub use spike::{Spike, spike};
pub use usage::MOST_NETWORKS;

use crate::text::text_enum;

text_enum! {
    /// Whether a key takes part.
    pub enum KeyStatus {
        /// It works until its time is over.
        Active = "active",
        /// It does not work and can be brought back.
        Disabled = "disabled",
        /// It never works again.
        Revoked = "revoked",
    }
}
