//! Token introspection (RFC 7662): whether a token stands, told to its owner and to those that it is for. Everybody else
//! hears, of every token and of every text, exactly `{"active":false}`.

mod answer;
pub mod endpoints;
mod living;
