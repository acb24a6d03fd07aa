//! `POST /v1/leak-reports`: keys that somebody found where no key should be. Whoever has a key in hand may end it.

pub mod endpoints;
mod view;
mod work;

pub use view::{LeakReport, LeakReported, LeakedKey, ScannedToken, Verdict};
pub use work::{Finding, Sighting, expose};
