//! Accounts of this browser: choosing one for an application, or seeing who is signed in and signing out.

pub mod pages;
