//! A walk through every page, in two languages that are written in different directions, over an organisation whose texts
//! do harm where they are not shown as text. On every page: axe-core finds nothing, in light and in dark colours; the
//! policy holds; nothing is asked of anybody else; nothing has to be scrolled sideways but tables, which the keyboard
//! reaches; no text became an element.

mod signing_in;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::Value;

use super::pages::{Api, CANARY, Fixture, Place, places};
use super::pictures::folder;
use super::support::{ADA, Scripts, Start, Tab, World, run_within};

const WIDE: (i64, i64) = (1280, 800);
const NARROW: (i64, i64) = (320, 640);
/// The longest that the walk may take.
const LONGEST: Duration = Duration::from_secs(1_200);
/// The application that the viewer lets use their account.
const APPLICATION: &str = "dev-app";

/// The application that is let in without a browser.
const DEVICE: &str = "dev-cli";

/// How a page is looked at: after the first time by what depends on colours, and by what depends on the size. Narrow is
/// last.
const LOOKS: [((i64, i64), &str, &str); 3] = [
    (WIDE, "light", "[]"),
    (WIDE, "dark", "['color-contrast', 'link-in-text-block']"),
    (NARROW, "light", "['scrollable-region-focusable', 'target-size']"),
];

/// A language with its direction.
const LANGUAGES: [(&str, &str); 2] = [("en", "ltr"), ("ar", "rtl")];

/// Notes violations of the policy that the page runs under.
const NOTE_VIOLATIONS: &str = "addEventListener('securitypolicyviolation', (event) => \
    (window.violated ??= []).push(`${event.violatedDirective} ${event.blockedURI}`));";

/// Somebody who looks at pages in one language.
struct Walker {
    tab: Tab,
    language: (&'static str, &'static str),
    axe: Arc<str>,
    found: Mutex<Vec<String>>,
    /// Pages that showed the canary as text.
    canaries: Mutex<usize>,
    asked_of_others: Arc<Mutex<Vec<String>>>,
    pictures: PathBuf,
}

impl Walker {
    async fn new(world: &World, language: (&'static str, &'static str), axe: Arc<str>) -> Self {
        let tab = world.chromium.stranger(&world.server.base, Scripts::On).await;
        tab.call_itself(CANARY).await;
        tab.remember("gridkey-language", language.0).await;
        tab.begin_with(NOTE_VIOLATIONS).await;
        let asked_of_others = tab.asked_of_others().await;
        let pictures = folder().join("walk").join(language.0);
        std::fs::create_dir_all(&pictures).unwrap();
        let (found, canaries) = (Mutex::default(), Mutex::default());
        Self { tab, language, axe, found, canaries, asked_of_others, pictures }
    }

    /// Looks at the page that is open, in every way.
    async fn look(&self, name: &str) {
        let (tab, (language, direction)) = (&self.tab, self.language);
        let look = format!("{}('{language}', '{direction}')", include_str!("look.js").trim_end());
        self.note(name, tab.value(&look).await);
        for (size, scheme, rules) in LOOKS {
            tab.appear(size, scheme).await;
            let run = format!("{}({rules})", include_str!("axe.js").trim_end());
            let wrong: Value = tab.apart(&self.axe, &run).await;
            let wrong: Vec<String> = serde_json::from_value(wrong).unwrap();
            self.note(&format!("{name}, {} {scheme}", size.0), wrong);
            if scheme == "light" {
                let picture = format!("{}-{}.jpg", file_name(name), size.0);
                tab.whole_picture(&self.pictures.join(picture)).await;
            }
        }
        self.note(name, tab.value(include_str!("narrow.js")).await);
        let text: String = tab.value("document.body.textContent").await;
        if text.contains(CANARY) {
            *self.canaries.lock().unwrap() += 1;
        }
        let asked = std::mem::take(&mut *self.asked_of_others.lock().unwrap());
        self.note(name, asked.into_iter().map(|url| format!("asks for {url}")).collect());
    }

    fn note(&self, name: &str, wrong: Vec<String>) {
        let lines = wrong.into_iter().map(|what| format!("{} {name}: {what}", self.language.0));
        self.found.lock().unwrap().extend(lines);
    }

    /// Everything behind the sign-in.
    async fn behind_sign_in(&self, api: &Api, fixture: &tokio::sync::Mutex<Fixture>) {
        let tab = &self.tab;
        tab.set_out().await;
        tab.identify(ADA).await;
        tab.prove(ADA).await;
        tab.consent().await;
        tab.at("/dev/app").await;
        tab.open("/console").await;
        tab.at("/console").await;
        let places = {
            let mut fixture = fixture.lock().await;
            fixture.signed_in(api).await;
            places(&fixture)
        };
        for Place { row, at, name } in places {
            tab.appear(WIDE, "light").await;
            tab.open(&at).await;
            let here: String = tab.value("location.pathname").await;
            if at.split('?').next() != Some(&here) {
                self.note(&name, vec![format!("leads to {here}")]);
            }
            let heading: String = tab.value("document.querySelector('h1')?.innerText ?? ''").await;
            let status: i64 = tab.value("performance.getEntriesByType('navigation')[0].responseStatus").await;
            if status != 200 {
                self.note(&name, vec![format!("{row} is answered with {status}, {heading}")]);
            }
            self.look(&name).await;
        }
    }
}

