//! `/v1/room-tokens`: who may enter a room of a media server.

pub mod endpoints;
