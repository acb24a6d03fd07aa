//! Objects as the tables of a file: for writing a file, and for telling what changed in the words of the file.
//!
//! Every key is written, also where its value is the default of a new object, so that a file that was written says all
//! that there is to say. Only values that are absent are left out.

use serde::Serialize;
use toml::Value;

use crate::branding::Branding;
use crate::clients::{Client, StoredSecret};
use crate::clock::Timestamp;
use crate::resource_servers::ResourceServer;
use crate::roles::Role;
use crate::secret::Digest;
use crate::service_accounts::ServiceAccount;
use crate::teams::Team;
use crate::tenants::{Slug, Tenant};
use crate::users::{PasswordHash, User};
use crate::webhooks::Webhook;

/// The keys that nothing but a file may show.
const SECRET: [&str; 3] = ["password_hash", "secret_hash", "secret_hashes"];

/// One object, key by key, in the order in which a file has them.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Described {
    /// `users` of `[[users]]`.
    table: &'static str,
    keys: Vec<(&'static str, Value)>,
}

impl Described {
    const fn new(table: &'static str) -> Self {
        Self { table, keys: Vec::new() }
    }

    /// Adds a key, unless its value is absent.
    fn with(mut self, key: &'static str, value: impl Serialize) -> Self {
        match Value::try_from(value) {
            // A table whose members are all absent says nothing.
            Ok(Value::Table(table)) if table.is_empty() => {}
            Ok(value) => self.keys.push((key, value)),
            // TOML has no null.
            Err(_) => {}
        }
        self
    }

