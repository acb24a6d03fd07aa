//! `/v1/token-keys`: the keys that sign tokens, without their private halves. They are made, rotated and retired by the
//! server itself and by the command line.

pub mod endpoints;
mod view;

pub use view::{TokenKeyList, TokenKeyView};
