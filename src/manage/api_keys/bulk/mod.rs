//! `POST /v1/api-keys/bulk`: one change to many keys.

pub mod endpoints;
mod view;
mod work;

pub use view::{KeyBulkAnswer, KeyBulkFilter, KeyBulkRequest, NamedKey};
pub use work::{KeyBulkAction, Plan, change_some};
