//! What the tests of pages share, in a browser and without one: an organisation in which every text does harm where it is
//! not shown as text, and the addresses of all pages behind the sign-in, out of the route table.

mod fixture;
mod places;

pub use fixture::{Api, CANARY, Fixture};
pub use places::{Place, places};
