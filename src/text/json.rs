//! JSON whose members keep their order, and templates of it: documents with places that are filled in later.
//!
//! A text that begins with `$` is a place: `"$body.id"` stands for what is called so. An object with the member `$of` is a
//! place with something to do: `each` makes one thing of every item (called `$item`), `as` makes another thing of it (also
//! called `$item`), `map` replaces texts, `default` stands in for what is not there. An object with the member `$join` is
//! one list out of several. A member whose place has nothing to offer is left out. `$$` begins an ordinary text.

use std::fmt;

use serde::de::{MapAccess, SeqAccess, Visitor};
use serde::ser::{SerializeMap, SerializeSeq};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A JSON value with its members in their order.
#[derive(Clone, Debug, PartialEq)]
pub enum Json {
    /// `null`.
    Null,
    /// `true` or `false`.
    Flag(bool),
    /// A number.
    Number(serde_json::Number),
    /// A text.
    Text(String),
    /// A list.
    List(Vec<Json>),
    /// Members in their order.
    Object(Vec<(String, Json)>),
}

impl Json {
    /// Reads a document.
    ///
    /// # Errors
    /// When it is none.
    pub fn parse(text: &[u8]) -> Result<Self, serde_json::Error> {
        serde_json::from_slice(text)
    }

    /// A member.
    pub fn get(&self, name: &str) -> Option<&Self> {
        match self {
            Self::Object(members) => members.iter().find(|(key, _)| key == name).map(|(_, value)| value),
            Self::List(items) => items.get(name.parse::<usize>().ok()?),
            _ => None,
        }
    }

    /// A text.
    pub fn as_text(&self) -> Option<&str> {
        if let Self::Text(text) = self { Some(text) } else { None }
    }

    /// The text of the document.
    pub fn to_text(&self) -> String {
        // Texts, numbers, lists and members with names: nothing of this can fail.
        serde_json::to_string(self).unwrap_or_default()
    }
}

impl From<&str> for Json {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<u64> for Json {
    fn from(number: u64) -> Self {
        Self::Number(number.into())
    }
}

impl Serialize for Json {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Null => serializer.serialize_unit(),
            Self::Flag(flag) => serializer.serialize_bool(*flag),
            Self::Number(number) => number.serialize(serializer),
            Self::Text(text) => serializer.serialize_str(text),
            Self::List(items) => {
                let mut list = serializer.serialize_seq(Some(items.len()))?;
                items.iter().try_for_each(|item| list.serialize_element(item))?;
                list.end()
            }
            Self::Object(members) => {
                let mut object = serializer.serialize_map(Some(members.len()))?;
                members.iter().try_for_each(|(name, value)| object.serialize_entry(name, value))?;
                object.end()
            }
        }
    }
}

struct Reading;

impl<'de> Visitor<'de> for Reading {
    type Value = Json;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }
    fn visit_unit<E>(self) -> Result<Json, E> {
        Ok(Json::Null)
    }
    fn visit_bool<E>(self, flag: bool) -> Result<Json, E> {
        Ok(Json::Flag(flag))
    }
    fn visit_i64<E>(self, number: i64) -> Result<Json, E> {
        Ok(Json::Number(number.into()))
    }
    fn visit_u64<E>(self, number: u64) -> Result<Json, E> {
        Ok(Json::Number(number.into()))
    }
    fn visit_f64<E>(self, number: f64) -> Result<Json, E> {
        Ok(serde_json::Number::from_f64(number).map_or(Json::Null, Json::Number))
    }
    fn visit_str<E>(self, text: &str) -> Result<Json, E> {
        Ok(Json::Text(text.to_owned()))
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Json, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = list.next_element()? {
            items.push(item);
        }
        Ok(Json::List(items))
    }
    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Json, A::Error> {
        let mut members = Vec::new();
        while let Some(member) = object.next_entry()? {
            members.push(member);
        }
        Ok(Json::Object(members))
    }
}

impl<'de> Deserialize<'de> for Json {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Reading)
    }
}

/// A document with places. The names that its places begin with are checked when it is read.
#[derive(Clone, Debug, PartialEq)]
pub struct Template(Json);

/// What an operation may say beside `$of`.
const OPERATIONS: [&str; 4] = ["each", "as", "map", "default"];

impl Template {
    /// Reads a template whose places begin with one of these names.
    ///
    /// # Errors
    /// A sentence about what is wrong.
    pub fn parse(text: &str, names: &[&str]) -> Result<Self, String> {
        let document = Json::parse(text.as_bytes()).map_err(|why| format!("it is not JSON: {why}"))?;
        check(&document, names)?;
        Ok(Self(document))
    }

    /// The document with its places filled. `None` when it is nothing but a place that has nothing to offer.
    pub fn fill(&self, scopes: &[(&str, &Json)]) -> Option<Json> {
        fill(&self.0, scopes)
    }
}

fn check(template: &Json, names: &[&str]) -> Result<(), String> {
    match template {
        Json::Text(text) => match text.strip_prefix('$') {
            Some(place) if !place.starts_with('$') => {
                let first = place.split('.').next().unwrap_or_default();
                if names.contains(&first) {
                    return Ok(());
                }
                Err(format!("\"{text}\" is no place here; places begin with: ${}", names.join(", $")))
            }
            _ => Ok(()),
        },
        Json::List(items) => items.iter().try_for_each(|item| check(item, names)),
        Json::Object(members) if template.get("$of").is_some() => {
            if let Some((name, _)) =
                members.iter().find(|(name, _)| name != "$of" && !OPERATIONS.contains(&name.as_str()))
            {
                return Err(format!("\"{name}\" is nothing that can be done; {}", OPERATIONS.join(", ")));
            }
            template.get("$of").map_or(Ok(()), |of| check(of, names))?;
            template.get("default").map_or(Ok(()), |value| check(value, names))?;
            let within: Vec<&str> = names.iter().copied().chain(["item"]).collect();
            ["each", "as"]
                .iter()
                .filter_map(|name| template.get(name))
                .try_for_each(|made| check(made, &within))
        }
        Json::Object(members) => members.iter().try_for_each(|(_, value)| check(value, names)),
        _ => Ok(()),
    }
}

