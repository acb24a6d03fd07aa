//! API keys: a person's own, among the pages of their account, and everybody's, in the console. The same pages for both;
//! [`Whose`] says which.

pub mod bulk;
mod form;
pub mod key;
pub mod list;
pub mod pages;
mod samples;
pub mod state;
pub(in crate::console) mod view;
mod whose;

pub use whose::Whose;
