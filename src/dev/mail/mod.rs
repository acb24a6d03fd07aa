//! The mails that a development server kept instead of sending them.

mod links;
pub mod pages;

/// One message; its number is in the path. Below [`DEV_MAIL`](crate::web::paths::DEV_MAIL).
pub const MESSAGE_PATH: &str = "/dev/mail/{id}";
