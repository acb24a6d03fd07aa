//! Who is signed in where.

pub mod pages;
