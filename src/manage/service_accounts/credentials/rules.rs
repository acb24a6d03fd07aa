//! What a credential is made of.

use std::collections::BTreeSet;
use std::time::Duration;

use chrono::DateTime;

use super::{NewCredential, NewCredentialSecret};
use crate::clients::{
    AuthMethod, Client, ClientKind, ClientPk, ClientSettings, ClientStatus, GrantType, StoredSecret,
};
use crate::clock::Timestamp;
use crate::db::Conn;
use crate::manage::call::SCOPE;
use crate::manage::text::display_name;
use crate::manage::{Call, Stop};
use crate::random::Random;
use crate::resource_servers;
use crate::roles::Permission;
use crate::secret::{Secret, generate_prefixed};
use crate::service_accounts::ServiceAccountId;
use crate::web::Problem;

/// How many credentials one service account may have.
pub const MOST_CREDENTIALS: i64 = 50;
/// How many scopes one credential may have; no request may ask for more.
const MOST_SCOPES: usize = 100;
/// How many APIs are looked at.
const MOST_APIS: i64 = 500;
/// How far ahead the end of a secret may lie.
const LONGEST: Duration = Duration::from_secs(10 * 366 * 24 * 60 * 60);

/// The credential that a request describes.
pub fn new(
    call: &Call,
    random: &Random,
    account: ServiceAccountId,
    wanted: &NewCredential,
) -> Result<Client, Problem> {
    Ok(Client {
        id: random.id(call.now),
        tenant_id: call.tenant,
        client_id: format!("sa-{}", random.opaque_id()),
        display_name: display_name(&wanted.display_name)?,
        kind: ClientKind::Machine,
        status: ClientStatus::Active,
        auth_method: AuthMethod::ClientSecretBasic,
        require_pkce: true,
        first_party: false,
        all_tenants: false,
        redirect_uris: Vec::new(),
        post_logout_redirect_uris: Vec::new(),
        grant_types: vec![GrantType::ClientCredentials],
        response_modes: Vec::new(),
        scopes: scopes(&wanted.scopes)?,
        settings: ClientSettings::default(),
        created_at: call.now,
        updated_at: call.now,
        service_account_id: Some(account),
        deleted_at: None,
    })
}

/// The scopes of a credential, each once. All that is about a person is no permission, and stays out by its form.
fn scopes(list: &[String]) -> Result<Vec<String>, Problem> {
    if !(1..=MOST_SCOPES).contains(&list.len()) {
        let detail = format!("A credential has 1 to {MOST_SCOPES} scopes.");
        return Err(Problem::invalid("invalid_scopes", detail));
    }
    let strange = list.iter().find(|text| *text != SCOPE && text.parse::<Permission>().is_err());
    if let Some(text) = strange {
        return Err(unknown_scope(text));
    }
    let once: BTreeSet<&String> = list.iter().collect();
    Ok(once.into_iter().cloned().collect())
}

fn unknown_scope(text: &str) -> Problem {
    let shown: String = text.chars().take(80).collect();
    Problem::invalid("unknown_scope", format!("No API of this organisation knows the scope {shown:?}."))
        .fix(format!("Take {SCOPE}, or register the scope as a permission of an API first."))
}

/// Lets the call make a credential of these scopes. An API asks tokens for nothing but their scopes, so that to give a
/// scope is to give what it stands for; `gridkey:manage` alone gives nothing that the service account does not hold.
///
/// # Errors
/// 422 for a scope that no API of the organisation knows, 403 for one that the caller may not hand out.
pub fn may_give_scopes(conn: &mut Conn<'_>, call: &Call, scopes: &[String]) -> Result<(), Stop> {
    let others: Vec<&String> = scopes.iter().filter(|scope| *scope != SCOPE).collect();
    if others.is_empty() {
        return Ok(());
    }
    let apis = resource_servers::store::permissions(conn, call.tenant, MOST_APIS)?;
    for scope in others {
        let known = apis.iter().any(|(_, permissions)| permissions.contains(scope));
        let permission = scope.parse::<Permission>().ok().filter(|_| known);
        call.may_grant(&[permission.ok_or_else(|| unknown_scope(scope))?])?;
    }
    Ok(())
}

/// Lets the call make a further secret of a credential with these scopes: whoever knows the secret has the scopes. That an
/// API has forgotten one does not keep anybody from replacing a secret.
///
/// # Errors
/// 403 for a scope that the caller may not hand out.
pub fn may_have_scopes(call: &Call, scopes: &[String]) -> Result<(), Problem> {
    let others = scopes.iter().filter(|scope| *scope != SCOPE);
    let permissions: Vec<Permission> = others.filter_map(|scope| scope.parse().ok()).collect();
    call.may_grant(&permissions)
}

/// A fresh secret of a credential, and what is kept of it.
pub fn secret(
    call: &Call,
    random: &Random,
    client: ClientPk,
    wanted: &NewCredentialSecret,
) -> Result<(Secret, StoredSecret), Problem> {
    let secret = generate_prefixed("gkcs_", random);
    let stored = StoredSecret {
        id: random.id(call.now),
        client_pk: client,
        digest: secret.digest(),
        created_at: call.now,
        expires_at: wanted.expires_at.as_deref().map(|text| end(text, call.now)).transpose()?,
    };
    Ok((secret, stored))
}

/// Reads a moment in the future (RFC 3339).
fn end(text: &str, now: Timestamp) -> Result<Timestamp, Problem> {
    let invalid = || {
        let detail = "expires_at is a time in the future and within ten years, such as 2030-01-31T12:00:00Z.";
        Problem::invalid("invalid_expires_at", detail)
    };
    let read = DateTime::parse_from_rfc3339(text).map_err(|_| invalid())?;
    let end = Timestamp::from_micros(read.timestamp_micros());
    if now < end && end <= now + LONGEST { Ok(end) } else { Err(invalid()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(list: &[&str]) -> Result<Vec<String>, &'static str> {
        let list: Vec<String> = list.iter().map(|&text| text.to_owned()).collect();
        scopes(&list).map_err(|problem| problem.code)
    }

    #[test]
    fn scopes_are_permissions_and_never_about_people() {
        assert_eq!(
            read(&["reports:read", SCOPE, "reports:read"]).unwrap(),
            [SCOPE.to_owned(), "reports:read".into()]
        );
        for person in ["openid", "profile", "email", "address", "phone", "offline_access", "a b", ""] {
            assert_eq!(read(&[person]), Err("unknown_scope"), "{person}");
        }
        assert_eq!(read(&[]), Err("invalid_scopes"));
        assert_eq!(read(&["a:b"; 101]), Err("invalid_scopes"));
    }

    #[test]
    fn a_secret_ends_in_the_future_or_never() {
        let now = Timestamp::from_seconds(1_800_000_000);
        assert_eq!(end("2030-01-01T00:00:00+01:00", now).unwrap(), Timestamp::from_seconds(1_893_452_400));
        for bad in ["", "tomorrow", "2001-01-01T00:00:00Z", "9999-01-01T00:00:00Z", "2030-01-01"] {
            assert_eq!(end(bad, now).unwrap_err().code, "invalid_expires_at", "{bad}");
        }
    }
}
