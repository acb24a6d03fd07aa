//! `[[roles]]`

use super::entry::{Entry, display_name};
use super::error::{Place, Placed};
use crate::roles::{BuiltInRole, Permission};
use crate::tenants::Slug;

/// What the file says of a role.
#[derive(Clone, Debug)]
pub(super) struct RoleSpec {
    pub place: Place,
    pub tenant: Placed<Slug>,
    pub slug: String,
    pub display_name: Option<String>,
    pub permissions: Option<Vec<String>>,
}

impl RoleSpec {
    pub fn read(mut entry: Entry<'_, '_>) -> Option<Self> {
        let tenant = entry.required_text("tenant", str::parse::<Slug>);
        let slug = entry.required_text("slug", role_slug);
        let display_name = entry.text("display_name", display_name);
        let permissions = entry.set("permissions", permission);
        let place = entry.place();
        entry.finish();
        Some(Self {
            place,
            tenant: tenant?,
            slug: slug?.value,
            display_name: display_name.map(|name| name.value),
            permissions: permissions.map(|list| list.into_iter().map(|item| item.value).collect()),
        })
    }
}

fn role_slug(text: &str) -> Result<String, String> {
    if text.parse::<BuiltInRole>().is_ok() {
        return Err(format!("\"{text}\" is built in: every organisation has it, and it cannot be changed"));
    }
    is_word(text).then(|| text.to_owned()).ok_or_else(|| {
        "expected 1 to 63 lower-case letters, digits, hyphens and underscores, beginning with a letter".into()
    })
}

fn is_word(text: &str) -> bool {
    let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '_';
    text.len() <= 63 && text.starts_with(|c: char| c.is_ascii_lowercase()) && text.chars().all(allowed)
}

fn permission(text: &str) -> Result<String, &'static str> {
    const EXPECTED: &str =
        "expected resource:action or resource:action:name in lower case, such as reports:read or reports:*";
    text.parse::<Permission>().map(|permission| permission.as_str().to_owned()).map_err(|_| EXPECTED)
}
