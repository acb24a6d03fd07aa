//! What the tests of this door share, and what must be true of its pages as text.

pub mod fixture;
mod templates;
