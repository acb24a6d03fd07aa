//! What is done to an object besides changing its fields: links on its page, a question that names object and effect, and
//! what is told once.

mod deed;
mod pages;

pub use deed::{Deed, DeedLink, links, named, turn};
pub use pages::{About, Line, Secret, ask, tell};
