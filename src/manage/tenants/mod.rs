//! `/v1/tenants`: organisations.

pub mod endpoints;
mod rules;
mod view;

pub use view::{NewTenant, TenantPatch, TenantView};
