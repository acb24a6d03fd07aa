//! `/v1/tenants/{id}/domains`: the mail domains that are an organisation's own.

pub mod endpoints;
mod rules;
mod view;

pub use view::{DomainList, DomainView, NewDomains};
