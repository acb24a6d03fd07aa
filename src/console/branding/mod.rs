//! How the organisation looks on its sign-in pages.

pub mod pages;
mod view;
