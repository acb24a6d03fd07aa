//! First run: a one-time link makes the first organisation and its administrator. There is no default account and no
//! default password (OWASP ASVS 5.0 6.3.2).

mod create;
mod link;
pub mod pages;
mod wishes;

pub use create::{Created, Founding, found};
pub use link::{generate_setup_token, parse_setup_token, setup_url};
pub use wishes::{Values, Wishes, slug_from};
