//! Claims about a person: which scope brings which, and what the `claims` parameter asks for (OpenID Connect Core 5).

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::users::User;

/// The claims of each scope (OpenID Connect Core 5.4).
const BY_SCOPE: &[(&str, &[&str])] = &[
    (
        "profile",
        &[
            "name",
            "family_name",
            "given_name",
            "middle_name",
            "nickname",
            "preferred_username",
            "profile",
            "picture",
            "website",
            "gender",
            "birthdate",
            "zoneinfo",
            "locale",
            "updated_at",
        ],
    ),
    ("email", &["email", "email_verified"]),
    ("address", &["address"]),
    ("phone", &["phone_number", "phone_number_verified"]),
];

/// The scope under which a claim is released; `None` for a claim we do not know.
pub fn claim_scope(claim: &str) -> Option<&'static str> {
    BY_SCOPE.iter().find(|(_, claims)| claims.contains(&claim)).map(|(scope, _)| *scope)
}

/// Every claim about a person, each with the scope under which it is released.
pub fn claims_by_scope() -> impl Iterator<Item = (&'static str, &'static str)> {
    BY_SCOPE.iter().flat_map(|(scope, claims)| claims.iter().map(|claim| (*scope, *claim)))
}

/// The claims about `user` that the scopes and the single names ask for. Absent values are left out.
pub fn standard_claims(user: &User, scopes: &[String], names: &[String]) -> Map<String, Value> {
    let wanted = |claim: &str| {
        names.iter().any(|name| name == claim)
            || claim_scope(claim).is_some_and(|scope| scopes.iter().any(|have| have == scope))
    };
    let mut all = match serde_json::to_value(&user.profile) {
        Ok(Value::Object(map)) => map,
        _ => Map::new(),
    };
    if user.profile.phone_number.is_some() {
        all.insert("phone_number_verified".into(), user.profile.phone_number_verified.into());
    }
    all.insert("name".into(), user.display_name.clone().into());
    all.insert("updated_at".into(), user.updated_at.seconds().into());
    all.insert("email".into(), user.email.as_str().into());
    all.insert("email_verified".into(), user.email_verified.into());
    all.entry("preferred_username").or_insert_with(|| user.email.as_str().into());
    all.retain(|claim, _| wanted(claim));
    all
}

/// What the `claims` parameter asks for (OpenID Connect Core 5.5): names only. A claim that cannot be given is left
/// out, essential or not, as section 5.5.1 lets us.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ClaimsRequest {
    /// Claims for the ID token.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub id_token: Vec<String>,
    /// Claims for the userinfo answer.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub userinfo: Vec<String>,
    /// The very person that the answer must be about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sub: Option<String>,
}

/// The `claims` parameter is not what section 5.5 describes.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("claims must be a JSON object with the members userinfo and id_token, each an object of claim names")]
pub struct InvalidClaims;

impl ClaimsRequest {
    /// The most claims that one request may name.
    const MOST: usize = 100;

    /// Whether nothing is asked for.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Reads the parameter. Unknown members and unknown claims are ignored, as the specification asks.
    pub fn parse(text: &str) -> Result<Self, InvalidClaims> {
        let document: Map<String, Value> = serde_json::from_str(text).map_err(|_| InvalidClaims)?;
        let names = |member: &str| match document.get(member) {
            None | Some(Value::Null) => Ok(Map::new()),
            Some(Value::Object(map)) if map.len() <= Self::MOST => Ok(map.clone()),
            Some(_) => Err(InvalidClaims),
        };
        let (id_token, userinfo) = (names("id_token")?, names("userinfo")?);
        let sub = [&id_token, &userinfo]
            .into_iter()
            .find_map(|map| map.get("sub")?.get("value")?.as_str().map(str::to_owned));
        let known = |map: Map<String, Value>| {
            map.into_iter().map(|(name, _)| name).filter(|name| claim_scope(name).is_some()).collect()
        };
        Ok(Self { id_token: known(id_token), userinfo: known(userinfo), sub })
    }

    /// The scopes whose claims are asked for by name: what consent has to cover besides the requested scopes.
    pub fn scopes(&self) -> Vec<&'static str> {
        let mut scopes: Vec<_> =
            self.id_token.iter().chain(&self.userinfo).filter_map(|name| claim_scope(name)).collect();
        scopes.sort_unstable();
        scopes.dedup();
        scopes
    }

    /// Drops the claims of scopes that the client is not registered for.
    #[must_use]
    pub fn limited_to(mut self, scopes: &[String]) -> Self {
        let allowed =
            |name: &String| claim_scope(name).is_some_and(|scope| scopes.iter().any(|have| have == scope));
        self.id_token.retain(allowed);
        self.userinfo.retain(allowed);
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_names_and_the_wanted_subject() {
        let text = r#"{"userinfo":{"given_name":{"essential":true},"x-unknown":null},
            "id_token":{"auth_time":{"essential":true},"email":null,"sub":{"value":"248289761001"}},"other":1}"#;
        let request = ClaimsRequest::parse(text).unwrap();
        assert_eq!(request.userinfo, ["given_name"]);
        assert_eq!(request.id_token, ["email"]);
        assert_eq!(request.sub.as_deref(), Some("248289761001"));
        assert_eq!(request.scopes(), ["email", "profile"]);
        assert_eq!(request.limited_to(&["email".into()]).userinfo, [""; 0]);
    }

    #[test]
    fn junk_is_refused() {
        for junk in ["", "[]", "1", "{", r#"{"userinfo":[]}"#, r#"{"id_token":"x"}"#] {
            assert_eq!(ClaimsRequest::parse(junk), Err(InvalidClaims), "{junk}");
        }
        assert!(ClaimsRequest::parse("{}").unwrap().is_empty());
    }
}
