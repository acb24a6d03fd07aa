//! Languages: which ones pages speak, which of them a reader wants, and the words themselves. Owns the message files
//! under `templates/messages` (Fluent, a folder for each language) and nothing that they are about.

mod tag;
mod words;

pub use tag::Language;
pub use words::{Piece, Words, messages};
