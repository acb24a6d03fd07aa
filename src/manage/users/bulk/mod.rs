//! `POST /v1/users/bulk`: one change to many people.

pub mod endpoints;
mod view;
mod work;

pub use view::{BulkAnswer, BulkFilter, BulkRequest};
pub use work::{BulkAction, Plan, change_some};
