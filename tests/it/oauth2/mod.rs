//! The protocol endpoints.

mod authorize;
mod device;
mod discovery;
mod introspect;
mod keys;
mod logout;
mod races;
mod redirect_panel;
mod resource;
mod revoke;
mod tenants;
mod token;
mod token_exchange;
mod userinfo;
