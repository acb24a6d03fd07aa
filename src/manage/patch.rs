//! JSON merge patches (RFC 7396): absent leaves a member, `null` empties it, anything else replaces it.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

use crate::web::Problem;

/// For members that can be emptied: `#[serde(default, deserialize_with = "given")]` on an `Option<Option<T>>` tells
/// `null` from absent.
pub fn given<'de, T, D>(deserializer: D) -> Result<Option<Option<T>>, D::Error>
where
    T: Deserialize<'de>,
    D: Deserializer<'de>,
{
    Option::<T>::deserialize(deserializer).map(Some)
}

/// For members that cannot: `#[serde(default, deserialize_with = "not_null")]` on an `Option<T>` refuses `null`, which
/// would otherwise look like absent.
pub fn not_null<'de, T, D>(deserializer: D) -> Result<Option<T>, D::Error>
where
    T: Deserialize<'de>,
    D: Deserializer<'de>,
{
    T::deserialize(deserializer).map(Some)
}

/// Settings after a patch of them.
///
/// # Errors
/// 422 when they are none any more.
pub fn merged<T: Serialize + DeserializeOwned>(settings: &T, patch: &Value) -> Result<T, Problem> {
    let mut document = serde_json::to_value(settings).map_err(Problem::internal)?;
    merge(&mut document, patch);
    serde_json::from_value(document)
        .map_err(|why| Problem::invalid("invalid_settings", format!("The settings are not valid: {why}.")))
}

/// Applies a patch to a document (RFC 7396 2).
pub fn merge(target: &mut Value, patch: &Value) {
    let Value::Object(members) = patch else {
        *target = patch.clone();
        return;
    };
    if !target.is_object() {
        *target = serde_json::json!({});
    }
    let Some(object) = target.as_object_mut() else { return };
    for (name, value) in members {
        if value.is_null() {
            object.remove(name);
        } else {
            merge(object.entry(name.clone()).or_insert(Value::Null), value);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Default, Deserialize, PartialEq)]
    #[serde(default, deny_unknown_fields)]
    struct Patch {
        #[serde(deserialize_with = "not_null")]
        name: Option<String>,
        #[serde(deserialize_with = "given")]
        team: Option<Option<String>>,
    }

    #[test]
    fn absent_null_and_a_value_are_three_things() {
        let read = |text: &str| serde_json::from_str::<Patch>(text);
        assert_eq!(read("{}").unwrap(), Patch::default());
        assert_eq!(read(r#"{"team":null}"#).unwrap().team, Some(None));
        assert_eq!(read(r#"{"team":"a"}"#).unwrap().team, Some(Some("a".into())));
        assert!(read(r#"{"name":null}"#).is_err());
        assert!(read(r#"{"tenant_id":"x"}"#).is_err(), "what cannot be changed cannot be sent");
    }
}
