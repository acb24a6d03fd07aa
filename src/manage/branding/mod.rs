//! `/v1/branding`: how an organisation looks on its sign-in pages.

pub mod endpoints;
mod rules;
mod view;

pub use view::{BrandingPatch, BrandingView, ColorsView, LogoView};
