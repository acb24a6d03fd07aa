//! People. Owns who they are, their mail addresses, their passwords and their state; RFC 9106 (Argon2) and
//! NIST SP 800-63B for passwords. Never knows about browsers or tokens.

pub mod directory;
mod email;
pub mod figures;
mod password;
pub mod store;
mod user;
mod weak_password;

pub use email::{Email, InvalidEmail};
pub use password::*;
pub use user::{Address, Profile, User, UserId, UserStatus};
pub use weak_password::{Giveaway, WeakPassword};

/// What the tokens of links for a new password begin with.
pub const RESET_PREFIX: &str = "gkpr_";
