//! What becomes of an application when somebody says something of it.

use super::{ApplicationPatch, NewApplication};
use crate::clients::{
    self, Client, ClientKind, ClientStatus, FLOW_PREFIX, check_audience, check_client_id, check_origin,
    check_scope,
};
use crate::manage::Call;
use crate::manage::call::SCOPE;
use crate::manage::patch::merged;
use crate::manage::text::{display_name, lifetimes};
use crate::random::Random;
use crate::web::Problem;

/// How many entries a list of an application may have.
const LONGEST_LIST: usize = 100;
/// How long an entry may be.
const LONGEST_ENTRY: usize = 2_000;

/// The application that a request describes.
pub fn new(call: &Call, random: &Random, wanted: NewApplication) -> Result<Client, Problem> {
    let kind_of_default = clients::new_client(wanted.kind);
    let client = Client {
        id: random.id(call.now),
        tenant_id: call.tenant,
        client_id: match &wanted.client_id {
            Some(text) => client_id(text)?,
            None => format!("app-{}", random.opaque_id()),
        },
        display_name: display_name(&wanted.display_name)?,
        auth_method: wanted.auth_method.unwrap_or(kind_of_default.auth_method),
        require_pkce: wanted.require_pkce.unwrap_or(kind_of_default.require_pkce),
        first_party: wanted.first_party,
        all_tenants: wanted.all_tenants,
        redirect_uris: wanted.redirect_uris,
        post_logout_redirect_uris: wanted.post_logout_redirect_uris,
        grant_types: wanted.grant_types.unwrap_or_else(|| kind_of_default.grant_types.clone()),
        response_modes: wanted.response_modes.unwrap_or_else(|| kind_of_default.response_modes.clone()),
        scopes: wanted.scopes.unwrap_or_else(|| kind_of_default.scopes.clone()),
        settings: wanted.settings,
        created_at: call.now,
        updated_at: call.now,
        ..kind_of_default
    };
    check(&client)?;
    Ok(client)
}

/// The application after a change.
pub fn patched(call: &Call, client: &Client, patch: &ApplicationPatch) -> Result<Client, Problem> {
    fn set<T: Clone>(field: &mut T, value: &Option<T>) {
        if let Some(value) = value {
            field.clone_from(value);
        }
    }
    let mut changed = client.clone();
    if let Some(name) = &patch.display_name {
        changed.display_name = display_name(name)?;
    }
    if patch.status == Some(ClientStatus::Deleted) {
        return Err(Problem::invalid("invalid_status", "status can be set to active or disabled.")
            .fix("DELETE puts it into the recycle bin, and restore brings it back."));
    }
    set(&mut changed.status, &patch.status);
    set(&mut changed.auth_method, &patch.auth_method);
    set(&mut changed.require_pkce, &patch.require_pkce);
    set(&mut changed.first_party, &patch.first_party);
    set(&mut changed.all_tenants, &patch.all_tenants);
    set(&mut changed.redirect_uris, &patch.redirect_uris);
    set(&mut changed.post_logout_redirect_uris, &patch.post_logout_redirect_uris);
    set(&mut changed.grant_types, &patch.grant_types);
    set(&mut changed.response_modes, &patch.response_modes);
    set(&mut changed.scopes, &patch.scopes);
    if let Some(settings) = &patch.settings {
        changed.settings = merged(&client.settings, settings)?;
    }
    if changed != *client {
        check(&changed)?;
        changed.updated_at = call.next_version(client.updated_at);
    }
    Ok(changed)
}

/// Whether somebody is trusted with the application more than with another: nobody is asked before it acts for them, it
/// serves other organisations, or it may act with the powers of the administrators who sign in to it. Whoever could turn
/// such an application to their own ends would have those powers too.
pub fn is_trusted(client: &Client) -> bool {
    let acts_for_people = client.kind != ClientKind::Machine;
    client.first_party || client.all_tenants || acts_for_people && client.scopes.iter().any(|s| s == SCOPE)
}

/// Whether this change is for those only who may change every organisation (`tenants:update`). Switching off and on what
/// belongs to one organisation is not.
pub fn needs_every_tenant(before: &Client, after: &Client) -> bool {
    if before.all_tenants || after.all_tenants {
        return true;
    }
    let mut switched = before.clone();
    switched.status = after.status;
    switched.deleted_at = after.deleted_at;
    switched.updated_at = after.updated_at;
    (is_trusted(before) || is_trusted(after)) && switched != *after
}

/// A `client_id` of somebody's choice. One that looks like an identifier could be taken for the person or program that has
/// it, where a token's `sub` is all that is looked at (RFC 9068 5).
fn client_id(text: &str) -> Result<String, Problem> {
    let refuse = |why: &str| Problem::invalid("invalid_client_id", format!("client_id: {why}."));
    if text.parse::<uuid::Uuid>().is_ok() {
        return Err(refuse("an identifier of this form belongs to people and programs"));
    }
    if text.starts_with(FLOW_PREFIX) {
        return Err(refuse("names of this form belong to the first-party flow"));
    }
    check_client_id(text).map_err(refuse)
}

