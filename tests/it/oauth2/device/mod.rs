//! Programs without a browser (RFC 8628): how they begin, what they are told until somebody has decided, and what ends.

mod asking;
mod beginning;
mod ends;
mod races;
