//! What each claim is, and why one is absent.

use serde_json::{Map, Value};

use super::view::{Explained, Reason};
use crate::tokens::claims_by_scope;

/// What decides whether a claim about the person is there.
#[derive(Clone, Copy, Debug)]
pub struct Scopes<'a> {
    /// Those that the tokens carry.
    pub granted: &'a [String],
    /// Those that the application is registered for.
    pub registered: &'a [String],
}

impl Scopes<'_> {
    fn why_absent(self, scope: &str) -> Reason {
        let has = |list: &[String]| list.iter().any(|have| have == scope);
        if has(self.granted) {
            Reason::NoValue
        } else if has(self.registered) {
            Reason::ScopeNotAsked
        } else {
            Reason::ScopeNotRegistered
        }
    }
}

/// Claims that a token would have if there were something to say, and why there is not.
const MAY_BE_ABSENT: &[(&str, Reason)] =
    &[("partner_id", Reason::NoPartner), ("roles", Reason::NoRoles), ("scope", Reason::NoScopes)];

fn own(claim: &str) -> Option<Reason> {
    Some(match claim {
        "iss" | "sub" | "aud" | "client_id" | "tenant_id" | "partner_id" | "scope" => Reason::Always,
        "roles" => Reason::Roles,
        "iat" | "exp" => Reason::Clock,
        "jti" | "sid" | "grant_id" => Reason::EachSignIn,
        "auth_time" | "acr" | "amr" => Reason::HowSignedIn,
        "at_hash" => Reason::OfAccessToken,
        _ => return None,
    })
}

fn present(claim: &str, reason: Reason, scope: Option<&'static str>) -> Explained {
    Explained { claim: claim.to_owned(), present: true, reason, scope }
}

fn absent(claim: &str, reason: Reason, scope: Option<&'static str>) -> Explained {
    Explained { claim: claim.to_owned(), present: false, reason, scope }
}

/// The claims of an access token.
pub fn access_token(claims: &Map<String, Value>) -> Vec<Explained> {
    let there = claims.keys().filter_map(|claim| Some(present(claim, own(claim)?, None)));
    let missing = MAY_BE_ABSENT.iter().filter(|(claim, _)| !claims.contains_key(*claim));
    there.chain(missing.map(|(claim, why)| absent(claim, *why, None))).collect()
}

/// The claims of an ID token. `holds_person` says whether the application has claims about people in it.
pub fn id_token(claims: &Map<String, Value>, scopes: Scopes<'_>, holds_person: bool) -> Vec<Explained> {
    let mut all: Vec<Explained> =
        claims.keys().filter_map(|claim| Some(present(claim, own(claim)?, None))).collect();
    all.push(absent("nonce", Reason::OfRequest, None));
    all.extend(about_person(claims, scopes).into_iter().map(|one| match one.reason {
        // Where it could be had is what matters, before whether it has a value.
        Reason::NoValue if !holds_person => Explained { reason: Reason::AtUserinfo, ..one },
        _ => one,
    }));
    all
}

/// The members of the userinfo answer.
pub fn userinfo(claims: &Map<String, Value>, scopes: Scopes<'_>) -> Vec<Explained> {
    let mut all = vec![present("sub", Reason::Always, None)];
    all.extend(about_person(claims, scopes));
    all
}

fn about_person(claims: &Map<String, Value>, scopes: Scopes<'_>) -> Vec<Explained> {
    claims_by_scope()
        .map(|(scope, claim)| match claims.get(claim) {
            Some(Value::Bool(false)) if claim.ends_with("_verified") => {
                present(claim, Reason::Unverified, Some(scope))
            }
            Some(_) => present(claim, Reason::Scope, Some(scope)),
            None => absent(claim, scopes.why_absent(scope), Some(scope)),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn of(claims: &Value) -> Map<String, Value> {
        claims.as_object().unwrap().clone()
    }

    fn why(all: &[Explained], claim: &str) -> (bool, Reason) {
        let found: Vec<_> = all.iter().filter(|one| one.claim == claim).collect();
        assert_eq!(found.len(), 1, "{claim} is explained once");
        (found[0].present, found[0].reason)
    }

    #[test]
    fn each_claim_says_why_it_is_there_or_not() {
        let (granted, registered) =
            (["openid".to_owned(), "email".into()], ["openid".to_owned(), "email".into(), "profile".into()]);
        let scopes = Scopes { granted: &granted, registered: &registered };
        let claims = of(&json!({ "sub": "x", "email": "a@b.example", "email_verified": false }));
        let all = userinfo(&claims, scopes);
        assert_eq!(why(&all, "email"), (true, Reason::Scope));
        assert_eq!(why(&all, "email_verified"), (true, Reason::Unverified));
        assert_eq!(why(&all, "given_name"), (false, Reason::ScopeNotAsked));
        assert_eq!(why(&all, "phone_number"), (false, Reason::ScopeNotRegistered));
        let bare = of(&json!({ "iss": "i", "sub": "x" }));
        let all = id_token(&bare, scopes, false);
        assert_eq!(why(&all, "email"), (false, Reason::AtUserinfo));
        assert_eq!(why(&all, "name"), (false, Reason::ScopeNotAsked));
        assert_eq!(why(&all, "nonce"), (false, Reason::OfRequest));
        assert_eq!(why(&id_token(&bare, scopes, true), "email"), (false, Reason::NoValue));
        let all = access_token(&bare);
        assert_eq!(why(&all, "roles"), (false, Reason::NoRoles));
        assert_eq!(why(&all, "iss"), (true, Reason::Always));
    }
}
