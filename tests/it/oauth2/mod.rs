//! The protocol endpoints.

mod authorize;
mod discovery;
mod introspect;
mod keys;
mod logout;
mod races;
mod revoke;
mod tenants;
mod token;
mod userinfo;
