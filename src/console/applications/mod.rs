//! Applications: the list, a new one of each kind, one with its quick start and its secrets, and what is done to it.

pub mod deeds;
pub mod listing;
pub mod making;
pub mod pages;
pub mod preview;
mod start;
pub mod test_sign_in;
mod view;
