//! The question before a deed.

use askama::Template;

use super::frame::Frame;

/// The page that asks before something is done, and says what it does.
#[derive(Template)]
#[template(path = "console/ask.html")]
pub struct Question {
    /// The frame.
    pub frame: Frame,
    /// What it is done to.
    pub text: String,
    /// What it does.
    pub effect: String,
    /// What the button says.
    pub button: String,
    /// Whether something ends by it.
    pub danger: bool,
    /// Where who thinks better of it goes.
    pub back: String,
}
