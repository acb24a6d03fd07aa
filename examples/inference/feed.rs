//! What ends, as Gridkey announces it: a reader of server-sent events.

use std::sync::Arc;
use std::time::Duration;

use serde::Deserialize;
use tokio::sync::broadcast;

use crate::gate::Gate;

/// A stream that is silent for longer is not believed any more: Gridkey sends a comment every half second.
const SILENCE: Duration = Duration::from_secs(1);
/// Between two attempts to open the stream.
const PAUSE: Duration = Duration::from_millis(500);
/// More than any event has.
const LONGEST: usize = 64 * 1024;

/// Something that was ended or changed.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Ended {
    /// In which organisation.
    pub tenant_id: String,
    /// What was done.
    pub action: String,
    /// To what.
    pub subject_type: String,
    /// Its identifier.
    pub subject_id: String,
}

/// What those hear who hold requests open.
#[derive(Clone, Debug)]
pub enum News {
    /// This ended.
    Ended(Ended),
    /// Something may have ended that was not heard of.
    Unsure,
}

/// Where news come from.
#[derive(Clone)]
pub struct Feed(broadcast::Sender<Arc<News>>);

impl Default for Feed {
    fn default() -> Self {
        Self(broadcast::Sender::new(1024))
    }
}

impl Feed {
    /// All news from now on.
    pub fn news(&self) -> broadcast::Receiver<Arc<News>> {
        self.0.subscribe()
    }

    fn tell(&self, news: News) {
        // Nobody may be listening.
        let _ = self.0.send(Arc::new(news));
    }
}

/// Reads the stream for as long as the program runs.
pub async fn listen(gate: Arc<Gate>, feed: Feed) {
    let mut was_told = false;
    loop {
        match tokio::time::timeout(Duration::from_secs(5), gate.open_feed()).await {
            Ok(Ok(answer)) => {
                // Whatever ended while nobody listened is found out by asking again.
                feed.tell(News::Unsure);
                was_told = false;
                read(answer, &feed).await;
            }
            Ok(Err(why)) if !was_told => {
                eprintln!("The stream of revocations does not open: {why}");
                was_told = true;
            }
            _ => {}
        }
        feed.tell(News::Unsure);
        tokio::time::sleep(PAUSE).await;
    }
}

async fn read(mut answer: reqwest::Response, feed: &Feed) {
    let mut lines = Lines::default();
    while let Ok(Ok(Some(piece))) = tokio::time::timeout(SILENCE, answer.chunk()).await {
        for news in lines.take(&piece) {
            feed.tell(news);
        }
        if lines.rest.len() > LONGEST {
            return;
        }
    }
}

/// Puts events together from pieces (HTML 9.2.6).
#[derive(Default)]
struct Lines {
    rest: Vec<u8>,
    event: String,
    data: String,
}

impl Lines {
    fn take(&mut self, piece: &[u8]) -> Vec<News> {
        self.rest.extend_from_slice(piece);
        let mut news = Vec::new();
        while let Some(end) = self.rest.iter().position(|&byte| byte == b'\n') {
            let line: Vec<u8> = self.rest.drain(..=end).collect();
            let line = String::from_utf8_lossy(&line);
            match line.trim_end_matches(['\r', '\n']).split_once(':') {
                None => news.extend(self.finish()),
                Some(("event", value)) => value.trim_start().clone_into(&mut self.event),
                Some(("data", value)) => self.data.push_str(value.trim_start()),
                Some(_) => {}
            }
        }
        news
    }

    fn finish(&mut self) -> Option<News> {
        let (event, data) = (std::mem::take(&mut self.event), std::mem::take(&mut self.data));
        match event.as_str() {
            "" => None,
            "revocation" => Some(serde_json::from_str(&data).map_or(News::Unsure, News::Ended)),
            _ => Some(News::Unsure),
        }
    }
}
