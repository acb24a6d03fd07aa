//! `/v1/me`: who calls.

pub mod endpoints;
