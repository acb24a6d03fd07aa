//! Codes that nobody may use any more, because what they hang on was ended.

pub mod store;
