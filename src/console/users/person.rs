//! What every page of one person begins with.

use actix_web::HttpRequest;

use super::view::{User, tone};
use crate::viewer::{Address, Failure, LocalApi, Viewer, segment};
use crate::web::paths;

/// A person, and the way to the other pages of them.
#[derive(Clone, Debug)]
pub struct Person {
    pub user: User,
    /// What an edit is based on.
    pub version: String,
    pub tone: &'static str,
    pub status: String,
    /// Label, address, and whether it is the page that is shown.
    pub tabs: Vec<(String, String, bool)>,
}

/// Pages of a person: the end of the address, and the permission besides that to see people.
const TABS: &[(&str, Option<&str>)] = &[
    ("profile", None),
    ("roles", None),
    ("teams", None),
    ("sessions", Some("sessions:read")),
    ("permissions", None),
    ("activity", Some("audit:read")),
];

impl Person {
    /// The person whom the address names; `current` is the page that is shown.
    pub async fn find(
        viewer: &Viewer,
        (api, request): (&LocalApi, &HttpRequest),
        current: &str,
    ) -> Result<Self, Failure> {
        let (user, version): (User, String) = viewer.get_versioned(api, &of_api(viewer, request, "")).await?;
        let words = viewer.words();
        let seen = TABS.iter().filter(|(_, needed)| needed.is_none_or(|needed| viewer.may(needed)));
        let mut tabs: Vec<_> = seen
            .map(|(name, _)| {
                let rest = if *name == "profile" { "" } else { name };
                (
                    words.t(&format!("user-tab-{name}")),
                    page_of(viewer, &user.id, rest).text(),
                    *name == current,
                )
            })
            .collect();
        if viewer.may("api_keys:read") {
            let keys = viewer.at(paths::CONSOLE_API_KEYS).with("owner", format!("user:{}", user.id));
            tabs.push((words.t("user-tab-keys"), keys.text(), false));
        }
        let status = words.t(&format!("user-status-{}", user.status));
        Ok(Self { tone: tone(&user.status), status, version, tabs, user })
    }

    /// Whether something of them can still change.
    pub fn is_here(&self) -> bool {
        self.user.status != "deleted"
    }
}

/// The API's address of the person whom the page's address names.
pub fn of_api(viewer: &Viewer, request: &HttpRequest, rest: &str) -> Address {
    let id = segment(request.match_info().get("id").unwrap_or_default());
    viewer.at(format!("{}/{id}{rest}", paths::USERS))
}

/// A page of a person.
pub fn page_of(viewer: &Viewer, id: &str, rest: &str) -> Address {
    let id = segment(id);
    let rest = if rest.is_empty() { String::new() } else { format!("/{rest}") };
    viewer.at(format!("{}/{id}{rest}", paths::CONSOLE_USERS))
}
