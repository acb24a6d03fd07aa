//! Choices of a form among more things than a page shows: the first of them, or those that a search finds. The search is a
//! button of the same form, which comes back with everything that was typed into it.

use serde::Deserialize;

use super::answers::Failure;
use super::api::LocalApi;
use super::form::{Form, search_field};
use super::query::Page;
use super::store;
use super::view::Viewer;
use crate::app::App;
use crate::db::DbError;
use crate::web::paths;

/// As many choices as a page shows.
pub const SHOWN: usize = 200;

/// A role, a team or a service account, by its names.
#[derive(Clone, Debug, Deserialize)]
struct Named {
    #[serde(default)]
    id: String,
    slug: String,
    #[serde(default)]
    display_name: String,
}

/// Among what a field chooses.
#[derive(Clone, Copy, Debug)]
pub struct Source {
    field: &'static str,
    permission: &'static str,
    path: &'static str,
    /// What stands before the identifier in a value; `None` when the slug is the value.
    id_after: Option<&'static str>,
}

/// Roles, by slug.
pub const ROLES: Source =
    Source { field: "roles", permission: "roles:read", path: paths::ROLES, id_after: None };
/// Teams that something can belong to, by slug.
pub const TEAM: Source =
    Source { field: "team", permission: "teams:read", path: paths::TEAMS, id_after: None };
/// Teams that somebody can join.
pub const JOIN: Source =
    Source { field: "join", permission: "teams:read", path: paths::TEAMS, id_after: Some("") };
/// Service accounts that can join a team.
pub const SERVICE_ACCOUNT: Source = Source {
    field: "service_account",
    permission: "service_accounts:read",
    path: paths::SERVICE_ACCOUNTS,
    id_after: Some(""),
};
/// Service accounts that can own a key.
pub const OWNER: Source = Source { field: "owner", id_after: Some("service_account:"), ..SERVICE_ACCOUNT };

impl Source {
    fn choice(&self, thing: Named) -> Choice {
        let value = match self.id_after {
            Some(prefix) => format!("{prefix}{}", thing.id),
            None => thing.slug.clone(),
        };
        Choice { value, title: thing.display_name, slug: thing.slug }
    }
}

/// Something to choose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// What the field then says.
    pub value: String,
    /// Its name.
    pub title: String,
    /// Its short name; empty for what has none.
    pub slug: String,
}

/// A field that chooses among many.
#[derive(Clone, Debug)]
pub struct Picker {
    /// The field.
    pub field: &'static str,
    /// What can be chosen here.
    pub choices: Vec<Choice>,
    /// What their short names begin with; empty when nothing was looked for.
    pub sought: String,
    /// How many were found.
    pub found: usize,
    /// Whether there are more of them than are shown.
    pub more: bool,
    /// Whether the search for them was what the form was sent for.
    pub searched: bool,
}

impl Picker {
    /// The first choices, or those that the form looks for. What the viewer may not see is no choice.
    ///
    /// # Errors
    /// Those of the API.
    pub async fn of(viewer: &Viewer, api: &LocalApi, source: &Source, form: &Form) -> Result<Self, Failure> {
        let sought = form.text(&search_field(source.field));
        let list = viewer.at(source.path).with("limit", SHOWN).with("q", &sought);
        let page: Page<Named> = viewer.peek(api, (source.permission, &list)).await?;
        let choices: Vec<Choice> = page.items.into_iter().map(|thing| source.choice(thing)).collect();
        Ok(Self {
            field: source.field,
            found: choices.len(),
            choices,
            more: page.next_cursor.is_some(),
            searched: form.searches(source.field),
            sought,
        })
    }

    /// Whether there is a search: where everything is shown, there is nothing to look for.
    pub fn is_searchable(&self) -> bool {
        self.more || !self.sought.is_empty()
    }

    /// Whether there is nothing to choose and nothing to look for.
    pub fn is_empty(&self) -> bool {
        self.choices.is_empty() && !self.is_searchable()
    }

    /// Puts a choice in front that is none of these things.
    #[must_use]
    pub fn with_first(mut self, value: impl Into<String>, title: String) -> Self {
        self.choices.insert(0, Choice { value: value.into(), title, slug: String::new() });
        self
    }

