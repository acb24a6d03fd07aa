//! The addresses of a published interface: which of ours stands behind each, and how the two differ.

use std::collections::BTreeMap;

use crate::text::Template;

crate::text::text_enum! {
    /// A method.
    pub enum Method {
        /// RFC 9110 9.3.1.
        Get = "GET",
        /// RFC 9110 9.3.3.
        Post = "POST",
        /// RFC 9110 9.3.4.
        Put = "PUT",
        /// RFC 5789.
        Patch = "PATCH",
        /// RFC 9110 9.3.5.
        Delete = "DELETE",
    }
}

/// A path in which `{name}` stands for one part of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PathPattern(Vec<Part>);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    Fixed(String),
    Variable(String),
}

impl PathPattern {
    /// Reads a pattern.
    ///
    /// # Errors
    /// A sentence about what is wrong.
    pub fn parse(text: &str) -> Result<Self, String> {
        let form =
            "expected a path such as /v1/things/{id}: letters, digits, - . _ ~ and {names} between slashes";
        let rest = text.strip_prefix('/').ok_or(form)?;
        let part = |part: &str| {
            let name = part.strip_prefix('{').and_then(|rest| rest.strip_suffix('}'));
            let (word, more) = name.map_or((part, &b"-._~"[..]), |name| (name, &b"_"[..]));
            let fits = !word.is_empty()
                && word.bytes().all(|byte| byte.is_ascii_alphanumeric() || more.contains(&byte));
            let made = if name.is_some() { Part::Variable } else { Part::Fixed };
            fits.then(|| made(word.to_owned())).ok_or_else(|| form.to_owned())
        };
        rest.split('/').map(part).collect::<Result<_, _>>().map(Self)
    }

    /// What stands in its variables, if a path fits.
    pub fn matches(&self, path: &str) -> Option<Vec<(String, String)>> {
        let mut found = Vec::new();
        let mut parts = path.strip_prefix('/')?.split('/');
        for wanted in &self.0 {
            let part = parts.next()?;
            match wanted {
                Part::Fixed(text) if text == part => {}
                Part::Fixed(_) => return None,
                // Nothing and dots would change the path that it becomes a part of.
                Part::Variable(_) if part.is_empty() || part.bytes().all(|byte| byte == b'.') => return None,
                Part::Variable(name) => found.push((name.clone(), part.to_owned())),
            }
        }
        parts.next().is_none().then_some(found)
    }

    /// The path with its variables filled.
    pub fn fill(&self, found: &[(String, String)]) -> String {
        let mut path = String::new();
        for part in &self.0 {
            path.push('/');
            match part {
                Part::Fixed(text) => path.push_str(text),
                Part::Variable(name) => {
                    let value = found.iter().find(|(known, _)| known == name);
                    path.push_str(value.map_or("", |(_, value)| value));
                }
            }
        }
        path
    }

    /// The names of its variables.
    pub fn variables(&self) -> impl Iterator<Item = &str> {
        self.0
            .iter()
            .filter_map(|part| if let Part::Variable(name) = part { Some(name.as_str()) } else { None })
    }

    /// As it is written.
    pub fn to_text(&self) -> String {
        let part = |part: &Part| match part {
            Part::Fixed(text) => format!("/{text}"),
            Part::Variable(name) => format!("/{{{name}}}"),
        };
        self.0.iter().map(part).collect()
    }
}

/// What becomes of the parameters of a query.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct QueryRules {
    /// What they are called here; an empty name drops one.
    pub names: BTreeMap<String, String>,
    /// What their values are called here, by our name of the parameter.
    pub values: BTreeMap<String, BTreeMap<String, String>>,
    /// What they are when they are not there, by our name.
    pub defaults: BTreeMap<String, String>,
    /// Numbers that are at most so large, by our name.
    pub most: BTreeMap<String, u64>,
}

/// One address of a published interface.
#[derive(Clone, Debug, PartialEq)]
pub struct Door {
    /// Its name within the profile.
    pub name: String,
    /// The method that it answers.
    pub method: Method,
    /// Where it is.
    pub path: PathPattern,
    /// The method of ours behind it.
    pub to_method: Method,
    /// The address of ours behind it.
    pub to: PathPattern,
    /// Whether it is found by its path alone, whoever asks at whichever host.
    pub is_open: bool,
    /// Whether it only answers programs that send a key; what others send goes where it always does.
    pub needs_key: bool,
    /// What becomes of the query.
    pub query: QueryRules,
    /// The body that ours is sent; as it came when absent.
    pub request: Option<Template>,
    /// The body of a success; as ours answers when absent.
    pub answer: Option<Template>,
    /// The status of a success; as ours answers when absent.
    pub status: Option<u16>,
}

impl Door {
    /// What the places of a request may begin with.
    pub const OF_REQUEST: [&'static str; 3] = ["body", "path", "query"];
    /// What the places of an answer may begin with.
    pub const OF_ANSWER: [&'static str; 6] = ["body", "sent", "path", "query", "next", "request_id"];

    /// What stands in the variables of its path, if it answers this.
    pub fn matches(&self, method: &str, path: &str) -> Option<Vec<(String, String)>> {
        let is_asked = method == self.method.as_str() || method == "HEAD" && self.method == Method::Get;
        is_asked.then(|| self.path.matches(path)).flatten()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_matched_part_by_part() {
        let pattern = PathPattern::parse("/v1/teams/{id}/members").unwrap();
        let found = pattern.matches("/v1/teams/7/members").unwrap();
        assert_eq!(found, [("id".to_owned(), "7".to_owned())]);
        let other = PathPattern::parse("/x/{id}").unwrap();
        assert_eq!(other.fill(&found), "/x/7");
        assert_eq!((pattern.to_text().as_str(), pattern.variables().count()), ("/v1/teams/{id}/members", 1));
        for no in ["/v1/teams//members", "/v1/teams/../members", "/v1/teams/7", "/v1/teams/7/members/", "v1"]
        {
            assert_eq!(pattern.matches(no), None, "{no}");
        }
        for bad in ["", "v1", "/", "/a//b", "/{}", "/a b", "/{a-b}", "/a?b", "/{a}x"] {
            assert!(PathPattern::parse(bad).is_err(), "{bad}");
        }
    }
}
