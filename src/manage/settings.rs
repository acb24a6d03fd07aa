//! Settings: documents of many members, each of which may be absent.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::patch::merge;
use crate::tenants::Lifetimes;
use crate::web::Problem;

/// A year.
const LONGEST_SPAN: u32 = 366 * 24 * 60 * 60;

/// Settings after a patch of them (RFC 7396).
///
/// # Errors
/// 422 when they are none any more.
pub fn merged<T: Serialize + DeserializeOwned>(settings: &T, patch: &Value) -> Result<T, Problem> {
    let invalid = |why: String| Problem::invalid("invalid_settings", format!("settings: {why}."));
    // Anything else would replace the whole, and a list would be read as one, member by member.
    if !patch.is_object() {
        return Err(invalid("expected an object".to_owned()));
    }
    let mut document = serde_json::to_value(settings).map_err(Problem::internal)?;
    merge(&mut document, patch);
    serde_json::from_value(document).map_err(|why| invalid(why.to_string()))
}

/// A span of time: from half a minute to a year.
///
/// # Errors
/// 422 otherwise.
pub fn span(name: &str, seconds: Option<u32>) -> Result<(), Problem> {
    if seconds.is_none_or(|seconds| (30..=LONGEST_SPAN).contains(&seconds)) {
        return Ok(());
    }
    let detail = format!("settings.{name} must be from 30 to {LONGEST_SPAN} seconds.");
    Err(Problem::invalid("invalid_settings", detail))
}

/// The lifetimes of tokens.
///
/// # Errors
/// 422 when one of them is out of bounds.
pub fn lifetimes(lifetimes: &Lifetimes) -> Result<(), Problem> {
    span("lifetimes.access_token", lifetimes.access_token)?;
    span("lifetimes.id_token", lifetimes.id_token)?;
    span("lifetimes.refresh_token_idle", lifetimes.refresh_token_idle)?;
    span("lifetimes.refresh_token", lifetimes.refresh_token)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::clients::ClientSettings;

    #[test]
    fn settings_are_merged_and_never_replaced_by_something_else() {
        let seen: ClientSettings =
            serde_json::from_value(json!({ "audiences": ["urn:a"], "lifetimes": { "id_token": 60 } }))
                .unwrap();
        let changed = merged(&seen, &json!({ "lifetimes": { "access_token": 90 } })).unwrap();
        assert_eq!((changed.lifetimes.id_token, changed.lifetimes.access_token), (Some(60), Some(90)));
        assert_eq!(changed.audiences, ["urn:a"]);
        let back = merged(&changed, &json!({ "lifetimes": null, "audiences": null })).unwrap();
        assert_eq!(back, ClientSettings::default());
        for bad in [json!([]), json!("x"), json!(1), json!({ "unknown": 1 }), json!({ "audiences": "x" })] {
            assert_eq!(merged(&seen, &bad).unwrap_err().code, "invalid_settings", "{bad}");
        }
    }
}
