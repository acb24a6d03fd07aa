//! A tab, used as a person uses it: it is clicked at what is seen, and typed into.

use std::path::Path;
use std::sync::{Arc, Mutex};

use chromiumoxide::Page;
use chromiumoxide::cdp::browser_protocol::emulation::{
    MediaFeature, SetDeviceMetricsOverrideParams, SetEmulatedMediaParams, SetUserAgentOverrideParams,
};
use chromiumoxide::cdp::browser_protocol::input::{
    DispatchKeyEventParams, DispatchKeyEventType, DispatchMouseEventParams, DispatchMouseEventType,
    InsertTextParams, MouseButton,
};
use chromiumoxide::cdp::browser_protocol::network::{EventRequestWillBeSent, SetCookieParams};
use chromiumoxide::cdp::browser_protocol::page::{
    CaptureScreenshotFormat, CaptureScreenshotParams, CreateIsolatedWorldParams, NavigateParams,
    ReloadParams, Viewport,
};
use chromiumoxide::cdp::js_protocol::runtime::EvaluateParams;
use futures::StreamExt;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::{GLANCE, PATIENCE};

/// Keys that do something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Key {
    Tab,
    Enter,
    Space,
}

/// A tab.
pub struct Tab {
    page: Page,
    base: String,
}

/// A text as JavaScript writes it.
fn quoted(text: &str) -> String {
    Value::from(text).to_string()
}

impl Tab {
    pub fn new(page: Page, base: String) -> Self {
        Self { page, base }
    }

    /// Goes to a path of the server or a URL, as if it was typed.
    pub async fn open(&self, at: &str) {
        let url = if at.starts_with('/') { format!("{}{at}", self.base) } else { at.to_owned() };
        self.leave(async { drop(self.page.execute(NavigateParams::new(url)).await.unwrap()) }).await;
    }

    /// Loads the page again.
    pub async fn reload(&self) {
        self.leave(async { drop(self.page.execute(ReloadParams::default()).await.unwrap()) }).await;
    }

    /// The browser's button.
    pub async fn back(&self) {
        self.leave(async { drop(self.evaluate("history.back()").await) }).await;
    }

    /// Clicks on what leads to another page, and waits until that is there.
    pub async fn submit(&self, selector: &str) {
        self.leave(self.click(selector)).await;
    }

    /// Does something that leads to another page, and waits until that is there: pages differ in when they began.
    pub async fn leave(&self, deed: impl Future<Output = ()>) {
        let left: f64 = self.value("performance.timeOrigin").await;
        deed.await;
        let next = format!("performance.timeOrigin !== {left} && document.readyState === 'complete'");
        self.until("the next page", &next).await;
    }

    /// The value of an expression; nothing while the page is changing.
    async fn evaluate(&self, expression: &str) -> Option<Value> {
        let mut params = EvaluateParams::new(expression);
        params.return_by_value = Some(true);
        let answer = tokio::time::timeout(PATIENCE, self.page.execute(params)).await.ok()?.ok()?.result;
        if answer.exception_details.is_some() { None } else { answer.result.value }
    }

    /// The value of an expression.
    pub async fn value<T: DeserializeOwned>(&self, expression: &str) -> T {
        let value = self.evaluate(expression).await.unwrap_or_else(|| panic!("no value: {expression}"));
        serde_json::from_value(value.clone()).unwrap_or_else(|why| panic!("{why}: {expression} is {value}"))
    }

    /// Waits until an expression is true.
    pub async fn until(&self, what: &str, expression: &str) {
        let looked = async {
            while self.evaluate(expression).await != Some(Value::Bool(true)) {
                tokio::time::sleep(GLANCE).await;
            }
        };
        if tokio::time::timeout(PATIENCE, looked).await.is_err() {
            let page = self.evaluate("location.href + '\\n' + document.body?.innerText").await;
            panic!("waited in vain for {what} at {}", page.unwrap_or_default().as_str().unwrap_or_default());
        }
    }

