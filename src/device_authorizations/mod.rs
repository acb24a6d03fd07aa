//! Device authorizations (RFC 8628): programs without a browser that ask somebody to sign in on another device.
//!
//! Owns the two codes, the pace at which a device may ask, and how the request stands. The device holds the long code;
//! the short one is typed by a person and is worth nothing but the question that follows. Never decides who may approve,
//! and never issues anything.

mod codes;
mod device_authorization;
pub mod store;

pub use codes::{DeviceCode, UserCode};
pub use device_authorization::{
    Approval, DeviceAuthorization, DeviceAuthorizationId, DeviceState, INTERVAL, LIFETIME, Pace, Standing,
    pace,
};
