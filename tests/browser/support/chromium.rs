//! A Chromium without a window and without a past.

use std::sync::{Arc, Mutex};

use chromiumoxide::cdp::IntoEventKind;
use chromiumoxide::cdp::browser_protocol::emulation::SetScriptExecutionDisabledParams;
use chromiumoxide::cdp::browser_protocol::log::{EventEntryAdded, LogEntryLevel};
use chromiumoxide::cdp::browser_protocol::target::{CreateBrowserContextParams, CreateTargetParams};
use chromiumoxide::cdp::js_protocol::runtime::{EventConsoleApiCalled, EventExceptionThrown};
use chromiumoxide::{Browser, BrowserConfig, Page};
use futures::StreamExt;

use super::{PATIENCE, Tab};

/// Beside what the driver gives: nothing that goes to the network by itself.
const FLAGS: [&str; 5] =
    ["disable-gpu", "disable-quic", "disable-component-update", "disable-domain-reliability", "no-pings"];

/// Whether pages may run scripts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scripts {
    On,
    Off,
}

/// A running browser. It ends with its test.
pub struct Chromium {
    browser: Browser,
    complaints: Arc<Mutex<Vec<String>>>,
    allowed: Mutex<Vec<&'static str>>,
    _folder: tempfile::TempDir,
}

impl Chromium {
    /// Starts it.
    pub async fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let config = BrowserConfig::builder()
            .new_headless_mode()
            .no_sandbox()
            .args(FLAGS)
            .viewport(None)
            .window_size(1280, 800)
            .user_data_dir(folder.path())
            .build()
            .expect("Debian's package chromium");
        let (browser, mut handler) = Browser::launch(config).await.unwrap();
        tokio::spawn(async move { while handler.next().await.is_some() {} });
        Self { browser, complaints: Arc::default(), allowed: Mutex::default(), _folder: folder }
    }

    /// A new tab for the server at `base`.
    pub async fn tab(&self, base: &str, scripts: Scripts) -> Tab {
        self.prepared(CreateTargetParams::new("about:blank"), base, scripts).await
    }

    /// A tab that shares nothing with the others: neither cookies nor memory.
    pub async fn stranger(&self, base: &str, scripts: Scripts) -> Tab {
        let context =
            self.browser.create_browser_context(CreateBrowserContextParams::default()).await.unwrap();
        let mut target = CreateTargetParams::new("about:blank");
        target.browser_context_id = Some(context);
        self.prepared(target, base, scripts).await
    }

    async fn prepared(&self, target: CreateTargetParams, base: &str, scripts: Scripts) -> Tab {
        let page = tokio::time::timeout(PATIENCE, self.browser.new_page(target)).await.unwrap().unwrap();
        self.listen::<EventEntryAdded>(&page, entry).await;
        self.listen::<EventExceptionThrown>(&page, |event| Some(format!("{:?}", event.exception_details)))
            .await;
        self.listen::<EventConsoleApiCalled>(&page, |event| Some(format!("{:?}", event.args))).await;
        page.enable_log().await.unwrap();
        page.enable_runtime().await.unwrap();
        if scripts == Scripts::Off {
            page.execute(SetScriptExecutionDisabledParams::new(true)).await.unwrap();
        }
        Tab::new(page, base.to_owned())
    }

    async fn listen<E: IntoEventKind + Unpin>(&self, page: &Page, words: fn(&E) -> Option<String>) {
        let mut events = page.event_listener::<E>().await.unwrap();
        let complaints = Arc::clone(&self.complaints);
        tokio::spawn(async move {
            while let Some(event) = events.next().await {
                complaints.lock().unwrap().extend(words(&event));
            }
        });
    }

    /// What is no complaint in this test: messages with this in their text.
    pub fn allow(&self, text: &'static str) {
        self.allowed.lock().unwrap().push(text);
    }

    /// What the pages wrote to the console, or the browser about them.
    pub fn complaints(&self) -> Vec<String> {
        let allowed = self.allowed.lock().unwrap();
        let complaints = self.complaints.lock().unwrap();
        complaints.iter().filter(|one| !allowed.iter().any(|text| one.contains(text))).cloned().collect()
    }

    /// Ends it.
    pub async fn close(mut self) {
        // Whatever it answers, it is killed when it is dropped.
        drop(tokio::time::timeout(PATIENCE, self.browser.close()).await);
        drop(tokio::time::timeout(PATIENCE, self.browser.wait()).await);
    }
}

/// What the browser says of a page, unless it is only for information: violated policies among it.
fn entry(event: &EventEntryAdded) -> Option<String> {
    let entry = &event.entry;
    let url = entry.url.as_deref().unwrap_or_default();
    matches!(entry.level, LogEntryLevel::Error | LogEntryLevel::Warning)
        .then(|| format!("{}: {} {url}", entry.source.as_ref(), entry.text))
}
