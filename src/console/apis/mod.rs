//! APIs: the list, a new one, one with what it knows, and what is done to it.

pub mod deeds;
pub mod pages;
mod view;
