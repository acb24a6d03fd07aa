//! What the templates of these pages share: menu, heading, who is there, and what is wrong.

use super::view::Viewer;
use crate::language::{Language, Words};
use crate::web::{FormErrors, Reader, Theme};

/// One page in the menu.
#[derive(Clone, Debug)]
pub struct NavItem {
    /// Its name.
    pub label: String,
    /// Its address.
    pub href: String,
    /// Whether it is the one that is shown.
    pub current: bool,
}

/// Pages of the menu that belong together.
#[derive(Clone, Debug)]
pub struct NavGroup {
    /// What they are about; empty for the first.
    pub label: String,
    /// The pages.
    pub items: Vec<NavItem>,
}

/// The same thing from the shell.
#[derive(Clone, Debug)]
pub struct Recipe {
    /// With what: `gridkey` or `curl`.
    pub label: &'static str,
    /// The lines.
    pub text: String,
}

/// The frame of a page.
#[derive(Clone, Debug)]
pub struct Frame {
    /// The words.
    pub words: Words,
    /// The colours.
    pub theme: Theme,
    /// The page's heading; the title begins with it.
    pub heading: String,
    /// The menu.
    pub menu: Vec<NavGroup>,
    /// Who is there: name and address.
    pub person: (String, String),
    /// The organisation that is looked at.
    pub tenant: String,
    /// Its slug, when it is not the viewer's own.
    pub abroad: Option<String>,
    /// The token of the page's forms.
    pub csrf: String,
    /// What is wrong with what a form sent.
    pub errors: FormErrors,
    /// What was done, the name of a message.
    pub flash: Option<String>,
    /// The same from the shell.
    pub recipes: Vec<Recipe>,
    /// Where the page is, to come back to.
    pub here: String,
    /// Whether the person may open the console.
    pub has_console: bool,
    /// The path with the organisation, as [`Frame::to`] needs it.
    tenant_query: Option<String>,
}

/// What a person must hold one of to have anything to see in the console.
const CONSOLE: &[&str] = &[
    "users:read",
    "applications:read",
    "service_accounts:read",
    "api_keys:read",
    "roles:read",
    "audit:read",
    "tenant:read",
    "tenants:read",
    "teams:read",
    "sessions:read",
];

impl Frame {
    pub(super) fn new(viewer: &Viewer, csrf: String, heading: String, menu: Vec<NavGroup>) -> Self {
        let flash = viewer.query.get("done").map(|done| format!("done-{done}"));
        let query: Vec<_> = viewer.query.pairs().filter(|(name, _)| *name != "done").collect();
        let here = query
            .into_iter()
            .fold(super::Address::new(&viewer.path), |address, (name, value)| address.with(name, value));
        Self {
            words: viewer.words(),
            theme: viewer.preferences.theme,
            heading,
            menu,
            person: (viewer.who.user.display_name.clone(), viewer.who.user.email.to_string()),
            tenant: viewer.who.tenant.display_name.clone(),
            abroad: viewer.is_abroad().then(|| viewer.who.tenant.slug.to_string()),
            csrf,
            errors: FormErrors::default(),
            // Whatever an address says, only messages of ours are shown.
            flash: flash.filter(|id| viewer.words().knows(id)),
            recipes: Vec::new(),
            here: here.text(),
            has_console: CONSOLE.iter().any(|permission| viewer.may(permission)),
            tenant_query: viewer.is_abroad().then(|| viewer.who.tenant.slug.to_string()),
        }
    }

    /// A frame around nobody's page, for looking at what stands in frames.
    pub fn sample(reader: &Reader, heading: &str, (person, address): (&str, &str), tenant: &str) -> Self {
        Self {
            words: reader.preferences.words(),
            theme: reader.theme(),
            heading: heading.into(),
            menu: Vec::new(),
            person: (person.into(), address.into()),
            tenant: tenant.into(),
            abroad: None,
            csrf: String::new(),
            errors: FormErrors::default(),
            flash: None,
            recipes: Vec::new(),
            here: String::new(),
            has_console: true,
            tenant_query: None,
        }
    }

    /// Adds what is wrong with what a form sent.
    #[must_use]
    pub fn with_errors(mut self, errors: FormErrors) -> Self {
        self.errors = errors;
        self
    }

    /// Adds the same action as a command and as a call of the API.
    #[must_use]
    pub fn with_recipes(mut self, command: impl Into<String>, call: impl Into<String>) -> Self {
        let (command, call) = (command.into(), call.into());
        if !command.is_empty() {
            self.recipes.push(Recipe { label: "gridkey", text: command });
        }
        self.recipes.push(Recipe { label: "curl", text: call });
        self
    }

    /// A message.
    pub fn t(&self, id: &str) -> String {
        self.words.t(id)
    }

    /// The address of another page, for the organisation that is looked at.
    pub fn to(&self, path: &str) -> String {
        super::Address::new(path).maybe("tenant", self.tenant_query.as_deref()).text()
    }

    /// The languages that there are.
    pub fn languages(&self) -> &'static [Language] {
        Language::ALL
    }

    /// The colours that there are.
    pub fn themes(&self) -> &'static [Theme] {
        Theme::ALL
    }

    /// The letter that stands for the person's picture.
    pub fn initial(&self) -> String {
        let letter = self.person.0.chars().find(|c| c.is_alphanumeric());
        letter.map_or_else(|| "?".into(), |c| c.to_uppercase().collect())
    }
}
