//! People: the list, one person, and what is done to them.

pub mod pages;
mod view;
