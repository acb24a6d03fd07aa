//! The doorstep: `/login` itself, the page after signing out, and the address that password managers ask for.

pub mod pages;
