//! `/v1/me`: who calls, and what they do not want to be told of again.

pub mod dismissed;
pub mod endpoints;
