//! `[logging]`

use tracing_subscriber::EnvFilter;

use crate::config::reader::Reader;
use crate::config::settings::section;
use crate::config::values::choices;
use crate::text::text_enum;

text_enum! {
    /// How a line of the log looks.
    pub enum LogFormat {
        /// One JSON object, for programs.
        Json = "json",
        /// Words, for people.
        Text = "text",
    }
}
choices!(LogFormat: Text);

section! {
    /// What is logged and how.
    pub struct Logging in "logging" {
        /// `json`: one object a line, written some milliseconds later unless something is wrong. `text`: for reading at
        /// a terminal.
        format: LogFormat = Default("json"),
        /// What is logged: a level (`error`, `warn`, `info`, `debug`, `trace`), with exceptions for modules, such as
        /// `info,gridkey::oauth=debug`.
        filter: String = Default("info"),
    }
}

impl Draft {
    /// The filter is read here, so that a slip in it is found with all others.
    pub fn check(&self, reader: &mut Reader<'_>) {
        if self.filter.get().is_some_and(|filter| EnvFilter::try_new(filter).is_err()) {
            reader.refuse(
                &self.filter,
                "expected levels and modules, such as info or info,gridkey::oauth=debug",
            );
        }
    }
}
