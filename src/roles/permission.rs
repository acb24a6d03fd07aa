//! What a permission is, and what a set of them allows. Denied unless held.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use super::CATALOGUE;

/// `resource:action`, or `resource:action:name` for one named thing only. `*` stands for every resource, action or
/// name.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Permission(String);

/// Why a text is not a [`Permission`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "\"{0}\" is not a permission: resource:action or resource:action:name, in lower-case letters, digits, \
     hyphens and underscores, or * for all"
)]
pub struct InvalidPermission(String);

const LONGEST: usize = 200;

impl Permission {
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    fn parts(&self) -> (&str, &str, &str) {
        let mut parts = self.0.splitn(3, ':');
        let mut next = || parts.next().unwrap_or("*");
        (next(), next(), next())
    }

    /// The resource: `users` of `users:read`.
    pub fn resource(&self) -> &str {
        self.parts().0
    }

    /// Whether whoever holds this may do all that `other` stands for.
    pub fn covers(&self, other: &Self) -> bool {
        let (mine, theirs) = (self.parts(), other.parts());
        let wide = |mine: &str, theirs: &str| mine == "*" || mine == theirs;
        wide(mine.0, theirs.0) && wide(mine.1, theirs.1) && wide(mine.2, theirs.2)
    }

    /// What both stand for, if there is any of it.
    pub fn meet(&self, other: &Self) -> Option<Self> {
        fn narrower<'a>(mine: &'a str, theirs: &'a str) -> Option<&'a str> {
            match (mine, theirs) {
                ("*", narrow) | (narrow, "*") => Some(narrow),
                (mine, theirs) => (mine == theirs).then_some(mine),
            }
        }
        let (mine, theirs) = (self.parts(), other.parts());
        let (resource, action) = (narrower(mine.0, theirs.0)?, narrower(mine.1, theirs.1)?);
        Some(match narrower(mine.2, theirs.2)? {
            "*" => Self(format!("{resource}:{action}")),
            name => Self(format!("{resource}:{action}:{name}")),
        })
    }

    /// Whether its resource is one of Gridkey's own, or stands for all of them.
    pub fn is_of_product(&self) -> bool {
        let resource = self.resource();
        resource == "*" || CATALOGUE.iter().any(|known| known.name.split(':').next() == Some(resource))
    }

    /// Whether some call asks for it: one of the catalogue, or `*` in its place.
    pub fn is_known(&self) -> bool {
        CATALOGUE.iter().any(|known| {
            let (mut mine, mut theirs) = (self.0.splitn(3, ':'), known.name.split(':'));
            let mut same = || mine.next().zip(theirs.next()).is_some_and(|(a, b)| a == "*" || a == b);
            same() && same()
        })
    }
}

impl FromStr for Permission {
    type Err = InvalidPermission;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let word = |text: &str| {
            text == "*"
                || text.starts_with(|c: char| c.is_ascii_lowercase())
                    && text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || "_-".contains(c))
        };
        let name = |text: &str| {
            !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || "._-*".contains(c))
        };
        let mut parts = text.split(':');
        let fits = text.len() <= LONGEST
            && match (parts.next(), parts.next(), parts.next(), parts.next()) {
                (Some(resource), Some(action), None, None) => word(resource) && word(action),
                (Some(resource), Some(action), Some(named), None) => {
                    word(resource) && word(action) && name(named)
                }
                _ => false,
            };
        if fits { Ok(Self(text.to_owned())) } else { Err(InvalidPermission(text.chars().take(80).collect())) }
    }
}

impl fmt::Display for Permission {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl serde::Serialize for Permission {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> serde::Deserialize<'de> for Permission {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

/// What somebody may do: the union of the permissions of the roles that they hold. It is handed on from call to call, and
/// shared rather than copied.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Permissions(Arc<[Permission]>);

impl Permissions {
    /// Whether `resource:action` is allowed on every thing of that kind.
    pub fn allows(&self, wanted: &str) -> bool {
        wanted.parse().is_ok_and(|wanted| self.cover(&wanted))
    }

    /// Whether `resource:action` is allowed on the thing of this name.
    pub fn allows_on(&self, wanted: &str, name: &str) -> bool {
        format!("{wanted}:{name}").parse().is_ok_and(|wanted| self.cover(&wanted))
    }

    /// Whether `resource:action` is allowed on every thing of that kind or on one at least.
    pub fn allows_on_some(&self, wanted: &str) -> bool {
        let Ok(wanted) = wanted.parse::<Permission>() else { return false };
        self.0.iter().any(|held| {
            let (held, wanted) = (held.parts(), wanted.parts());
            (held.0 == "*" || held.0 == wanted.0) && (held.1 == "*" || held.1 == wanted.1)
        })
    }

    /// Whether all that `wanted` stands for is allowed by one of them.
    pub fn cover(&self, wanted: &Permission) -> bool {
        self.0.iter().any(|held| held.covers(wanted))
    }

