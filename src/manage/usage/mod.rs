//! `/v1/usage`: how the keys of an organisation are used.

pub mod endpoints;
mod view;

pub use view::{KeyUsageView, TenantUsageView};