    /// The members of a document as keys of their own.
    fn with_all(mut self, names: &[&'static str], document: impl Serialize) -> Self {
        let Ok(Value::Table(mut members)) = Value::try_from(document) else { return self };
        for &name in names {
            if let Some(value) = members.remove(name) {
                self.keys.push((name, value));
            }
        }
        self
    }

    /// The value of a key.
    pub fn get(&self, key: &str) -> Option<&Value> {
        self.keys.iter().find(|(name, _)| *name == key).map(|(_, value)| value)
    }

    /// The texts of a list.
    pub fn texts(&self, key: &str) -> Vec<&str> {
        let list = self.get(key).and_then(Value::as_array);
        list.into_iter().flatten().filter_map(Value::as_str).collect()
    }

    /// The keys whose values are not those of `before`.
    pub fn differences(&self, before: &Self) -> Vec<String> {
        let mut names: Vec<&str> = before.keys.iter().chain(&self.keys).map(|(name, _)| *name).collect();
        let mut seen = std::collections::HashSet::new();
        names.retain(|name| seen.insert(*name) && self.get(name) != before.get(name));
        names.into_iter().map(str::to_owned).collect()
    }

    /// What may be told of it.
    pub fn without_secrets(&self) -> serde_json::Value {
        let shown = self.keys.iter().filter(|(name, _)| !SECRET.contains(name));
        shown.map(|(name, value)| ((*name).to_owned(), serde_json::json!(value))).collect()
    }

    /// As a file has it.
    pub fn to_toml(&self) -> String {
        let mut text = format!("[[{}]]\n", self.table);
        for (name, value) in &self.keys {
            text.push_str(&format!("{name} = {value}\n"));
        }
        text
    }
}

/// What a file says of how an organisation looks. Its logo is a file of its own.
#[derive(Serialize)]
struct Looks {
    #[serde(skip_serializing_if = "Option::is_none")]
    accent: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    support_url: Option<String>,
}

/// An organisation with its mail domains and its looks.
pub(super) fn tenant(tenant: &Tenant, domains: &[String], branding: &Branding) -> Described {
    let looks = Looks {
        accent: branding.accent.map(|accent| accent.to_string()),
        support_url: branding.support_url.clone(),
    };
    let settings = &tenant.settings;
    Described::new("tenants")
        .with("slug", tenant.slug.as_str())
        .with("display_name", &tenant.display_name)
        .with("status", tenant.status)
        .with("domains", sorted(domains))
        .with("branding", looks)
        .with("profile", settings.profile.as_str())
        .with("lifetimes", settings.lifetimes)
        .with("passwords", settings.passwords)
        .with("sessions", settings.sessions)
        .with("limits", settings.limits)
        .with("audit_retention_days", settings.audit_retention_days)
        .with("partner", settings.partner.as_ref().map(Slug::as_str))
        .with("api_keys", &settings.api_keys)
        .with("signatures", settings.signatures)
        .with("edge_locations", settings.edge_locations.iter().map(ToString::to_string).collect::<Vec<_>>())
}

/// A role.
pub(super) fn role(tenant: &Slug, role: &Role) -> Described {
    Described::new("roles")
        .with("tenant", tenant.as_str())
        .with("slug", &role.slug)
        .with("display_name", &role.display_name)
        .with("permissions", &role.permissions)
}

/// A team with its roles and its members.
pub(super) fn team(tenant: &Slug, team: &Team, roles: &[String], members: &[String]) -> Described {
    Described::new("teams")
        .with("tenant", tenant.as_str())
        .with("slug", team.slug.as_str())
        .with("display_name", &team.display_name)
        .with("description", &team.description)
        .with("roles", sorted(roles))
        .with("members", sorted(members))
}

/// A service account with the team that owns it and its roles.
pub(super) fn service_account(
    tenant: &Slug,
    account: &ServiceAccount,
    team: Option<&str>,
    roles: &[String],
) -> Described {
    Described::new("service_accounts")
        .with("tenant", tenant.as_str())
        .with("slug", account.slug.as_str())
        .with("display_name", &account.display_name)
        .with("description", &account.description)
        .with("status", account.status)
        .with("team", team)
        .with("roles", sorted(roles))
}

/// An API.
pub(super) fn resource_server(tenant: &Slug, server: &ResourceServer) -> Described {
    Described::new("resource_servers")
        .with("tenant", tenant.as_str())
        .with("audience", &server.audience)
        .with("display_name", &server.display_name)
        .with("status", server.status)
        .with("permissions", &server.permissions)
        .with("access_token_lifetime", server.settings.access_token_lifetime)
        .with("access_token_alg", server.settings.access_token_alg)
}

/// The claims of a profile, in the order of the reference.
const CLAIMS: &[&str] = &[
    "given_name",
    "family_name",
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
    "phone_number",
    "phone_number_verified",
    "address",
];

/// A person with their roles and the hash of their password.
pub(super) fn user(tenant: &Slug, user: &User, roles: &[String], hash: Option<&PasswordHash>) -> Described {
    Described::new("users")
        .with("tenant", tenant.as_str())
        .with("email", user.email.as_str())
        .with("name", &user.display_name)
        .with("email_verified", user.email_verified)
        .with("status", user.status)
        .with("roles", sorted(roles))
        .with("password_hash", hash.map(PasswordHash::as_str))
        .with_all(CLAIMS, &user.profile)
}

/// An application with the service account that it is a credential of and its secrets, newest first.
pub(super) fn client(
    tenant: &Slug,
    client: &Client,
    account: Option<&str>,
    secrets: Option<(&[StoredSecret], Timestamp)>,
) -> Described {
    let settings = &client.settings;
    let described = Described::new("clients")
        .with("tenant", tenant.as_str())
        .with("client_id", &client.client_id)
        .with("display_name", &client.display_name)
        .with("kind", client.kind)
        .with("status", client.status)
        .with("service_account", account)
        .with("auth_method", client.auth_method);
    let described = match secrets {
        Some((stored, now)) if !client.is_public() => described.with("secret_hashes", lasting(stored, now)),
        _ => described,
    };
    described
        .with("redirect_uris", &client.redirect_uris)
        .with("post_logout_redirect_uris", &client.post_logout_redirect_uris)
        .with("grant_types", &client.grant_types)
        .with("response_modes", &client.response_modes)
        .with("scopes", &client.scopes)
        .with("require_pkce", client.require_pkce)
        .with("first_party", client.first_party)
        .with("all_tenants", client.all_tenants)
        .with("lifetimes", settings.lifetimes)
        .with("id_token_alg", settings.id_token_alg)
        .with("access_token_alg", settings.access_token_alg)
        .with("audiences", &settings.audiences)
        .with("allowed_origins", &settings.allowed_origins)
        .with("claims_in_id_token", settings.claims_in_id_token)
}

/// A webhook. What signs is in no file that is written: it can be read back, unlike a digest.
pub(super) fn webhook(tenant: &Slug, webhook: &Webhook) -> Described {
    Described::new("webhooks")
        .with("tenant", tenant.as_str())
        .with("url", &webhook.url)
        .with("description", &webhook.description)
        .with("events", &webhook.events)
        .with("status", webhook.status)
}

/// The digests of the secrets that were not given an end, oldest first: in this order a file makes them again. One that
/// is on its way out must not live for ever somewhere else.
fn lasting(secrets: &[StoredSecret], now: Timestamp) -> Vec<String> {
    let lasting = secrets.iter().filter(|secret| secret.is_live(now) && secret.expires_at.is_none());
    lasting.rev().map(|secret| hash_text(&secret.digest)).collect()
}

fn hash_text(digest: &Digest) -> String {
    format!("sha256:{}", digest.to_hex())
}

/// In byte order, whatever order the database has.
fn sorted(list: &[String]) -> Vec<&str> {
    let mut list: Vec<&str> = list.iter().map(String::as_str).collect();
    list.sort_unstable();
    list
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn absent_values_are_left_out_and_odd_texts_are_quoted() {
        let one = Described::new("x")
            .with("none", None::<u32>)
            .with("empty", toml::Table::new())
            .with("list", Vec::<String>::new())
            .with("text", "a \"b\" \\ \t é\u{7f}\nline '''")
            .with("number", Some(5_u32));
        let text = one.to_toml();
        assert!(text.starts_with("[[x]]\nlist = []\ntext = "), "{text}");
        let read: toml::Table = text.parse().unwrap();
        let table = read["x"].as_array().unwrap()[0].as_table().unwrap().clone();
        assert_eq!(table["text"].as_str().unwrap(), "a \"b\" \\ \t é\u{7f}\nline '''");
        assert_eq!((table["number"].as_integer(), table.len()), (Some(5), 3));
    }

    #[test]
    fn differences_are_told_by_key_and_secrets_are_not_shown() {
        let before = Described::new("x").with("a", 1).with("b", 2).with("password_hash", "p");
        let after = Described::new("x").with("a", 1).with("b", 3).with("c", 4).with("password_hash", "q");
        assert_eq!(after.differences(&before), ["b", "password_hash", "c"]);
        assert_eq!(after.without_secrets(), serde_json::json!({ "a": 1, "b": 3, "c": 4 }));
    }
}
