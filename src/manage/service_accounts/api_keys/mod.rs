//! `/v1/service-accounts/{id}/api-keys`: keys with which programs speak for a service account. What they may do is what
//! its roles say, live.

pub mod endpoints;
