//! Settings: documents of many members, each of which may be absent.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::api_keys::rules::{HIGHEST_RATE, LONGEST_DAYS};
use super::patch::merge;
use crate::api_keys::KeyPrefix;
use crate::roles::Permission;
use crate::tenants::{KeySettings, Lifetimes};
use crate::web::Problem;

/// A year.
const LONGEST_SPAN: u32 = 366 * 24 * 60 * 60;

/// Permissions of one level at most.
const MOST_PERMISSIONS: usize = 100;

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

/// What an organisation decides about keys.
///
/// # Errors
/// 422 when some of it cannot be.
pub fn api_keys(keys: &KeySettings) -> Result<(), Problem> {
    let invalid = |what: &str| Problem::invalid("invalid_settings", format!("settings.api_keys.{what}."));
    if let Some(Err(why)) = keys.prefix.as_deref().map(str::parse::<KeyPrefix>) {
        return Err(invalid(&format!("prefix: {why}")));
    }
    let is_life = |days: Option<u32>| days.is_none_or(|days| (1..=LONGEST_DAYS).contains(&days));
    if !is_life(keys.default_lifetime_days) || !is_life(keys.longest_lifetime_days) {
        let what = format!("default_lifetime_days and longest_lifetime_days are from 1 to {LONGEST_DAYS}");
        return Err(invalid(&what));
    }
    if keys.default_lifetime_days.zip(keys.longest_lifetime_days).is_some_and(|(own, most)| own > most) {
        return Err(invalid("default_lifetime_days is at most what longest_lifetime_days says"));
    }
    let is_rate = |rate: Option<u32>| rate.is_none_or(|rate| (1..=HIGHEST_RATE).contains(&rate));
    if ![keys.key_rate_limit, keys.principal_rate_limit, keys.tenant_rate_limit].into_iter().all(is_rate) {
        return Err(invalid(&format!("the rate limits are from 1 to {HIGHEST_RATE} requests in a minute")));
    }
    // A token that is shorter than that would be renewed all the time.
    let is_span = |seconds: Option<u32>| seconds.is_none_or(|seconds| (90..=LONGEST_SPAN).contains(&seconds));
    if !is_span(keys.token_lifetime) || !is_span(keys.session_lifetime) {
        return Err(invalid(&format!(
            "token_lifetime and session_lifetime are from 90 to {LONGEST_SPAN} seconds"
        )));
    }
    for list in keys.levels.iter().flat_map(|levels| [&levels.read_only, &levels.read_write, &levels.admin]) {
        if list.len() > MOST_PERMISSIONS {
            return Err(invalid(&format!("levels: at most {MOST_PERMISSIONS} permissions in each")));
        }
        if let Some(why) = list.iter().find_map(|text| text.parse::<Permission>().err()) {
            return Err(invalid(&format!("levels: {why}")));
        }
    }
    Ok(())
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

    #[test]
    fn what_is_said_of_keys_can_be() {
        let check = |settings: serde_json::Value| {
            api_keys(&serde_json::from_value(settings).unwrap()).map_err(|problem| problem.code)
        };
        for good in [
            json!({}),
            json!({ "prefix": "acme_" }),
            json!({ "default_lifetime_days": 30, "longest_lifetime_days": 30 }),
            json!({ "key_rate_limit": 1, "principal_rate_limit": 1_000_000, "tenant_rate_limit": 5 }),
            json!({ "levels": { "read_only": ["inference:use"], "admin": ["*:*"] } }),
        ] {
            assert_eq!(check(good.clone()), Ok(()), "{good}");
        }
        for bad in [
            json!({ "prefix": "acme" }),
            json!({ "prefix": "ACME_" }),
            json!({ "prefix": "gk_\u{0}" }),
            json!({ "default_lifetime_days": 0 }),
            json!({ "longest_lifetime_days": 3_651 }),
            json!({ "default_lifetime_days": 31, "longest_lifetime_days": 30 }),
            json!({ "key_rate_limit": 0 }),
            json!({ "tenant_rate_limit": 1_000_001 }),
            json!({ "token_lifetime": 89 }),
            json!({ "session_lifetime": 31_622_401 }),
            json!({ "levels": { "read_only": ["openid"] } }),
        ] {
            assert_eq!(check(bad.clone()), Err("invalid_settings"), "{bad}");
        }
    }
}
