//! `/v1/edge-locations`: where an organisation's API answers.

pub mod endpoints;
