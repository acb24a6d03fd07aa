//! How an organisation looks on its sign-in pages: its logo, its accent colour, and where its people find help.
//!
//! Owns what a logo may hold (everything that could run, load or hide something is taken out before it is kept), and how
//! any colour becomes one that everybody can read. Never knows where pages show it.

mod color;
mod logo;
mod looks;
mod palette;
mod png;
pub mod store;
mod support;
mod svg;

pub use color::{Color, InvalidColor};
pub use logo::{Logo, LogoError, LogoKind};
pub use looks::Branding;
pub use palette::{Palette, READABLE};
pub use support::{InvalidSupportUrl, support_url};
