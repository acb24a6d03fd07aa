//! One JSON object for each line of the log.

use std::cell::{Cell, RefCell};
use std::fmt::{self, Debug, Write};
use std::time::{SystemTime, UNIX_EPOCH};

use chrono::DateTime;
use tracing::field::{Field, Visit};
use tracing::{Event, Subscriber};
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::{FmtContext, FormatEvent, FormatFields};
use tracing_subscriber::registry::LookupSpan;

use super::request;

/// Writes `timestamp`, `level`, the event's own fields with `message` among them, `target`, and the request that is being
/// answered.
pub(crate) struct JsonLines;

impl<S, N> FormatEvent<S, N> for JsonLines
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    N: for<'a> FormatFields<'a> + 'static,
{
    fn format_event(
        &self,
        _: &FmtContext<'_, S, N>,
        mut writer: Writer<'_>,
        event: &Event<'_>,
    ) -> fmt::Result {
        thread_local! {
            static LINE: Cell<String> = const { Cell::new(String::new()) };
        }
        // Put together first: the writer is reached through a pointer for each piece, and there are dozens. What is shown
        // may write a line itself, so the text is taken and brought back.
        let mut line = LINE.take();
        line.clear();
        let result = write_line(&mut line, event).and_then(|()| writer.write_str(&line));
        LINE.set(line);
        result
    }
}

fn write_line(line: &mut String, event: &Event<'_>) -> fmt::Result {
    line.push_str("{\"timestamp\":\"");
    timestamp(line, present())?;
    line.push_str("\",\"level\":\"");
    line.push_str(event.metadata().level().as_str());
    line.push('"');
    let mut members = Members { out: line, result: Ok(()) };
    event.record(&mut members);
    members.result?;
    line.push_str(",\"target\":");
    name(line, event.metadata().target())?;
    if let Some(id) = request::current() {
        line.push_str(",\"span\":{\"name\":\"request\",\"request_id\":");
        text(line, &id)?;
        line.push('}');
    }
    line.push_str("}\n");
    Ok(())
}

#[expect(
    clippy::disallowed_methods,
    reason = "a line tells when it was written, whatever time a request or a test has"
)]
fn present() -> SystemTime {
    SystemTime::now()
}

/// As RFC 3339 has it, in microseconds. Up to the second it is the same for many lines, and written once.
fn timestamp(out: &mut impl Write, now: SystemTime) -> fmt::Result {
    thread_local! {
        static SECOND: RefCell<(u64, String)> = const { RefCell::new((0, String::new())) };
    }
    let since = now.duration_since(UNIX_EPOCH).unwrap_or_default();
    SECOND.with_borrow_mut(|(second, written)| {
        if *second != since.as_secs() || written.is_empty() {
            *second = since.as_secs();
            let time =
                i64::try_from(since.as_secs()).ok().and_then(|seconds| DateTime::from_timestamp(seconds, 0));
            *written = time.unwrap_or_default().format("%Y-%m-%dT%H:%M:%S").to_string();
        }
        out.write_str(written)
    })?;
    // With a digit in front that keeps the zeros behind it.
    let mut digits = itoa::Buffer::new();
    let micros = digits.format(1_000_000 + since.subsec_micros());
    out.write_char('.')?;
    out.write_str(micros.get(1..).unwrap_or_default())?;
    out.write_char('Z')
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
                .and_then(|()| name(self.out, field.name()))
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
        self.member(field, |out| out.write_str(itoa::Buffer::new().format(value)));
    }
    fn record_u64(&mut self, field: &Field, value: u64) {
        self.member(field, |out| out.write_str(itoa::Buffer::new().format(value)));
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

/// A name is not escaped: it stands in the program's text, and nobody who is answered chooses it.
fn name(out: &mut impl Write, name: &str) -> fmt::Result {
    debug_assert!(!name.bytes().any(is_special), "{name}");
    out.write_char('"')?;
    out.write_str(name)?;
    out.write_char('"')
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
        // Nearly always, and seen faster without looking for the place.
        if !text.bytes().fold(false, |found, byte| found | is_special(byte)) {
            return self.0.write_str(text);
        }
        let mut plain = 0;
        for (at, byte) in text.bytes().enumerate() {
            if !is_special(byte) {
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

const fn is_special(byte: u8) -> bool {
    byte < 0x20 || byte == b'"' || byte == b'\\' || byte == 0x7f
}

#[cfg(test)]
mod tests {
    use std::future::Future;
    use std::io;
    use std::sync::{Arc, Mutex};
    use std::time::Duration;

    use serde_json::{Value, json};
    use tracing::{info, warn};
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

    async fn lines(work: impl Future<Output = ()>) -> Vec<Value> {
        let captured = Captured::default();
        let subscriber =
            tracing_subscriber::fmt().event_format(JsonLines).with_writer(captured.clone()).finish();
        let guard = tracing::subscriber::set_default(subscriber);
        work.await;
        drop(guard);
        let text = String::from_utf8(captured.0.lock().unwrap().clone()).unwrap();
        text.lines()
            .map(|line| serde_json::from_str(line).unwrap_or_else(|why| panic!("{why}: {line}")))
            .collect()
    }

    #[tokio::test]
    async fn every_line_is_one_object_with_the_fields_and_the_request() {
        let lines = lines(async {
            info!(count = 3_u64, low = -1_i64, ratio = 0.5, nan = f64::NAN, yes = true, "plain");
            let inside = async {
                let error: &dyn std::error::Error = &std::fmt::Error;
                warn!(error, list = ?["a"], "inside");
            };
            request::scope("r\"1".into(), inside).await;
        })
        .await;
        assert_eq!(lines.len(), 2);
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
    }

    #[test]
    fn times_are_written_with_their_second_and_the_next_one() {
        for (micros, written) in [
            (1_700_000_000_000_001, "2023-11-14T22:13:20.000001Z"),
            (1_700_000_000_999_999, "2023-11-14T22:13:20.999999Z"),
            (1_700_000_001_000_000, "2023-11-14T22:13:21.000000Z"),
            (0, "1970-01-01T00:00:00.000000Z"),
        ] {
            let mut text = String::new();
            timestamp(&mut text, UNIX_EPOCH + Duration::from_micros(micros)).unwrap();
            assert_eq!(text, written);
        }
    }

    #[tokio::test]
    async fn no_text_can_break_out() {
        let nasty = "a\"b\\c\nd\re\tf\u{0}g\u{1b}[31m\u{7f}\u{2028}ä";
        let lines = lines(async {
            info!(text = nasty, shown = %nasty, "{nasty}");
            request::scope(nasty.into(), async { info!("x") }).await;
        })
        .await;
        assert_eq!(lines.len(), 2);
        for member in ["text", "shown", "message"] {
            assert_eq!(lines[0][member], nasty, "{member}");
        }
        assert_eq!(lines[1]["span"]["request_id"], nasty);
    }
}
