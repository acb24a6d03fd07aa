//! One JSON object for each line of the log.
//!
//! The fields of a span are JSON already when it is opened, and are copied as they are: the formatter that comes with
//! `tracing-subscriber` parses them again for every line, which costs more than all the rest of it.

use std::fmt::{self, Debug, Write};

use tracing::field::{Field, Visit};
use tracing::{Event, Subscriber};
use tracing_subscriber::fmt::format::{JsonFields, Writer};
use tracing_subscriber::fmt::time::{FormatTime, SystemTime};
use tracing_subscriber::fmt::{FmtContext, FormatEvent, FormattedFields};
use tracing_subscriber::registry::LookupSpan;

/// Writes `timestamp`, `level`, the event's own fields with `message` among them, `target`, and the innermost span.
pub(super) struct JsonLines;

impl<S> FormatEvent<S, JsonFields> for JsonLines
where
    S: Subscriber + for<'a> LookupSpan<'a>,
{
    fn format_event(
        &self,
        context: &FmtContext<'_, S, JsonFields>,
        mut writer: Writer<'_>,
        event: &Event<'_>,
    ) -> fmt::Result {
        writer.write_str("{\"timestamp\":\"")?;
        SystemTime.format_time(&mut writer)?;
        write!(writer, "\",\"level\":\"{}\"", event.metadata().level())?;
        let mut members = Members { out: &mut writer, result: Ok(()) };
        event.record(&mut members);
        members.result?;
        writer.write_str(",\"target\":")?;
        text(&mut writer, event.metadata().target())?;
        if let Some(span) = context.lookup_current() {
            writer.write_str(",\"span\":{\"name\":")?;
            text(&mut writer, span.name())?;
            let extensions = span.extensions();
            let fields = extensions.get::<FormattedFields<JsonFields>>().map(|fields| fields.fields.as_str());
            let inner =
                fields.and_then(|json| json.strip_prefix('{')).and_then(|json| json.strip_suffix('}'));
            if let Some(inner) = inner.filter(|inner| !inner.is_empty()) {
                write!(writer, ",{inner}")?;
            }
            writer.write_char('}')?;
        }
        writer.write_str("}\n")
    }
}

/// Writes each field as a further member.
struct Members<'a, W> {
    out: &'a mut W,
    result: fmt::Result,
}

impl<W: Write> Members<'_, W> {
    fn member(&mut self, field: &Field, value: impl FnOnce(&mut W) -> fmt::Result) {
        if self.result.is_ok() {
            self.result = self
                .out
                .write_char(',')
                .and_then(|()| text(self.out, field.name()))
                .and_then(|()| self.out.write_char(':'))
                .and_then(|()| value(self.out));
        }
    }
}

impl<W: Write> Visit for Members<'_, W> {
    fn record_f64(&mut self, field: &Field, value: f64) {
        if value.is_finite() {
            self.member(field, |out| write!(out, "{value}"));
        } else {
            self.member(field, |out| out.write_str("null"));
        }
    }
    fn record_i64(&mut self, field: &Field, value: i64) {
        self.member(field, |out| write!(out, "{value}"));
    }
    fn record_u64(&mut self, field: &Field, value: u64) {
        self.member(field, |out| write!(out, "{value}"));
    }
    fn record_bool(&mut self, field: &Field, value: bool) {
        self.member(field, |out| write!(out, "{value}"));
    }
    fn record_str(&mut self, field: &Field, value: &str) {
        self.member(field, |out| text(out, value));
    }
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.member(field, |out| {
            out.write_char('"')?;
            write!(Escaped(out), "{value:?}")?;
            out.write_char('"')
        });
    }
}

fn text(out: &mut impl Write, text: &str) -> fmt::Result {
    out.write_char('"')?;
    Escaped(out).write_str(text)?;
    out.write_char('"')
}

/// Escapes what passes through it (RFC 8259 7): no text can end its string or begin another line.
struct Escaped<'a, W>(&'a mut W);

