//! Lines of the log for people.

use std::fmt;

use tracing::{Event, Subscriber};
use tracing_subscriber::fmt::format::{Compact, Format, Writer};
use tracing_subscriber::fmt::{FmtContext, FormatEvent, FormatFields};
use tracing_subscriber::registry::LookupSpan;

use super::request;

/// The usual short line, and the request that is being answered.
pub(super) struct WordLines(Format<Compact>);

impl WordLines {
    /// With colours or without.
    pub(super) fn new(colours: bool) -> Self {
        Self(tracing_subscriber::fmt::format().compact().with_target(false).with_ansi(colours))
    }
}

impl<S, N> FormatEvent<S, N> for WordLines
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    N: for<'a> FormatFields<'a> + 'static,
{
    fn format_event(
        &self,
        context: &FmtContext<'_, S, N>,
        mut writer: Writer<'_>,
        event: &Event<'_>,
    ) -> fmt::Result {
        let mut line = String::new();
        self.0.format_event(context, Writer::new(&mut line), event)?;
        writer.write_str(line.trim_end_matches('\n'))?;
        if let Some(id) = request::current() {
            write!(writer, " request_id={id}")?;
        }
        writer.write_char('\n')
    }
}
