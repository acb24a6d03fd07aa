//! `/v1/users`: people, what they may do, and where they are signed in.

pub mod bulk;
pub mod endpoints;
mod groups;
mod listing;
pub mod password;
pub mod roles;
mod rules;
pub mod teams;
mod view;
mod writing;

pub use groups::{join, named_roles, named_teams};
pub use listing::Listing;
pub use rules::new;
pub use view::{NewUser, TeamName, UserPatch, UserView};
pub use writing::{check_limit, living, write};
