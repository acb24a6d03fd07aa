//! The gallery: every part that pages are put together from, in every state, on one page. Who changes a part looks here;
//! a test sees to it that none is missing.

pub mod pages;
mod samples;
