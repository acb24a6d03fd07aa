//! What a token lets its bearer know about a person (OpenID Connect Core 5.3).

use serde_json::{Map, Value};

use super::{AccessClaims, ClaimsRequest, standard_claims};
use crate::users::User;

/// The answer: `sub` always, then what the token's scopes and the names of the `claims` parameter release.
pub fn userinfo(user: &User, token: &AccessClaims, request: &ClaimsRequest) -> Map<String, Value> {
    let scopes: Vec<String> = token.scope.split(' ').map(str::to_owned).collect();
    let mut answer = Map::new();
    answer.insert("sub".into(), user.id.to_string().into());
    answer.extend(standard_claims(user, &scopes, &request.userinfo));
    answer
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Timestamp;
    use crate::random::Random;
    use crate::users::{Profile, UserStatus};

    fn ada() -> User {
        let now = Timestamp::from_seconds(1_800_000_000);
        User {
            id: Random::default().id(now),
            tenant_id: Random::default().id(now),
            email: "ada@example.com".parse().unwrap(),
            email_verified: true,
            display_name: "Ada Lovelace".into(),
            profile: Profile { given_name: Some("Ada".into()), ..Profile::default() },
            status: UserStatus::Active,
            password_changed_at: None,
            created_at: now,
            updated_at: now,
            deleted_at: None,
            last_sign_in_at: None,
        }
    }

    fn token(scope: &str) -> AccessClaims {
        AccessClaims {
            iss: String::new(),
            sub: String::new(),
            aud: Vec::new(),
            client_id: String::new(),
            iat: 0,
            exp: 0,
            jti: String::new(),
            scope: scope.into(),
            tenant_id: String::new(),
            partner_id: None,
            roles: Vec::new(),
            auth_time: None,
            acr: None,
            amr: Vec::new(),
            sid: None,
            grant_id: None,
            key_id: None,
        }
    }

    fn names(scope: &str, request: &ClaimsRequest) -> Vec<String> {
        let mut names: Vec<_> =
            userinfo(&ada(), &token(scope), request).into_iter().map(|(name, _)| name).collect();
        names.sort();
        names
    }

    #[test]
    fn scopes_and_names_release_claims_and_nothing_else_does() {
        let nothing = ClaimsRequest::default();
        assert_eq!(names("openid", &nothing), ["sub"]);
        assert_eq!(names("openid email", &nothing), ["email", "email_verified", "sub"]);
        assert_eq!(
            names("openid profile", &nothing),
            ["given_name", "name", "preferred_username", "sub", "updated_at"]
        );
        let named = ClaimsRequest { userinfo: vec!["given_name".into()], ..nothing };
        assert_eq!(names("openid", &named), ["given_name", "sub"]);
    }

    #[test]
    fn the_subject_is_the_person_in_any_case() {
        let ada = ada();
        let answer = userinfo(&ada, &token("openid profile"), &ClaimsRequest::default());
        assert_eq!(answer["sub"], ada.id.to_string());
    }
}