    /// Whether a holder of these may hand out `wanted`: nobody grants what they do not hold. The permissions of an
    /// organisation's own APIs belong to whoever may change those APIs.
    pub fn may_grant(&self, wanted: &Permission) -> bool {
        self.cover(wanted) || !wanted.is_of_product() && self.allows("resource_servers:update")
    }

    /// What is allowed by both.
    #[must_use]
    pub fn intersection(&self, other: &Self) -> Self {
        let common: Self =
            self.0.iter().flat_map(|mine| other.0.iter().filter_map(|theirs| mine.meet(theirs))).collect();
        // What a wider one says already is not said again.
        let wider = |one: &Permission| common.0.iter().any(|other| other != one && other.covers(one));
        common.0.iter().filter(|one| !wider(one)).cloned().collect()
    }

    /// Each of them, in order.
    pub fn iter(&self) -> impl Iterator<Item = &Permission> {
        self.0.iter()
    }
}

impl FromIterator<Permission> for Permissions {
    fn from_iter<I: IntoIterator<Item = Permission>>(permissions: I) -> Self {
        let mut list: Vec<Permission> = permissions.into_iter().collect();
        list.sort_unstable();
        list.dedup();
        Self(list.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(text: &str) -> Permission {
        text.parse().unwrap()
    }

    fn held(list: &[&str]) -> Permissions {
        list.iter().map(|text| one(text)).collect()
    }

    #[test]
    fn two_or_three_words() {
        for good in
            ["users:read", "*:*", "users:*", "reports:read:q3-2026", "x1_y:z", "applications:update:*"]
        {
            assert!(good.parse::<Permission>().is_ok(), "{good}");
        }
        for bad in [
            "",
            "users",
            "users:",
            ":read",
            "Users:read",
            "users:read:",
            "a:b:c:d",
            "us ers:read",
            "1a:b",
            "a:b:c/d",
        ] {
            assert!(bad.parse::<Permission>().is_err(), "{bad}");
        }
        assert!(format!("a:{}", "b".repeat(300)).parse::<Permission>().is_err());
    }

    #[test]
    fn a_wide_permission_covers_a_narrow_one_and_never_the_reverse() {
        for (wide, narrow) in [
            ("*:*", "users:read"),
            ("users:*", "users:read"),
            ("users:read", "users:read:ada"),
            ("users:*:ada", "users:read:ada"),
        ] {
            assert!(one(wide).covers(&one(narrow)), "{wide} {narrow}");
            assert!(!one(narrow).covers(&one(wide)), "{narrow} {wide}");
        }
        assert!(!one("users:read").covers(&one("users:update")));
        assert!(!one("tenant:read").covers(&one("tenants:read")));
        assert!(one("users:read:*").covers(&one("users:read")));
    }

    #[test]
    fn a_named_permission_allows_only_the_named_thing() {
        let some = held(&["applications:update:shop"]);
        assert!(some.allows_on("applications:update", "shop"));
        assert!(!some.allows_on("applications:update", "shop2"));
        assert!(!some.allows("applications:update"));
        assert!(some.allows_on_some("applications:update"));
        assert!(!some.allows_on_some("applications:delete"));
    }

    #[test]
    fn nobody_grants_what_they_do_not_hold() {
        let admin = held(&["users:*", "roles:*", "resource_servers:*"]);
        for (wanted, may) in [
            ("users:read", true),
            ("users:*", true),
            ("tenants:read", false),
            ("*:*", false),
            ("*:read", false),
            ("reports:read", true),
        ] {
            assert_eq!(admin.may_grant(&one(wanted)), may, "{wanted}");
        }
        assert!(!held(&["users:*"]).may_grant(&one("reports:read")), "the APIs are somebody else's");
    }

    #[test]
    fn an_intersection_is_what_both_allow_and_no_more() {
        let both = |a: &[&str], b: &[&str]| held(a).intersection(&held(b));
        assert_eq!(both(&["*:*"], &["users:read", "*:create"]), held(&["users:read", "*:create"]));
        assert_eq!(both(&["users:*"], &["*:read"]), held(&["users:read"]));
        assert_eq!(both(&["users:read"], &["users:read:ada"]), held(&["users:read:ada"]));
        assert_eq!(both(&["users:read"], &["teams:read", "users:update"]), held(&[]));
        assert_eq!(both(&["users:*", "users:read"], &["*:read", "users:read"]), held(&["users:read"]));
    }

    #[test]
    fn known_are_those_that_some_call_asks_for() {
        for (text, known) in [
            ("users:read", true),
            ("users:*", true),
            ("*:*", true),
            ("users:fly", false),
            ("reports:read", false),
        ] {
            assert_eq!(one(text).is_known(), known, "{text}");
        }
        assert!(one("users:fly").is_of_product());
        assert!(!one("reports:read").is_of_product());
    }
}
