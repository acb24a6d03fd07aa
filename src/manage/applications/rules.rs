//! What becomes of an application when somebody says something of it.

use super::{ApplicationPatch, NewApplication};
use crate::clients::{
    self, Client, ClientStatus, check_audience, check_client_id, check_origin, check_scope, reserved,
};
pub use crate::clients::{is_trusted, needs_every_tenant};
use crate::manage::Call;
use crate::manage::settings::{lifetimes, merged};
use crate::manage::text::display_name;
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

/// A `client_id` of somebody's choice.
fn client_id(text: &str) -> Result<String, Problem> {
    let refuse = |why: &str| Problem::invalid("invalid_client_id", format!("client_id: {why}."));
    if let Some(why) = reserved(text) {
        return Err(refuse(why));
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
    use crate::clients::ClientKind;

    fn client(kind: ClientKind) -> Client {
        clients::new_client(kind)
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