impl<W: Write> Write for Escaped<'_, W> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let mut plain = 0;
        for (at, byte) in text.bytes().enumerate() {
            if byte >= 0x20 && byte != b'"' && byte != b'\\' && byte != 0x7f {
                continue;
            }
            self.0.write_str(text.get(plain..at).unwrap_or_default())?;
            match byte {
                b'"' | b'\\' => write!(self.0, "\\{}", char::from(byte))?,
                b'\n' => self.0.write_str("\\n")?,
                b'\r' => self.0.write_str("\\r")?,
                b'\t' => self.0.write_str("\\t")?,
                other => write!(self.0, "\\u{other:04x}")?,
            }
            plain = at + 1;
        }
        self.0.write_str(text.get(plain..).unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use std::io;
    use std::sync::{Arc, Mutex};

    use serde_json::{Value, json};
    use tracing::{error_span, info, warn};
    use tracing_subscriber::fmt::MakeWriter;

    use super::*;

    #[derive(Clone, Default)]
    struct Captured(Arc<Mutex<Vec<u8>>>);

    impl io::Write for Captured {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().extend_from_slice(bytes);
            Ok(bytes.len())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    impl<'a> MakeWriter<'a> for Captured {
        type Writer = Self;
        fn make_writer(&'a self) -> Self {
            self.clone()
        }
    }

    fn lines(work: impl FnOnce()) -> Vec<Value> {
        let captured = Captured::default();
        let subscriber = tracing_subscriber::fmt()
            .fmt_fields(JsonFields::new())
            .event_format(JsonLines)
            .with_writer(captured.clone())
            .finish();
        tracing::subscriber::with_default(subscriber, work);
        let text = String::from_utf8(captured.0.lock().unwrap().clone()).unwrap();
        text.lines()
            .map(|line| serde_json::from_str(line).unwrap_or_else(|why| panic!("{why}: {line}")))
            .collect()
    }

    #[test]
    fn every_line_is_one_object_with_the_fields_and_the_innermost_span() {
        let lines = lines(|| {
            info!(count = 3_u64, low = -1_i64, ratio = 0.5, nan = f64::NAN, yes = true, "plain");
            let span = error_span!("request", request_id = "r\"1");
            let _inside = span.enter();
            let error: &dyn std::error::Error = &std::fmt::Error;
            warn!(error, list = ?["a"], "inside");
            let _empty = error_span!("bare").entered();
            info!("in a span without fields");
        });
        assert_eq!(lines.len(), 3);
        for (member, value) in [
            ("message", json!("plain")),
            ("level", json!("INFO")),
            ("count", json!(3)),
            ("low", json!(-1)),
            ("ratio", json!(0.5)),
            ("nan", json!(null)),
            ("yes", json!(true)),
        ] {
            assert_eq!(lines[0][member], value, "{member}");
        }
        assert!(lines[0].get("span").is_none());
        assert!(lines[0]["timestamp"].as_str().unwrap().ends_with('Z'));
        assert!(lines[0]["target"].as_str().unwrap().contains("json::tests"));
        assert_eq!(lines[1]["span"], json!({ "name": "request", "request_id": "r\"1" }));
        assert_eq!((&lines[1]["list"], &lines[1]["level"]), (&json!("[\"a\"]"), &json!("WARN")));
        assert_eq!(lines[2]["span"], json!({ "name": "bare" }));
    }

    #[test]
    fn no_text_can_break_out() {
        let nasty = "a\"b\\c\nd\re\tf\u{0}g\u{1b}[31m\u{7f}\u{2028}ä";
        let lines = lines(|| {
            info!(text = nasty, shown = %nasty, "{nasty}");
            let span = error_span!("request", agent = nasty);
            let _inside = span.enter();
            info!("x");
        });
        assert_eq!(lines.len(), 2);
        for member in ["text", "shown", "message"] {
            assert_eq!(lines[0][member], nasty, "{member}");
        }
        assert_eq!(lines[1]["span"]["agent"], nasty);
    }
}
