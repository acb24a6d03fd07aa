//! The documents that this server serves about itself: its OpenAPI description and a page to explore it, both without any
//! other server. Owns how they are served; what stands in the description is gathered from the handlers by the wiring.

pub mod endpoints;
pub mod pages;