    /// Puts slugs in front that are chosen and not among those that are shown, so that they stay chosen.
    #[must_use]
    pub fn keeping(mut self, slugs: &[String]) -> Self {
        let missing: Vec<Choice> = slugs
            .iter()
            .filter(|slug| !slug.is_empty() && !self.choices.iter().any(|known| known.value == **slug))
            .map(|slug| Choice { value: slug.clone(), title: slug.clone(), slug: slug.clone() })
            .collect();
        self.choices.splice(0..0, missing);
        self
    }

    /// What is chosen of one: the only thing that a search found, or what was chosen before.
    pub fn chosen(&self, before: String) -> String {
        let only =
            self.choices.last().filter(|_| self.searched && self.found == 1 && !self.sought.is_empty());
        only.map_or(before, |choice| choice.value.clone())
    }
}

/// What lists are filtered by, or a deed on many names: by slug.
#[derive(Clone, Debug, Default)]
pub struct Known {
    /// Slugs and names.
    pub choices: Vec<(String, String)>,
    /// Whether there are more: then a short name is typed.
    pub more: bool,
}

impl Known {
    /// The first teams and the first roles, of each nothing if the viewer may not see them. Not through the API, which
    /// would tell much more of each: names are all that is chosen by.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn teams_and_roles(viewer: &Viewer, app: &App) -> Result<(Self, Self), Failure> {
        let tenant = viewer.who.tenant.id;
        let (sees_teams, sees_roles) = (viewer.may(TEAM.permission), viewer.may(ROLES.permission));
        let names = app.db.read_short(move |conn| {
            // One more, to see whether there are more.
            let limit = SHOWN as i64 + 1;
            let teams = if sees_teams { store::teams(conn, tenant, limit)? } else { Vec::new() };
            let roles = if sees_roles { store::roles(conn, tenant, limit)? } else { Vec::new() };
            Ok::<_, DbError>((teams, roles))
        });
        let (teams, roles) = names.await?;
        Ok((Self::first_of(teams), Self::first_of(roles)))
    }

    fn first_of(mut choices: Vec<(String, String)>) -> Self {
        let more = choices.len() > SHOWN;
        choices.truncate(SHOWN);
        Self { choices, more }
    }

    /// Puts the choice in front that names none of them.
    #[must_use]
    pub fn or_none(mut self, label: String) -> Self {
        if !self.choices.is_empty() {
            self.choices.insert(0, (String::new(), label));
        }
        self
    }
}

impl Picker {
    /// A field for looking at: of many choices, what begins with `sought`.
    pub fn sample(field: &'static str, sought: &str, names: &[(&str, &str)]) -> Self {
        let choice = |(slug, title): &(&str, &str)| Choice {
            value: (*slug).into(),
            title: (*title).into(),
            slug: (*slug).into(),
        };
        Self {
            field,
            choices: names.iter().map(choice).collect(),
            sought: sought.into(),
            found: names.len(),
            more: true,
            searched: false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn picker(sought: &str, values: &[&str], searched: bool) -> Picker {
        let choice = |value: &&str| Choice {
            value: (*value).into(),
            title: value.to_uppercase(),
            slug: (*value).into(),
        };
        Picker {
            field: "team",
            choices: values.iter().map(choice).collect(),
            sought: sought.into(),
            found: values.len(),
            more: false,
            searched,
        }
    }

    #[test]
    fn what_was_chosen_stays_whatever_is_looked_for() {
        let kept = picker("b", &["billing"], true).keeping(&["sales".into(), "billing".into()]);
        let values: Vec<_> = kept.choices.iter().map(|choice| choice.value.as_str()).collect();
        assert_eq!(values, ["sales", "billing"]);
    }

    #[test]
    fn the_only_thing_that_was_found_is_chosen() {
        let first = |picker: Picker| picker.with_first("", "None".into());
        assert_eq!(first(picker("b", &["billing"], true)).chosen("sales".into()), "billing");
        for other in [picker("b", &["billing", "bank"], true), picker("b", &["billing"], false)] {
            assert_eq!(first(other).chosen("sales".into()), "sales");
        }
        assert_eq!(first(picker("x", &[], true)).chosen(String::new()), "");
    }

    #[test]
    fn a_search_stands_where_not_everything_is_shown() {
        assert!(!picker("", &["billing"], false).is_searchable());
        assert!(picker("x", &[], true).is_searchable() && !picker("x", &[], true).is_empty());
        assert!(Picker { more: true, ..picker("", &["billing"], false) }.is_searchable());
        assert!(picker("", &[], false).is_empty());
    }
}
