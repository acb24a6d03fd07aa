//! Invitations as their pages show them.

use serde::Deserialize;

use crate::viewer::{Recent, Viewer, recent, segment};
use crate::web::paths;

/// An invitation, as the API gives it.
#[derive(Clone, Debug, Deserialize)]
pub struct Invitation {
    pub id: String,
    pub user_id: String,
    pub email: String,
    pub display_name: String,
    /// `pending`, `accepted`, `revoked` or `expired`.
    pub state: String,
    pub created_at: String,
    pub expires_at: String,
}

/// An invitation that was sent again, as the API gives it.
#[derive(Clone, Debug, Deserialize)]
pub struct Sent {
    pub email: String,
    pub link: String,
    pub mailed: bool,
}

/// A row of the list.
#[derive(Clone, Debug)]
pub struct Row {
    pub email: String,
    pub display_name: String,
    /// The person's page.
    pub href: String,
    pub tone: &'static str,
    pub state: String,
    pub created: Recent,
    pub expires: Recent,
    /// Address and label of what can be done with it.
    pub actions: Vec<(String, String)>,
}

impl Invitation {
    /// Whether it can be sent again or taken back.
    pub fn is_open(&self) -> bool {
        matches!(self.state.as_str(), "pending" | "expired")
    }

    /// As a row, with what the viewer may do with it.
    pub fn row(self, viewer: &Viewer, actions: &[&str]) -> Row {
        let words = viewer.words();
        let open = self.is_open() && viewer.may("users:create");
        let at = |name: &str| {
            viewer.at(format!("{}/{}/{name}", paths::CONSOLE_INVITATIONS, segment(&self.id))).text()
        };
        let action = |name: &&str| (at(name), words.t(&format!("invitation-{name}")));
        Row {
            actions: actions.iter().filter(|_| open).map(action).collect(),
            href: viewer.at(format!("{}/{}", paths::CONSOLE_USERS, segment(&self.user_id))).text(),
            tone: match self.state.as_str() {
                "pending" => "",
                "accepted" => "good",
                "expired" => "warning",
                _ => "bad",
            },
            state: words.t(&format!("invitation-state-{}", self.state)),
            created: recent(&self.created_at, words, viewer.now),
            expires: recent(&self.expires_at, words, viewer.now),
            email: self.email,
            display_name: self.display_name,
        }
    }
}
