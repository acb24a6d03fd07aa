//! Lines on their way to standard error: gathered for a moment and written together.
//!
//! One write for each line costs a request as much as putting the line together does, and makes every thread wait for
//! every other. So lines gather, and a thread of its own writes them some milliseconds later. Nothing is dropped: when more
//! gathers than is kept, whoever adds to it writes it, and waits if the reader does not keep up. What says that something
//! is wrong is written at once, with all that came before it. A process that is killed takes the last moment's lines with
//! it; one that ends by itself calls [`Lines::flush`].

use std::io::{self, Write};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tracing::{Level, Metadata};
use tracing_subscriber::fmt::MakeWriter;

/// How long lines gather.
const MOMENT: Duration = Duration::from_millis(20);
/// Bytes that are kept at most.
const MOST: usize = 64 * 1024;

/// Where lines gather.
#[derive(Clone)]
pub(super) struct Lines(Arc<Shared>);

struct Shared {
    /// Taken before `gathered` by whoever takes both: what was gathered first is written first.
    out: Mutex<Out>,
    gathered: Mutex<Vec<u8>>,
    came: Condvar,
}

struct Out {
    to: Box<dyn Write + Send>,
    /// What was written last. It changes places with what has gathered, so that neither grows anew each time.
    lines: Vec<u8>,
}

/// The way of one line.
pub(super) struct Line<'a> {
    lines: &'a Lines,
    is_urgent: bool,
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Lines {
    /// Has lines written to `out` by a thread of its own.
    ///
    /// # Errors
    /// When the process gets no thread.
    pub(super) fn start(out: impl Write + Send + 'static) -> io::Result<Self> {
        let lines = Self::new(out);
        let own = lines.clone();
        std::thread::Builder::new().name("gridkey-log".into()).spawn(move || own.write_for_ever())?;
        Ok(lines)
    }

    fn new(out: impl Write + Send + 'static) -> Self {
        let out = Out { to: Box::new(out), lines: Vec::new() };
        Self(Arc::new(Shared { out: Mutex::new(out), gathered: Mutex::default(), came: Condvar::new() }))
    }

    fn write_for_ever(&self) {
        loop {
            let gathered = locked(&self.0.gathered);
            let waited = self.0.came.wait_while(gathered, |gathered| gathered.is_empty());
            drop(waited.unwrap_or_else(PoisonError::into_inner));
            std::thread::sleep(MOMENT);
            self.flush();
        }
    }

    /// Writes what has gathered.
    pub(super) fn flush(&self) {
        let mut out = locked(&self.0.out);
        let Out { to, lines } = &mut *out;
        lines.clear();
        // What one long line took is not kept.
        lines.shrink_to(2 * MOST);
        std::mem::swap(lines, &mut *locked(&self.0.gathered));
        // There is nobody to be told that nobody can be told.
        drop(to.write_all(lines).and_then(|()| to.flush()));
    }

    fn add(&self, text: &[u8], is_urgent: bool) {
        let mut gathered = locked(&self.0.gathered);
        let was_empty = gathered.is_empty();
        gathered.extend_from_slice(text);
        let is_full = gathered.len() >= MOST;
        drop(gathered);
        if is_urgent || is_full {
            self.flush();
        } else if was_empty {
            self.0.came.notify_one();
        }
    }
}

impl Write for Line<'_> {
    fn write(&mut self, text: &[u8]) -> io::Result<usize> {
        self.lines.add(text, self.is_urgent);
        Ok(text.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Lines {
    type Writer = Line<'a>;

    fn make_writer(&'a self) -> Line<'a> {
        Line { lines: self, is_urgent: false }
    }

    fn make_writer_for(&'a self, meta: &Metadata<'_>) -> Line<'a> {
        Line { lines: self, is_urgent: *meta.level() <= Level::WARN }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use tracing::{info, warn};

    use super::*;

    #[derive(Clone, Default)]
    struct Written(Arc<Mutex<Vec<u8>>>);

    impl Write for Written {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            locked(&self.0).extend_from_slice(bytes);
            Ok(bytes.len())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    impl Written {
        fn text(&self) -> String {
            String::from_utf8(locked(&self.0).clone()).unwrap()
        }
    }

    #[test]
    fn what_is_wrong_is_written_at_once_with_what_came_before_it() {
        let written = Written::default();
        // Nobody writes but whoever has to.
        let lines = Lines::new(written.clone());
        let subscriber = tracing_subscriber::fmt().without_time().with_ansi(false).with_writer(lines);
        tracing::subscriber::with_default(subscriber.finish(), || {
            info!("first");
            assert_eq!(written.text(), "");
            warn!("second");
            info!("third");
        });
        let text = written.text();
        assert_eq!(text.lines().count(), 2, "{text}");
        assert!(text.find("first").unwrap() < text.find("second").unwrap(), "{text}");
    }

    #[test]
    fn more_than_is_kept_is_written_by_whoever_adds_to_it() {
        let written = Written::default();
        let lines = Lines::new(written.clone());
        lines.add(&[b'a'; MOST - 1], false);
        assert_eq!(written.text().len(), 0);
        lines.add(b"b", false);
        assert_eq!(written.text().len(), MOST);
        lines.add(b"c", false);
        lines.flush();
        assert!(written.text().ends_with("bc"));
    }

    #[test]
    fn no_line_of_many_threads_is_lost_or_torn() {
        let written = Written::default();
        let lines = Lines::start(written.clone()).unwrap();
        std::thread::scope(|scope| {
            for thread in 0..8 {
                let lines = &lines;
                scope.spawn(move || {
                    for number in 0..2_000 {
                        lines.add(format!("{thread} {number}\n").as_bytes(), number % 500 == 0);
                    }
                });
            }
        });
        let begun = Instant::now();
        while written.text().lines().count() < 16_000 && begun.elapsed() < Duration::from_secs(60) {
            std::thread::sleep(MOMENT);
        }
        let text = written.text();
        for thread in 0..8 {
            let own = text.lines().filter_map(|line| line.strip_prefix(&format!("{thread} ")));
            assert!(own.eq((0..2_000).map(|number| number.to_string())), "{thread}");
        }
    }
}