fn check(client: &Client) -> Result<(), Problem> {
    let settings = &client.settings;
    list("redirect_uris", &client.redirect_uris)?;
    list("post_logout_redirect_uris", &client.post_logout_redirect_uris)?;
    list("scopes", &client.scopes)?;
    list("grant_types", &client.grant_types)?;
    list("response_modes", &client.response_modes)?;
    list("settings.audiences", &settings.audiences)?;
    list("settings.allowed_origins", &settings.allowed_origins)?;
    lifetimes(&settings.lifetimes)?;
    // A secret is made along with it, or by the next call.
    let findings = [clients::rules(client), clients::rules_of_a_whole_client(client, true)].concat();
    if let Some((key, problem)) = findings.into_iter().next() {
        return Err(refused(key, &problem));
    }
    for scope in &client.scopes {
        check_scope(scope).map_err(|why| refused("scopes", &why))?;
    }
    for audience in &settings.audiences {
        check_audience(audience).map_err(|why| refused("settings.audiences", why))?;
    }
    for origin in &settings.allowed_origins {
        check_origin(origin).map_err(|why| refused("settings.allowed_origins", &why))?;
    }
    Ok(())
}

/// A list of bounded length in which nothing stands twice.
fn list<T: PartialEq + ToString>(key: &'static str, entries: &[T]) -> Result<(), Problem> {
    if entries.len() > LONGEST_LIST {
        return Err(refused(key, &format!("expected at most {LONGEST_LIST} entries")));
    }
    for (at, entry) in entries.iter().enumerate() {
        if entry.to_string().len() > LONGEST_ENTRY {
            return Err(refused(key, &format!("expected at most {LONGEST_ENTRY} characters in an entry")));
        }
        if entries.iter().take(at).any(|other| other == entry) {
            return Err(refused(key, "the same entry stands in this list before"));
        }
    }
    Ok(())
}

fn refused(key: &str, problem: &str) -> Problem {
    let code = match key {
        "redirect_uris" => "invalid_redirect_uris",
        "post_logout_redirect_uris" => "invalid_post_logout_redirect_uris",
        "scopes" => "invalid_scopes",
        "grant_types" => "invalid_grant_types",
        "response_modes" => "invalid_response_modes",
        "auth_method" => "invalid_auth_method",
        "require_pkce" => "invalid_require_pkce",
        _ => "invalid_settings",
    };
    Problem::invalid(code, format!("{key}: {problem}."))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client(kind: ClientKind) -> Client {
        clients::new_client(kind)
    }

    #[test]
    fn who_must_not_turn_an_application_to_other_ends() {
        let plain = client(ClientKind::Web);
        let renamed = Client { display_name: "x".into(), ..plain.clone() };
        assert!(!needs_every_tenant(&plain, &renamed));
        for trusted in [
            Client { first_party: true, ..plain.clone() },
            Client { scopes: vec![SCOPE.into()], ..plain.clone() },
        ] {
            assert!(needs_every_tenant(&plain, &trusted), "becoming one");
            assert!(needs_every_tenant(&trusted, &plain), "being one no more: a way around otherwise");
            let moved = Client { redirect_uris: vec!["https://evil.example".into()], ..trusted.clone() };
            assert!(needs_every_tenant(&trusted, &moved));
            let off = Client { status: ClientStatus::Disabled, ..trusted.clone() };
            assert!(!needs_every_tenant(&trusted, &off), "switching it off harms nobody else");
        }
        let everywhere = Client { all_tenants: true, ..plain };
        let off = Client { status: ClientStatus::Disabled, ..everywhere.clone() };
        assert!(needs_every_tenant(&everywhere, &off), "other organisations need it");
        let machine = Client { scopes: vec![SCOPE.into()], ..client(ClientKind::Machine) };
        assert!(!is_trusted(&machine), "it speaks for itself, and holds nothing");
    }

    #[test]
    fn names_that_belong_to_others_are_refused() {
        for bad in ["", "a b", "first-party:acme", "0199b1a0-7c00-7000-8000-000000000000", "ä"] {
            assert_eq!(client_id(bad).unwrap_err().code, "invalid_client_id", "{bad}");
        }
        assert_eq!(client_id("portal").unwrap(), "portal");
    }

    #[test]
    fn lists_are_bounded_and_without_doubles() {
        let mut one = client(ClientKind::Web);
        one.redirect_uris = vec!["https://a.example/cb".into()];
        assert!(check(&one).is_ok());
        let twice = Client { scopes: vec!["a".into(), "a".into()], ..one.clone() };
        assert_eq!(check(&twice).unwrap_err().code, "invalid_scopes");
        let many = Client { scopes: (0..101).map(|n| format!("s{n}")).collect(), ..one.clone() };
        assert_eq!(check(&many).unwrap_err().code, "invalid_scopes");
        let long = Client { redirect_uris: vec![format!("https://a.example/{}", "a".repeat(2_000))], ..one };
        assert_eq!(check(&long).unwrap_err().code, "invalid_redirect_uris");
    }
}
