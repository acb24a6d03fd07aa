//! The figures of an organisation, and what of them needs the viewer.

use serde::Deserialize;

use crate::viewer::{Address, Failure, LocalApi, Viewer};
use crate::web::paths;

/// A number of things, whether there may be more, and what tells them from others if they need somebody.
#[derive(Clone, Debug, Default, Deserialize)]
struct Figure {
    count: u32,
    more: bool,
    #[serde(default)]
    digest: String,
}

/// The figures, as the API gives them; absent where the viewer may not see what they count.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Statistics {
    since: String,
    people: Option<Figure>,
    sign_ins: Option<Figure>,
    failed_sign_ins: Option<Figure>,
    active_keys: Option<Figure>,
    expiring_keys: Option<Figure>,
    unused_keys: Option<Figure>,
    key_spikes: Option<Figure>,
    failing_webhooks: Option<Figure>,
}

/// A figure on the page: its name, how much, and where the things themselves are.
#[derive(Clone, Debug)]
pub struct Shown {
    pub id: &'static str,
    pub label: String,
    pub amount: String,
    pub href: String,
}

/// Something that needs somebody, and what it is dismissed with.
#[derive(Clone, Debug)]
pub struct Notice {
    pub figure: Shown,
    pub name: String,
    pub digest: String,
}

/// A notice that the viewer dismissed.
#[derive(Clone, Debug, Deserialize)]
struct Dismissal {
    notice: String,
    digest: String,
}

/// What the viewer does not want to be told of again.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Dismissed {
    items: Vec<Dismissal>,
}

impl Dismissed {
    /// Whether this was dismissed, and has not become something else since.
    fn has(&self, notice: &Notice) -> bool {
        self.items.iter().any(|one| one.notice == notice.name && one.digest == notice.digest)
    }
}

/// What the viewer must hold one of for there to be any figure.
const NEEDED: &[&str] = &["users:read", "audit:read", "api_keys:read", "webhooks:read"];

impl Statistics {
    /// Those that the viewer may see.
    pub async fn of(viewer: &Viewer, api: &LocalApi) -> Result<Self, Failure> {
        if !NEEDED.iter().any(|needed| viewer.may(needed)) {
            return Ok(Self::default());
        }
        Ok(viewer.get(api, &viewer.at(paths::STATISTICS)).await?)
    }

    /// How the organisation is.
    pub fn figures(&self, viewer: &Viewer) -> Vec<Shown> {
        [
            ("people", &self.people, active(viewer.at(paths::CONSOLE_USERS))),
            ("sign-ins", &self.sign_ins, self.log(viewer, "session.create").with("status", "SUCCESS")),
            (
                "failed-sign-ins",
                &self.failed_sign_ins,
                self.log(viewer, "session.create").with("status", "FAILURE"),
            ),
            ("active-keys", &self.active_keys, active(viewer.at(paths::CONSOLE_API_KEYS))),
        ]
        .into_iter()
        .filter_map(|(id, figure, address)| {
            let label = viewer.words().t(&format!("overview-figure-{id}"));
            Some(Shown { id, label, amount: amount(figure.as_ref()?, viewer), href: address.text() })
        })
        .collect()
    }

    /// What needs somebody, nothing that is zero: what the viewer dismissed stands apart.
    pub async fn attention(
        &self,
        viewer: &Viewer,
        api: &LocalApi,
    ) -> Result<(Vec<Notice>, Vec<Notice>), Failure> {
        let notices = self.notices(viewer);
        let dismissed: Dismissed = match notices.is_empty() {
            true => Dismissed::default(),
            false => viewer.get(api, &viewer.at(paths::DISMISSED_NOTICES)).await?,
        };
        Ok(notices.into_iter().partition(|notice| !dismissed.has(notice)))
    }

    fn notices(&self, viewer: &Viewer) -> Vec<Notice> {
        let keys = |health: &str| viewer.at(paths::CONSOLE_API_KEYS).with("health", health);
        // Whoever may not read the log finds such keys in their list, where each says how it is.
        let spikes = match viewer.may("audit:read") {
            true => self.log(viewer, "api_key.spike"),
            false => active(viewer.at(paths::CONSOLE_API_KEYS)),
        };
        let webhooks = viewer.at(paths::CONSOLE_WEBHOOKS).with("health", "failing");
        [
            ("expiring-keys", &self.expiring_keys, keys("expires-soon")),
            ("unused-keys", &self.unused_keys, keys("unused-90-days")),
            ("key-spikes", &self.key_spikes, spikes),
            ("failing-webhooks", &self.failing_webhooks, webhooks),
        ]
        .into_iter()
        .filter_map(|(id, figure, address)| {
            let figure = figure.as_ref().filter(|figure| figure.count > 0)?;
            let label = viewer.words().t(&format!("overview-attention-{id}"));
            Some(Notice {
                name: id.replace('-', "_"),
                digest: figure.digest.clone(),
                figure: Shown { id, label, amount: amount(figure, viewer), href: address.text() },
            })
        })
        .collect()
    }

    /// The log since the figures begin, narrowed to an action.
    fn log(&self, viewer: &Viewer, action: &str) -> Address {
        viewer.at(paths::CONSOLE_AUDIT_LOG).with("action", action).with("start", &self.since)
    }
}

fn active(address: Address) -> Address {
    address.with("status", "active")
}

/// How much, in the reader's language.
fn amount(figure: &Figure, viewer: &Viewer) -> String {
    if figure.more {
        viewer.words().t1("overview-amount-more", "count", figure.count)
    } else {
        figure.count.to_string()
    }
}
