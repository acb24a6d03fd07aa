//! API keys: a person's own, among the pages of their account, and everybody's, in the console. The same pages for both;
//! [`Whose`] says which.

mod form;
pub mod pages;
mod samples;
pub mod state;
mod view;
mod whose;

pub use whose::Whose;
