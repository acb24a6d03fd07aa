//! `/v1/applications`: OAuth clients. Credentials of service accounts are clients too, and not shown here.

pub mod change;
pub mod endpoints;
pub mod preview;
mod rules;
mod view;

pub use rules::is_trusted;
pub use view::{ApplicationPatch, ApplicationView, CreatedApplication, NewApplication};
