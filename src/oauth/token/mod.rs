//! The token endpoint (RFC 6749 3.2). The dispatcher reads the form, authenticates the client and checks the grant
//! before any grant's own code runs, so that no grant can skip these.

mod answer;
mod authorization_code;
mod client_credentials;
mod device_code;
pub mod endpoints;
mod refresh_token;
mod token_exchange;
