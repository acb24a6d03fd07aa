//! Roles as their pages show them.

use serde::Deserialize;

use crate::language::Words;
use crate::roles::{Permission, Permissions};
use crate::viewer::{Form, Recent, Viewer};

/// A role, as the API gives it.
#[derive(Clone, Debug, Deserialize)]
pub struct Role {
    pub id: String,
    pub slug: String,
    pub display_name: String,
    pub permissions: Vec<String>,
    pub built_in: bool,
    #[serde(default)]
    pub holders: Option<i64>,
    pub created_at: String,
    pub updated_at: String,
}

impl Role {
    /// In the words of the deeds: nothing can be done to what came with the product.
    pub const fn state(&self) -> &'static str {
        if self.built_in { "built-in" } else { "own" }
    }
}

/// A permission that somebody asks for, as the API gives it.
#[derive(Clone, Debug, Deserialize)]
pub struct Known {
    pub name: String,
    #[serde(default)]
    pub description: Option<String>,
    #[serde(default)]
    pub audience: Option<String>,
    pub instance: bool,
}

/// All that there are.
#[derive(Clone, Debug, Deserialize)]
pub struct Catalogue {
    pub items: Vec<Known>,
}

/// Somebody who holds a role, as the API gives them.
#[derive(Clone, Debug, Deserialize)]
pub struct Principal {
    pub kind: String,
    pub id: String,
    pub name: String,
    pub display_name: String,
    pub since: String,
}

/// A row of the holders.
#[derive(Clone, Debug)]
pub struct Holder {
    pub href: Option<String>,
    pub title: String,
    pub called: String,
    pub kind: String,
    pub since: Recent,
}

/// A row of the list.
#[derive(Clone, Debug)]
pub struct Row {
    pub href: String,
    pub title: String,
    pub slug: String,
    pub built_in: bool,
    pub permissions: usize,
    pub copy: Option<String>,
}

/// A permission in the matrix.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tick {
    pub permission: String,
    pub about: String,
    pub ticked: bool,
}

/// The permissions of one resource.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    pub resource: String,
    pub audience: Option<String>,
    pub ticks: Vec<Tick>,
}

/// What a role allows, grouped by resource.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Matrix {
    pub groups: Vec<Group>,
    /// What stands in no list: one of a single thing, or one that covers several. One on each line.
    pub others: String,
}

impl Matrix {
    /// The catalogue with ticks at what is held. `in_effect` also ticks what is held by a wider permission.
    pub fn new(viewer: &Viewer, catalogue: Catalogue, held: &[String], in_effect: bool) -> Self {
        let all: Permissions = held.iter().filter_map(|text| text.parse::<Permission>().ok()).collect();
        let ticked = |name: &str| held.iter().any(|one| one == name) || in_effect && all.allows(name);
        let listed: Vec<&str> = catalogue.items.iter().map(|known| known.name.as_str()).collect();
        let others: Vec<&str> =
            held.iter().map(String::as_str).filter(|name| !listed.contains(name)).collect();
        let mut matrix = Self { groups: Vec::new(), others: others.join("\n") };
        for known in &catalogue.items {
            // What reaches beyond an organisation is nothing that most could give.
            if known.instance && !viewer.may(&known.name) && !ticked(&known.name) {
                continue;
            }
            let resource = known.name.split(':').next().unwrap_or_default();
            let tick = Tick {
                permission: known.name.clone(),
                about: about(viewer.words(), known),
                ticked: ticked(&known.name),
            };
            let same = |group: &&mut Group| group.resource == resource && group.audience == known.audience;
            match matrix.groups.iter_mut().find(same) {
                Some(group) => group.ticks.push(tick),
                None => matrix.groups.push(Group {
                    resource: resource.to_owned(),
                    audience: known.audience.clone(),
                    ticks: vec![tick],
                }),
            }
        }
        matrix
    }
}

/// What a permission of ours is for, in the reader's language; what one of an organisation's API is for, as they wrote it.
fn about(words: Words, known: &Known) -> String {
    let id = format!("permission-{}", known.name.replace([':', '_'], "-"));
    let is_ours = known.audience.is_none() && words.knows(&id);
    if is_ours { words.t(&id) } else { known.description.clone().unwrap_or_default() }
}

/// All that a form ticks and names.
pub fn chosen(form: &Form) -> Vec<String> {
    let others = form.lines("others").into_iter().flat_map(|line| {
        let words: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
        words
    });
    let mut all: Vec<String> = form.several("permissions").into_iter().chain(others).collect();
    all.sort_unstable();
    all.dedup();
    all
}