/// An address as the name of a file.
fn file_name(name: &str) -> String {
    let words: Vec<&str> =
        name.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty()).collect();
    if words.is_empty() { "home".to_owned() } else { words.join("-") }
}

/// Begins to let a program without a browser in: the address at which a person goes on.
async fn begin_device(base: &str) -> String {
    let http = reqwest::Client::builder().user_agent(CANARY).build().unwrap();
    let form = [("client_id", DEVICE), ("scope", "openid profile")];
    let request = http.post(format!("{base}/oauth2/device_authorization")).form(&form);
    let answer: Value = request.send().await.unwrap().json().await.unwrap();
    answer["verification_uri_complete"].as_str().unwrap_or_else(|| panic!("{answer}")).to_owned()
}

fn axe() -> Arc<str> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/axe/node_modules/axe-core/axe.min.js");
    let text = std::fs::read_to_string(&file).unwrap_or_else(|why| panic!("{why}: {}", file.display()));
    // Its value is of no use, and would be sent to us.
    format!("{text};0").into()
}

#[test]
fn every_page_is_accessible_escaped_and_keeps_to_itself() {
    run_within(LONGEST, Start::Examples, async |world| {
        let api = Api::of(&world.server.base, "admin-cli", "admin-cli-development-secret").await;
        let fixture = Fixture::build(&api, ADA.email, APPLICATION).await;
        let setup_link = world.server.setup_link().await;
        let links = [fixture.reset_link.clone(), fixture.invitation_link.clone(), setup_link];
        let fixture = tokio::sync::Mutex::new(fixture);
        let axe = axe();
        let walk = async |language| {
            let outside = Walker::new(world, language, Arc::clone(&axe)).await;
            let rows = signing_in::walk(&outside, &links, &begin_device(&world.server.base).await).await;
            let inside = Walker::new(world, language, Arc::clone(&axe)).await;
            inside.behind_sign_in(&api, &fixture).await;
            let canaries = *inside.canaries.lock().unwrap();
            let found = [outside, inside].map(|walker| walker.found.into_inner().unwrap()).concat();
            (found, rows, canaries)
        };
        let [english, arabic] = LANGUAGES;
        let (english, arabic) = tokio::join!(walk(english), walk(arabic));
        for (found, rows, canaries) in [&english, &arabic] {
            signing_in::is_complete(rows);
            assert!(*canaries > 60, "the canary stood on {canaries} pages: {found:#?}");
        }
        let found: BTreeSet<String> = [english.0, arabic.0].concat().into_iter().collect();
        assert!(found.is_empty(), "{} findings: {found:#?}", found.len());
    });
}

/// Spoils a page in every way that the walk looks for, as far as the policy lets it.
const SPOIL: &str = "(() => {
    const main = document.querySelector('main');
    main.insertAdjacentHTML('beforeend', '<h1 id=twice>One</h1><p id=twice>Two</p><img src=x>');
    main.insertAdjacentHTML('beforeend', '<div class=table-frame><table><tr><td>Three</td></tr></table></div>');
    main.querySelector('p#twice').style.color = '#eee';
    main.querySelector('p#twice').style.inlineSize = '600px';
    new Image().src = 'http://localhost:1/elsewhere.png';
    document.documentElement.dir = 'rtl';
    window.pwned = 1;
    return '';
})()";

#[test]
fn what_is_wrong_is_found() {
    run_within(LONGEST, Start::Examples, async |world| {
        world.chromium.allow("status of 404");
        world.chromium.allow("Content Security Policy");
        let walker = Walker::new(world, LANGUAGES[0], axe()).await;
        walker.tab.open("/login").await;
        let _: String = walker.tab.value(SPOIL).await;
        walker.tab.until("the violation", "window.violated?.length > 0").await;
        walker.look("spoiled").await;
        let found = walker.found.into_inner().unwrap().join("\n");
        for what in [
            "direction: rtl instead of ltr",
            "headings of the first rank: 2 instead of 1",
            "what only a canary sets: 1",
            "elements out of texts: 1",
            "ids that stand more than once: twice",
            "tables that no key can scroll: 1",
            "violated policy: img-src http://localhost:1/elsewhere.png",
            "color-contrast",
            "image-alt",
            "pixels wide in a window of 320",
        ] {
            assert!(found.contains(what), "{what}: {found}");
        }
    });
}
