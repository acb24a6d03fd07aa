//! The device authorization endpoint (RFC 8628 3.1): where a program without a browser begins. The page that a person
//! then opens belongs to the sign-in pages.

pub mod endpoints;
