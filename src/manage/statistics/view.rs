//! How figures are shown.

use serde::Serialize;
use utoipa::ToSchema;

use crate::secret::Digest;

/// How far anything is counted.
pub const MOST: usize = 10_000;

/// A number of things.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Figure {
    /// How many, as far as was counted.
    pub count: usize,
    /// Whether there may be more: nothing is counted beyond 10,000.
    pub more: bool,
    /// Of what needs somebody, unless it is nothing: another as soon as it is about other things. What
    /// `PUT /v1/me/dismissed-notices/{notice}` takes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub digest: Option<String>,
}

impl Figure {
    /// What was found when one more than the most was asked for.
    pub fn of(found: usize) -> Self {
        Self { count: found.min(MOST), more: found > MOST, digest: None }
    }

    /// The same of what needs somebody: `facts` tell what was found from whatever else might be.
    pub fn noticed(facts: &[String]) -> Self {
        let digest = (!facts.is_empty()).then(|| Digest::of(facts.join("\n").as_bytes()).to_hex());
        Self { digest, ..Self::of(facts.len()) }
    }
}

/// What an organisation comes to. A figure is absent where the caller may not see what it counts.
#[derive(Clone, Debug, Default, Serialize, ToSchema)]
pub struct StatisticsView {
    /// From when on sign-ins and sudden growths are counted: a day ago.
    #[schema(format = DateTime)]
    pub since: String,
    /// People who are active. Needs `users:read`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub people: Option<Figure>,
    /// Sign-ins that succeeded. Needs `audit:read`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sign_ins: Option<Figure>,
    /// Sign-ins that were refused. Needs `audit:read`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failed_sign_ins: Option<Figure>,
    /// API keys that work. Needs `api_keys:read`, as the next three.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub active_keys: Option<Figure>,
    /// Those that end within 14 days.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expiring_keys: Option<Figure>,
    /// Those that were not used for 90 days, among the 10,000 oldest keys.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unused_keys: Option<Figure>,
    /// How often the use of a key grew suddenly.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key_spikes: Option<Figure>,
    /// Webhooks that are not taken, or were paused for it. Needs `webhooks:read`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failing_webhooks: Option<Figure>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_counted_beyond_the_most() {
        assert_eq!(Figure::of(3), Figure { count: 3, more: false, digest: None });
        assert_eq!(Figure::of(MOST), Figure { count: MOST, more: false, digest: None });
        assert_eq!(Figure::of(MOST + 1), Figure { count: MOST, more: true, digest: None });
    }

    #[test]
    fn what_needs_somebody_has_a_digest_of_what_it_is() {
        let of = |facts: &[&str]| {
            Figure::noticed(&facts.iter().map(|fact| (*fact).to_owned()).collect::<Vec<_>>())
        };
        let two = of(&["a", "b"]);
        assert_eq!((two.count, two.digest.as_ref().map(String::len)), (2, Some(64)));
        assert_eq!(two, of(&["a", "b"]));
        assert_ne!(two.digest, of(&["a", "c"]).digest, "as many, but others");
        assert_eq!(of(&[]), Figure::of(0), "of nothing there is nothing to tell");
    }
}
