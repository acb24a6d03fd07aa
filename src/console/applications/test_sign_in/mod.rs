//! A real sign-in to an application, and what would stand against it.

pub mod pages;
