//! The first page of the console: what needs the viewer, and what a new organisation has yet to do.

mod figures;
pub mod pages;
