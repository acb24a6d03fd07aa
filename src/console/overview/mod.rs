//! The first page of the console: what needs the viewer, and what a new organisation has yet to do.

pub mod pages;
