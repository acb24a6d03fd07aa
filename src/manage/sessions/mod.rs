//! `/v1/sessions` and `/v1/users/{id}/sessions`: who is signed in where, and its end.

pub mod endpoints;
mod view;

pub use view::SessionView;
