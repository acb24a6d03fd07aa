//! People: the list, one person page by page, and what is done to one of them or to many.

pub mod activity;
pub mod bulk;
pub mod pages;
mod person;
pub mod reach;
pub mod sessions;
pub mod teams;
mod view;
