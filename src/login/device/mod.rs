//! Letting a device in (RFC 8628 3.3): its code is typed, the person signs in if they have to, and is asked, every time,
//! whether they started it. Never hands a token out: the device asks for them itself.

pub mod confirm;
mod find;
pub mod pages;
