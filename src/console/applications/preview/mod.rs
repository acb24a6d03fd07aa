//! What a sign-in to an application would give.

pub mod pages;
mod view;

pub(super) use pages::foretell;
pub(super) use view::Told;
