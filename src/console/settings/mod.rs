//! Settings of an organisation: what it is called, what it decides about sign-ins, tokens and keys, its mail domains, and
//! what was deleted and can come back.

pub mod domains;
pub mod general;
pub mod recycle_bin;
pub mod security;
mod view;
