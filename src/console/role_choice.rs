//! The roles of somebody or something, to choose among.

use crate::viewer::picker::{Picker, ROLES};
use crate::viewer::{Failure, Form, LocalApi, Viewer};

/// What can be chosen, and what is.
pub struct RoleChoice {
    /// The roles that there are.
    pub among: Picker,
    /// Slugs of those that are ticked.
    pub chosen: Vec<String>,
}

impl RoleChoice {
    /// Ticks what is held, or what a form had ticked that was refused or searched in. What is held is shown, whether or not
    /// the list reaches as far, so that nobody takes it away without wanting to.
    ///
    /// # Errors
    /// What the API refuses.
    pub async fn of(
        viewer: &Viewer,
        api: &LocalApi,
        (held, form): (&[String], Option<&Form>),
    ) -> Result<Self, Failure> {
        let chosen = form.map_or_else(|| held.to_vec(), |form| form.several("roles"));
        let searched = form.cloned().unwrap_or_default();
        let mut among = Picker::of(viewer, api, &ROLES, &searched).await?.keeping(held).keeping(&chosen);
        // Whoever cannot choose has nothing to look for.
        among.more &= viewer.may("roles:assign");
        Ok(Self { among, chosen })
    }
}
