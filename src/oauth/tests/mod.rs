//! The endpoints for programs and the end of a session, called as HTTP calls them, on a database of their own.

mod client_auth;
mod end_session;
mod endpoints;
mod house;
mod introspect;
mod metadata;
mod revoke;
mod userinfo;
