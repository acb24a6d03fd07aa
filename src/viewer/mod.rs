//! Who looks at a page of ours behind the sign-in: which session of the browser, which organisation, and what they may do
//! there. Owns the way in by our own authorization endpoint, the question for the password before something is changed,
//! the frame of pages, and the way from a page to the management API inside this process. Never knows what a page is
//! about: that is for the doors, `console` and `account`.

mod account_menu;
mod answers;
mod api;
pub mod chart;
mod client;
mod confirm;
mod form;
mod frame;
mod onlooker;
pub mod pages;
pub mod picker;
mod posted;
mod query;
mod question;
mod recent;
mod store;
pub mod upload;
mod view;

pub use account_menu::account_menu;
pub use answers::{Failure, Flaw, Refusal};
pub use api::{ApiAnswer, ApiCall, ApiReply, LocalApi, Pieces, Service, Start};
pub use confirm::PASSWORD;
pub use form::Form;
pub use frame::{Frame, NavGroup, NavItem, Recipe};
pub use onlooker::{Onlooker, onlooker};
pub use query::{Address, Page, segment};
pub use question::Question;
pub use recent::{Recent, recent};
pub use view::Viewer;
