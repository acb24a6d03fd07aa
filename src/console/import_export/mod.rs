//! Import & export: an organisation as one file, which is downloaded, and uploaded to see what it would do and to do it.

pub mod pages;
mod view;
