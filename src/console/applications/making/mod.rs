//! A new application.

pub mod pages;
