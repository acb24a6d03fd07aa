//! Signing keys: public keys with which clients sign requests. A person's own, and everybody's, by the same pages.

pub mod check;
pub mod pages;
mod view;
