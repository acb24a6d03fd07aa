//! What is done with a webhook beside changing it: another secret, a test.

pub mod endpoints;
