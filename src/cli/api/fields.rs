//! What is said of an object on the command line: `--set name=value` and `--data @file`, as one JSON object.

use std::io::Read;

use clap::Args;
use serde_json::{Map, Value};

use crate::cli::failure::{Exit, Failure};

/// The members of an object.
#[derive(Debug, Args)]
pub struct Fields {
    /// A member: `display_name=Acme`, `scopes=["openid"]`, `settings.limits.users=50`. What is JSON is taken as JSON,
    /// everything else as text. Can be given several times.
    #[arg(long = "set", value_name = "NAME=VALUE", value_parser = pair)]
    set: Vec<(String, String)>,
    /// A JSON object: `@FILE` reads it from a file, `-` or `@-` from standard input. What --set says is stronger.
    #[arg(long, value_name = "JSON")]
    data: Option<String>,
}

/// Members that nobody should write where other users of the machine can read them.
const SECRET: [&str; 4] = ["password", "secret", "client_secret", "token"];

/// Reads `name=value`.
pub fn pair(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.is_empty() => Ok((name.to_owned(), value.to_owned())),
        _ => Err("expected NAME=VALUE".into()),
    }
}

impl Fields {
    /// All of it as one object, which is not empty.
    pub fn object(&self) -> Result<Value, Failure> {
        let mut object = match &self.data {
            Some(data) => document(data)?,
            None => Map::new(),
        };
        for (name, value) in &self.set {
            let last = name.rsplit('.').next().unwrap_or_default();
            if SECRET.contains(&last) {
                let what = format!("{last} must not stand on the command line, where others can read it");
                return Err(Failure::new(Exit::Usage, what)
                    .fix("put it into a file and name that with --data @FILE, or send it through --data -"));
            }
            put(&mut object, name, read(value))?;
        }
        if object.is_empty() {
            let what = "nothing is said: give --set NAME=VALUE or --data @FILE";
            return Err(Failure::new(Exit::Usage, what));
        }
        Ok(Value::Object(object))
    }
}

/// What is JSON is JSON, and everything else a text.
fn read(value: &str) -> Value {
    serde_json::from_str(value).unwrap_or_else(|_| Value::String(value.to_owned()))
}

/// Puts a value at `a.b.c`.
fn put(object: &mut Map<String, Value>, name: &str, value: Value) -> Result<(), Failure> {
    match name.split_once('.') {
        None => {
            object.insert(name.to_owned(), value);
            Ok(())
        }
        Some((first, rest)) => {
            let inner = object.entry(first).or_insert_with(|| Value::Object(Map::new()));
            match inner {
                Value::Object(inner) if !first.is_empty() && !rest.is_empty() => put(inner, rest, value),
                _ => Err(Failure::new(
                    Exit::Usage,
                    format!("{first} is no object, so nothing can be set in it"),
                )),
            }
        }
    }
}

fn document(data: &str) -> Result<Map<String, Value>, Failure> {
    let (text, origin) = match data.strip_prefix('@').unwrap_or(data) {
        "-" => {
            let mut text = String::new();
            let read = std::io::stdin().read_to_string(&mut text);
            read.map_err(|why| Failure::failed(format!("standard input cannot be read: {why}")))?;
            (text, "standard input".to_owned())
        }
        path if data.starts_with('@') => {
            let text = std::fs::read_to_string(path)
                .map_err(|why| Failure::new(Exit::Usage, format!("{path} cannot be read: {why}")))?;
            (text, path.to_owned())
        }
        text => (text.to_owned(), "--data".to_owned()),
    };
    // Not shown: it may hold a secret.
    match serde_json::from_str(&text) {
        Ok(Value::Object(object)) => Ok(object),
        Ok(_) => Err(Failure::new(Exit::Usage, format!("{origin} is no JSON object"))),
        Err(why) => {
            let what = format!("{origin} is no JSON: line {}, column {}", why.line(), why.column());
            Err(Failure::new(Exit::Usage, what))
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn object(set: &[&str], data: Option<&str>) -> Result<Value, String> {
        let set = set.iter().map(|text| pair(text).unwrap()).collect();
        Fields { set, data: data.map(str::to_owned) }.object().map_err(|failure| failure.what)
    }

    #[test]
    fn values_are_json_where_they_can_be() {
        let set =
            ["name=Acme Ltd", "list=[\"a\"]", "on=true", "settings.limits.users=5", "text=\"5\"", "e=a=b"];
        assert_eq!(
            object(&set, None).unwrap(),
            json!({
                "name": "Acme Ltd", "list": ["a"], "on": true, "settings": { "limits": { "users": 5 } },
                "text": "5", "e": "a=b",
            })
        );
        assert_eq!(object(&["a=null"], Some("{\"a\":1,\"b\":2}")).unwrap(), json!({ "a": null, "b": 2 }));
    }

    #[test]
    fn what_cannot_be_meant_is_refused_without_showing_it() {
        for (set, data) in [
            (vec![], None),
            (vec!["a.b=1"], Some("{\"a\":1}")),
            (vec!["a.=1"], None),
            (vec![], Some("[]")),
            (vec![], Some("{\"password\": canary}")),
            (vec![], Some("@/nowhere")),
            (vec!["password=canary"], None),
            (vec!["x.client_secret=canary"], None),
        ] {
            let why = object(&set, data).unwrap_err();
            assert!(!why.contains("canary"), "{why}");
        }
        assert!(pair("=x").is_err() && pair("x").is_err());
    }
}
