//! What a key space accepts.

use super::grid::GridRules;
use super::rfc9421::Rfc9421Rules;
use super::window::ClockWindow;

crate::text::text_enum! {
    /// The two ways of signing a request.
    pub enum Scheme {
        /// Time, method, target and body in one string; three headers.
        GridV1 = "grid-v1",
        /// HTTP Message Signatures (RFC 9421) with the components and parameters that we require.
        Rfc9421V1 = "rfc9421-v1",
    }
}

/// Which schemes are accepted, and how strictly. The default accepts none.
#[derive(Clone, Debug, Default)]
pub struct Rules {
    /// How far the two clocks may differ.
    pub window: ClockWindow,
    /// Scheme `grid-v1`, when it is accepted.
    pub grid: Option<GridRules>,
    /// Scheme `rfc9421-v1`, when it is accepted.
    pub rfc9421: Option<Rfc9421Rules>,
}
