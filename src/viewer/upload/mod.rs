//! A form with a file. It cannot be carried along while the person is asked for their password, so the question stands
//! in the form itself.

pub mod pages;

use super::Form;
use super::confirm;
use super::view::Viewer;

/// What such a form sent.
#[derive(Clone, Debug, Default)]
pub struct Upload {
    /// Its other fields.
    pub form: Form,
    /// The file, if one was chosen.
    pub file: Option<Vec<u8>>,
    /// What is wrong with the password, where it had to be given again.
    pub wrong: Option<String>,
}

/// Whether a form with a file has to ask for the password.
pub fn asks_for_password(viewer: &Viewer) -> bool {
    !confirm::is_fresh(viewer)
}