fn fill(template: &Json, scopes: &[(&str, &Json)]) -> Option<Json> {
    match template {
        Json::Text(text) => match text.strip_prefix('$') {
            None => Some(template.clone()),
            Some(rest) if rest.starts_with('$') => Some(Json::Text(rest.to_owned())),
            Some(place) => find(place, scopes).cloned(),
        },
        Json::List(items) => Some(Json::List(items.iter().filter_map(|item| fill(item, scopes)).collect())),
        Json::Object(_) if template.get("$of").is_some() => operate(template, scopes),
        Json::Object(_) if template.get("$join").is_some() => {
            let Some(Json::List(lists)) = template.get("$join").and_then(|lists| fill(lists, scopes)) else {
                return None;
            };
            let items = lists
                .into_iter()
                .flat_map(|list| if let Json::List(items) = list { items } else { vec![list] });
            Some(Json::List(items.collect()))
        }
        Json::Object(members) => {
            let filled =
                members.iter().filter_map(|(name, value)| Some((name.clone(), fill(value, scopes)?)));
            Some(Json::Object(filled.collect()))
        }
        other => Some(other.clone()),
    }
}

fn operate(operation: &Json, scopes: &[(&str, &Json)]) -> Option<Json> {
    let default = || operation.get("default").and_then(|value| fill(value, scopes));
    let found = match operation.get("$of").and_then(|of| fill(of, scopes)) {
        None | Some(Json::Null) if operation.get("default").is_some() => return default(),
        found => found?,
    };
    let mapped = match (operation.get("map"), found.as_text()) {
        (Some(map), Some(text)) => match map.get(text).or_else(|| map.get("*")) {
            Some(other) => other.clone(),
            None => found,
        },
        _ => found,
    };
    if let Some(other) = operation.get("as") {
        return fill(other, &within(scopes, &mapped));
    }
    let Some(each) = operation.get("each") else { return Some(mapped) };
    let Json::List(items) = mapped else { return default() };
    Some(Json::List(items.iter().filter_map(|item| fill(each, &within(scopes, item))).collect()))
}

/// The scopes and `$item`, which hides one from further out.
fn within<'a>(scopes: &[(&'a str, &'a Json)], item: &'a Json) -> Vec<(&'a str, &'a Json)> {
    [("item", item)].into_iter().chain(scopes.iter().copied()).collect()
}

fn find<'a>(place: &str, scopes: &[(&str, &'a Json)]) -> Option<&'a Json> {
    let mut parts = place.split('.');
    let first = parts.next()?;
    let (_, start) = scopes.iter().find(|(name, _)| *name == first)?;
    parts.try_fold(*start, |at, part| at.get(part))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filled(template: &str, body: &str) -> String {
        let template = Template::parse(template, &["body"]).unwrap();
        let body = Json::parse(body.as_bytes()).unwrap();
        template.fill(&[("body", &body)]).map(|json| json.to_text()).unwrap_or_default()
    }

    #[test]
    fn places_are_filled_and_members_keep_their_order() {
        let body = r#"{"z":1,"a":{"b":"x"},"list":[{"id":"1"},{"id":"2"}],"none":null}"#;
        assert_eq!(filled(r#"{"data":"$body"}"#, body), format!(r#"{{"data":{body}}}"#));
        assert_eq!(
            filled(r#"{"q":"$body.a.b","gone":"$body.gone","n":"$body.none"}"#, body),
            r#"{"q":"x","n":null}"#
        );
        assert_eq!(
            filled(r#"{"$schema":"$$id","k":[1,true,"t"]}"#, body),
            r#"{"$schema":"$id","k":[1,true,"t"]}"#
        );
        let each = r#"{"users":{"$of":"$body.list","each":{"user":"$item.id","of":"$body.z"}}}"#;
        assert_eq!(filled(each, body), r#"{"users":[{"user":"1","of":1},{"user":"2","of":1}]}"#);
        let map = r#"[{"$of":"$body.a.b","map":{"x":"y"}},{"$of":"$body.a.b","map":{"*":"?"}},{"$of":"$body.no","default":[]}]"#;
        assert_eq!(filled(map, body), r#"["y","?",[]]"#);
        assert_eq!(filled(r#""$body.list.1.id""#, body), r#""2""#);
        let owner = r#"{"o":{"$of":"$body.a.b","as":{"id":"$item"},"default":"$body.z"}}"#;
        assert_eq!(filled(owner, body), r#"{"o":{"id":"x"}}"#);
        assert_eq!(filled(&owner.replace("a.b", "gone"), body), r#"{"o":1}"#);
        assert_eq!(
            filled(r#"{"$join":["$body.list","$body.gone",[7]]}"#, body),
            r#"[{"id":"1"},{"id":"2"},7]"#
        );
    }

    #[test]
    fn what_is_no_template_is_refused_with_a_reason() {
        for (text, part) in [
            ("{", "not JSON"),
            (r#"{"a":"$boby.id"}"#, "$boby.id"),
            (r#"{"$of":"$body","eech":1}"#, "eech"),
            (r#"{"$of":"$body","each":{"a":"$thing"}}"#, "$item"),
        ] {
            let why = Template::parse(text, &["body"]).unwrap_err();
            assert!(why.contains(part), "{why}");
        }
    }
}
