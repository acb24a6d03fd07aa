//! What sign-in pages show of an organisation: its logo and the style sheet of its accent colour.

pub mod pages;