    /// Waits until the page at this path is there and loaded.
    pub async fn at(&self, path: &str) {
        let here = format!("location.pathname === {} && document.readyState === 'complete'", quoted(path));
        self.until(path, &here).await;
    }

    /// Waits until something is on the page.
    pub async fn shows(&self, selector: &str) {
        let there =
            format!("!!document.querySelector({}) && document.readyState === 'complete'", quoted(selector));
        self.until(selector, &there).await;
    }

    /// Whether something is on the page and can be seen.
    pub async fn is_seen(&self, selector: &str) -> bool {
        self.value(&format!("!!document.querySelector({})?.checkVisibility()", quoted(selector))).await
    }

    /// What a person reads there.
    pub async fn text(&self, selector: &str) -> String {
        self.shows(selector).await;
        self.value(&format!("document.querySelector({}).innerText", quoted(selector))).await
    }

    /// Clicks in its middle, if nothing lies over it.
    pub async fn click(&self, selector: &str) {
        self.shows(selector).await;
        let place = format!(
            "(() => {{
                const wanted = document.querySelector({});
                wanted.scrollIntoView({{ block: 'center', behavior: 'instant' }});
                const box = wanted.getClientRects()[0];
                const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
                return wanted.contains(document.elementFromPoint(x, y)) ? [x, y] : [];
            }})()",
            quoted(selector)
        );
        let place: Vec<f64> = self.value(&place).await;
        let [x, y] = *place else { panic!("{selector} cannot be clicked") };
        for kind in [DispatchMouseEventType::MousePressed, DispatchMouseEventType::MouseReleased] {
            let mut event = DispatchMouseEventParams::new(kind, x, y);
            event.button = Some(MouseButton::Left);
            event.click_count = Some(1);
            self.page.execute(event).await.unwrap();
        }
    }

    /// Types into whatever has the focus.
    pub async fn write(&self, text: &str) {
        self.page.execute(InsertTextParams::new(text)).await.unwrap();
    }

    /// Clicks into a field and replaces what stands there.
    pub async fn fill(&self, selector: &str, text: &str) {
        self.click(selector).await;
        self.evaluate("document.activeElement.select()").await;
        self.write(text).await;
        let kept: String = self.value(&format!("document.querySelector({}).value", quoted(selector))).await;
        assert_eq!(kept, text, "{selector} takes what is typed");
    }

    /// Presses a key.
    pub async fn press(&self, key: Key) {
        let (name, code, text) = match key {
            Key::Tab => ("Tab", 9, None),
            Key::Enter => ("Enter", 13, Some("\r")),
            Key::Space => (" ", 32, Some(" ")),
        };
        for kind in [DispatchKeyEventType::KeyDown, DispatchKeyEventType::KeyUp] {
            let mut event = DispatchKeyEventParams::new(kind.clone());
            event.key = Some(name.to_owned());
            event.code = Some(name.to_owned());
            event.windows_virtual_key_code = Some(code);
            if kind == DispatchKeyEventType::KeyDown {
                event.text = text.map(str::to_owned);
            }
            self.page.execute(event).await.unwrap();
        }
    }

    /// The id of what has the focus; empty when nothing has it.
    pub async fn focus(&self) -> String {
        self.value("document.activeElement === document.body ? '' : document.activeElement.id").await
    }

    /// Makes the tab this large, and the person prefer `light` or `dark`.
    pub async fn appear(&self, (width, height): (i64, i64), scheme: &str) {
        self.page.execute(SetDeviceMetricsOverrideParams::new(width, height, 1.0, false)).await.unwrap();
        // Without motion, what is looked at is never on its way from one colour to another.
        let media = SetEmulatedMediaParams::builder()
            .feature(MediaFeature::new("prefers-color-scheme", scheme))
            .feature(MediaFeature::new("prefers-reduced-motion", "reduce"))
            .build();
        self.page.execute(media).await.unwrap();
        let sized = format!("innerWidth === {width} && innerHeight === {height}");
        let there = format!("{sized} && matchMedia('(prefers-color-scheme: {scheme})').matches");
        self.until("the new size", &there).await;
    }

    /// Writes a picture of what is seen without scrolling.
    pub async fn picture(&self, file: &Path) {
        let params = CaptureScreenshotParams::builder().format(CaptureScreenshotFormat::Png).build();
        let answer = self.page.execute(params).await.unwrap();
        let data: &str = answer.result.data.as_ref();
        let png = base64::Engine::decode(&base64::engine::general_purpose::STANDARD, data).unwrap();
        std::fs::write(file, png).unwrap();
    }

    /// What the browser keeps of this server under a name.
    pub async fn remember(&self, name: &str, value: &str) {
        let mut cookie = SetCookieParams::new(name, value);
        cookie.url = Some(self.base.clone());
        self.page.execute(cookie).await.unwrap();
    }

    /// What the browser says that it is.
    pub async fn call_itself(&self, user_agent: &str) {
        self.page.execute(SetUserAgentOverrideParams::new(user_agent)).await.unwrap();
    }

    /// Has this run first in every page from now on.
    pub async fn begin_with(&self, script: &str) {
        self.page.evaluate_on_new_document(script).await.unwrap();
    }

    /// From now on, what is asked of others than this server.
    pub async fn asked_of_others(&self) -> Arc<Mutex<Vec<String>>> {
        let mut requests = self.page.event_listener::<EventRequestWillBeSent>().await.unwrap();
        let (asked, own) = (Arc::default(), format!("{}/", self.base));
        let noted: Arc<Mutex<Vec<String>>> = Arc::clone(&asked);
        tokio::spawn(async move {
            while let Some(event) = requests.next().await {
                let url = &event.request.url;
                if !url.starts_with(&own) && !url.starts_with("data:") {
                    noted.lock().unwrap().push(url.clone());
                }
            }
        });
        asked
    }

    /// The value of a promise, in a world of its own that shares nothing but the document with the page: the page cannot
    /// meddle, and the page's policy stays as it is. `library` runs first.
    pub async fn apart(&self, library: &str, promise: &str) -> Value {
        let frame = self.page.mainframe().await.unwrap().unwrap();
        let world = self.page.execute(CreateIsolatedWorldParams::new(frame)).await.unwrap().result;
        let run = async |expression: &str| {
            let mut params = EvaluateParams::new(expression);
            params.context_id = Some(world.execution_context_id);
            params.return_by_value = Some(true);
            params.await_promise = Some(true);
            let answer = tokio::time::timeout(PATIENCE, self.page.execute(params)).await.unwrap();
            let answer = answer.unwrap().result;
            assert!(answer.exception_details.is_none(), "{:?}", answer.exception_details);
            answer.result.value.unwrap_or_default()
        };
        run(library).await;
        run(promise).await
    }

    /// Writes a picture of the whole page, small enough to be kept with hundreds of others.
    pub async fn whole_picture(&self, file: &Path) {
        let sizes = "[innerWidth, document.documentElement.scrollHeight, innerHeight]";
        let [width, height, seen]: [f64; 3] = self.value(sizes).await;
        let params = CaptureScreenshotParams::builder()
            .format(CaptureScreenshotFormat::Jpeg)
            .quality(60)
            .clip(Viewport { x: 0.0, y: 0.0, width, height: height.min(6_000.0), scale: 1.0 })
            .capture_beyond_viewport(height > seen)
            .optimize_for_speed(true)
            .build();
        let answer = self.page.execute(params).await.unwrap();
        let data: &str = answer.result.data.as_ref();
        let picture = base64::Engine::decode(&base64::engine::general_purpose::STANDARD, data).unwrap();
        std::fs::write(file, picture).unwrap();
    }
}
