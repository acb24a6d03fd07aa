//! What becomes of a query, and of the address of the next page.

use crate::tenants::QueryRules;
use crate::web::{Params, ParamsError};

/// The query in our words, encoded.
pub fn translated(query: &str, rules: &QueryRules) -> Result<String, ParamsError> {
    let params = Params::from_query(query)?;
    let mut ours: Vec<(String, String)> = Vec::new();
    for (name, value) in params.pairs() {
        let name = rules.names.get(name).map_or(name, String::as_str);
        if name.is_empty() {
            continue;
        }
        let value = rules.values.get(name).and_then(|values| values.get(value)).map_or(value, String::as_str);
        let value = match (rules.most.get(name), value.parse::<u64>()) {
            (Some(most), Ok(number)) if number > *most => most.to_string(),
            _ => value.to_owned(),
        };
        // Some interfaces say a thing twice where we say it once, with commas.
        match ours.iter_mut().find(|(known, _)| known == name && rules.values.contains_key(name)) {
            Some((_, list)) => *list = format!("{list},{value}"),
            None => ours.push((name.to_owned(), value)),
        }
    }
    for (name, value) in &rules.defaults {
        if !ours.iter().any(|(known, _)| known == name) {
            ours.push((name.clone(), value.clone()));
        }
    }
    Ok(encoded(ours.iter().map(|(name, value)| (name.as_str(), value.as_str()))))
}

/// The address of the page after the one at `path` and `query`: by number where that one was asked for by number and the
/// interface numbers pages, and else by cursor.
pub fn next(path: &str, query: &str, rules: &QueryRules, cursor: &str) -> String {
    let named =
        |wanted: &str| rules.names.iter().find(|(_, ours)| *ours == wanted).map(|(name, _)| name.as_str());
    let params = Params::from_query(query).unwrap_or_default();
    let number = named("page").and_then(|name| Some((name, params.get(name)?.parse::<u32>().ok()?)));
    if let Some((name, number)) = number {
        let next = number.saturating_add(1).to_string();
        let others = params.pairs().filter(|(other, _)| *other != name);
        return format!("{path}?{}", encoded(others.chain([(name, next.as_str())])));
    }
    let called = named("cursor").unwrap_or("cursor");
    let others = params.pairs().filter(|(name, _)| *name != called);
    format!("{path}?{}", encoded(others.chain([(called, cursor)])))
}

fn encoded<'a>(pairs: impl Iterator<Item = (&'a str, &'a str)>) -> String {
    url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    fn rules() -> QueryRules {
        let words = |list: &[(&str, &str)]| -> BTreeMap<String, String> {
            list.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
        };
        QueryRules {
            names: words(&[("page_size", "limit"), ("start_token", "cursor"), ("totals", "")]),
            values: [("status".to_owned(), words(&[("created", "invited")]))].into(),
            defaults: words(&[("limit", "20")]),
            most: [("limit".to_owned(), 200)].into(),
        }
    }

    #[test]
    fn names_and_values_become_ours() {
        let ours = |query: &str| translated(query, &rules()).unwrap();
        assert_eq!(ours(""), "limit=20");
        assert_eq!(ours("page_size=300&totals=1&q=a%20b"), "limit=200&q=a+b");
        assert_eq!(
            ours("status=created&status=active&start_token=x"),
            "status=invited%2Cactive&cursor=x&limit=20"
        );
        assert_eq!(ours("q=a&q=b&limit=1"), "q=a&q=b&limit=1", "what is said twice is still refused");
    }

    #[test]
    fn the_next_page_keeps_the_rest_of_the_query() {
        assert_eq!(
            next("/x", "page_size=2&start_token=a", &rules(), "b/c"),
            "/x?page_size=2&start_token=b%2Fc"
        );
        assert_eq!(next("/x", "", &QueryRules::default(), "b"), "/x?cursor=b");
        let mut numbered = rules();
        numbered.names.insert("seite".into(), "page".into());
        assert_eq!(next("/x", "seite=2&page_size=5", &numbered, "b"), "/x?page_size=5&seite=3");
        assert_eq!(next("/x", "page_size=5", &numbered, "b"), "/x?page_size=5&start_token=b");
        assert_eq!(next("/x", "page=2", &rules(), "b"), "/x?page=2&start_token=b", "it numbers no pages");
    }
}
