//! `/v1/me/dismissed-notices`: what somebody does not want to be told of again on the first page of the console.
//!
//! A view of their own and nothing of the organisation: nobody else sees it, and the audit log has nothing of it.

pub mod endpoints;
mod notice;
pub mod store;

pub use notice::{Dismissal, Dismissed, DismissedView, Notice};
