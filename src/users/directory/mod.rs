//! Lists of people: by page, by what their address or name begins with, by team and by role; and who of them is in the
//! recycle bin. Every page is found by an index and costs the same however many people there are.

pub mod store;

use std::fmt;
use std::str::FromStr;

use super::email::key_of;
use super::{Email, User, UserId, UserStatus};
use crate::teams::TeamId;

/// What an address or a name begins with, in the forms in which both are searched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Beginning {
    email: String,
    name: String,
}

impl Beginning {
    /// The longest text that is searched for.
    pub const LONGEST: usize = 200;

    /// Reads what was typed. `None` for what no address and no name begins with.
    pub fn read(text: &str) -> Option<Self> {
        let fits = text.chars().count() <= Self::LONGEST && !text.chars().any(char::is_control);
        fits.then(|| Self { email: key_of(text), name: text.to_lowercase() })
    }

    fn is_of_email(&self, user: &User) -> bool {
        user.email.key().starts_with(&self.email)
    }

    fn is_of(&self, user: &User) -> bool {
        self.is_of_email(user) || name_key(user).starts_with(&self.name)
    }
}

/// As names are searched.
fn name_key(user: &User) -> String {
    user.display_name.to_lowercase()
}

/// A team as it was named.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NamedTeam {
    /// By its identifier.
    Id(TeamId),
    /// By its slug.
    Slug(String),
}

/// Which people a list shows. Nobody is in a team or holds a role that is not there.
#[derive(Clone, Debug, Default)]
pub struct UserFilter {
    /// Only those in these states; all but the deleted when empty.
    pub status: Vec<UserStatus>,
    /// Only the one with this address.
    pub email: Option<Email>,
    /// What the address or the name begins with.
    pub begins_with: Option<Beginning>,
    /// Only members of this team.
    pub team: Option<NamedTeam>,
    /// Only those who hold the role of this slug themselves.
    pub role: Option<String>,
}

impl UserFilter {
    /// Whether it leaves anybody out.
    pub const fn is_empty(&self) -> bool {
        self.status.is_empty()
            && self.email.is_none()
            && self.begins_with.is_none()
            && self.team.is_none()
            && self.role.is_none()
    }

    /// Where somebody stands in the list.
    pub fn position(&self, user: &User) -> Position {
        match &self.begins_with {
            Some(beginning) if self.is_ordered_by_text() && beginning.is_of_email(user) => {
                Position::Email(user.email.key().to_owned())
            }
            Some(_) if self.is_ordered_by_text() => Position::Name(user.id, name_key(user)),
            _ => Position::Id(user.id),
        }
    }

    fn is_ordered_by_text(&self) -> bool {
        self.begins_with.is_some() && self.email.is_none() && self.team.is_none() && self.role.is_none()
    }

    /// The states that are shown.
    fn states(&self) -> Vec<UserStatus> {
        let all = || UserStatus::ALL.iter().copied().filter(|status| *status != UserStatus::Deleted);
        if self.status.is_empty() { all().collect() } else { self.status.clone() }
    }

    /// Whether state and beginning are as wanted.
    fn admits(&self, user: &User) -> bool {
        self.states().contains(&user.status)
            && self.begins_with.as_ref().is_none_or(|beginning| beginning.is_of(user))
    }
}

/// A place in a list of people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Position {
    /// By identifier.
    Id(UserId),
    /// By address, among those whose address begins as wanted; they come first.
    Email(String),
    /// By name, among those whose name does.
    Name(UserId, String),
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Id(id) => write!(f, "id:{id}"),
            Self::Email(key) => write!(f, "email:{key}"),
            Self::Name(id, key) => write!(f, "name:{id}:{key}"),
        }
    }
}

/// A text is no [`Position`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("this is no place in a list of people")]
pub struct InvalidPosition;

impl FromStr for Position {
    type Err = InvalidPosition;
    fn from_str(text: &str) -> Result<Self, InvalidPosition> {
        let (kind, rest) = text.split_once(':').ok_or(InvalidPosition)?;
        let id = |text: &str| text.parse().map_err(|_| InvalidPosition);
        match kind {
            "id" => Ok(Self::Id(id(rest)?)),
            "email" => Ok(Self::Email(rest.to_owned())),
            "name" => {
                let (first, key) = rest.split_once(':').ok_or(InvalidPosition)?;
                Ok(Self::Name(id(first)?, key.to_owned()))
            }
            _ => Err(InvalidPosition),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::Id;

    #[test]
    fn places_are_written_and_read_back() {
        let id = Id::new(uuid::Uuid::from_u128(7));
        for place in [
            Position::Id(id),
            Position::Email("a:b@example.com".into()),
            Position::Name(id, "ada: countess of lovelace".into()),
        ] {
            assert_eq!(place.to_string().parse(), Ok(place));
        }
        for junk in ["", "id:", "id:7", "name:x", "x:y"] {
            assert_eq!(junk.parse::<Position>(), Err(InvalidPosition), "{junk}");
        }
    }

    #[test]
    fn what_is_searched_for_is_bounded_and_plain() {
        assert!(Beginning::read(&"ä".repeat(200)).is_some());
        assert!(Beginning::read(&"ä".repeat(201)).is_none());
        assert!(Beginning::read("a\0").is_none());
        assert_eq!(Beginning::read("ＡDA"), Some(Beginning { email: "ada".into(), name: "ａda".into() }));
    }
}
