//! What every page of one team begins with.

use actix_web::HttpRequest;

use super::view::Team;
use crate::viewer::{Address, Failure, LocalApi, Viewer, segment};
use crate::web::paths;

/// A team, and the way to the other pages of it.
#[derive(Clone, Debug)]
pub struct Shown {
    pub team: Team,
    /// What an edit is based on.
    pub version: String,
    /// Label, address, and whether it is the page that is shown.
    pub tabs: Vec<(String, String, bool)>,
}

/// Pages of a team, as they end its address.
const TABS: &[&str] = &["profile", "members", "roles"];

impl Shown {
    /// The team that the address names; `current` is the page that is shown.
    pub async fn find(
        viewer: &Viewer,
        (api, request): (&LocalApi, &HttpRequest),
        current: &str,
    ) -> Result<Self, Failure> {
        let (team, version): (Team, String) = viewer.get_versioned(api, &of_api(viewer, request, "")).await?;
        let tab = |name: &&str| {
            let rest = if *name == "profile" { "" } else { *name };
            let label = viewer.words().t(&format!("team-tab-{name}"));
            (label, page_of(viewer, &team.id, rest).text(), *name == current)
        };
        let tabs = TABS.iter().map(tab).collect();
        Ok(Self { team, version, tabs })
    }
}

/// The API's address of the team that the page's address names.
pub fn of_api(viewer: &Viewer, request: &HttpRequest, rest: &str) -> Address {
    let id = segment(request.match_info().get("id").unwrap_or_default());
    viewer.at(format!("{}/{id}{rest}", paths::TEAMS))
}

/// A page of a team.
pub fn page_of(viewer: &Viewer, id: &str, rest: &str) -> Address {
    let id = segment(id);
    let rest = if rest.is_empty() { String::new() } else { format!("/{rest}") };
    viewer.at(format!("{}/{id}{rest}", paths::CONSOLE_TEAMS))
}
