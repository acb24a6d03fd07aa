//! `/v1/service-accounts/{id}/roles`: what a service account may do.

pub mod endpoints;
mod view;

pub use view::HeldRolesView;
