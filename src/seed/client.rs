//! `[[clients]]`

mod rules;
mod values;

use std::collections::BTreeMap;

pub(super) use rules::rules;

use super::entry::{Entry, display_name, unless_deleted};
use super::error::{Place, Placed};
use super::file::Rules;
use super::tenant::lifetimes;
use crate::clients::{
    AuthMethod, Client, ClientKind, ClientStatus, GrantType, ResponseMode, StoredSecret, check_audience,
    check_client_id, check_origin, check_scope, new_client, parse_secret_digest, validate,
};
use crate::keyring::Algorithm;
use crate::secret::Digest;
use crate::tenants::{Lifetimes, Slug};

/// What the file says of an application.
#[derive(Clone, Debug)]
pub(super) struct ClientSpec {
    pub place: Place,
    /// Where its keys stand.
    pub places: BTreeMap<&'static str, Place>,
    pub tenant: Placed<Slug>,
    pub client_id: String,
    pub kind: Option<ClientKind>,
    /// The digests of its secrets, at most two.
    pub secrets: Vec<Digest>,
    /// The slug of the service account that it is a credential of.
    pub service_account: Option<Placed<Slug>>,
    named: Named,
}

/// The fields that the file names.
#[derive(Clone, Debug)]
struct Named {
    display_name: Option<String>,
    status: Option<ClientStatus>,
    auth_method: Option<AuthMethod>,
    require_pkce: Option<bool>,
    first_party: Option<bool>,
    all_tenants: Option<bool>,
    redirect_uris: Option<Vec<String>>,
    post_logout_redirect_uris: Option<Vec<String>>,
    grant_types: Option<Vec<GrantType>>,
    response_modes: Option<Vec<ResponseMode>>,
    scopes: Option<Vec<String>>,
    lifetimes: Lifetimes,
    id_token_alg: Option<Algorithm>,
    access_token_alg: Option<Algorithm>,
    audiences: Option<Vec<String>>,
    allowed_origins: Option<Vec<String>>,
    claims_in_id_token: Option<bool>,
}

impl ClientSpec {
    pub fn read(mut entry: Entry<'_, '_>, rules_of_file: Rules) -> Option<Self> {
        let tenant = entry.required_text("tenant", str::parse::<Slug>);
        let client_id = entry.required_text("client_id", check_client_id);
        let kind = entry.choice::<ClientKind>("kind").map(|kind| kind.value);
        let secrets = secrets(&mut entry, rules_of_file);
        let service_account = entry.text("service_account", str::parse::<Slug>);
        let named = Named::read(&mut entry, kind);
        let (Some(tenant), Some(client_id)) = (tenant, client_id) else {
            entry.finish();
            return None;
        };
        let spec = Self {
            place: entry.place(),
            places: entry.places(),
            tenant,
            client_id: client_id.value,
            kind,
            secrets,
            service_account,
            named,
        };
        // Without a kind only the stored application can tell whether this fits.
        if let Some(kind) = kind {
            for (key, problem) in rules(&spec.written_over(new_client(kind)), &spec) {
                entry.refuse(key, spec.place_of(key), problem);
            }
        }
        entry.finish();
        Some(spec)
    }

    /// Where a key stands; without it, where the application's table begins.
    pub fn place_of(&self, key: &str) -> Place {
        self.places.get(key).copied().unwrap_or(self.place)
    }

    /// Whether the file says which secrets there are.
    pub fn names_secrets(&self) -> bool {
        SECRET_KEYS.iter().any(|key| self.places.contains_key(key))
    }

    /// The name for people, if the file gives one.
    pub fn display_name(&self) -> Option<&str> {
        self.named.display_name.as_deref()
    }

    /// `client` with every field that the file names.
    pub fn written_over(&self, mut client: Client) -> Client {
        let named = &self.named;
        set(&mut client.kind, &self.kind);
        set(&mut client.display_name, &named.display_name);
        set(&mut client.status, &named.status);
        set(&mut client.auth_method, &named.auth_method);
        set(&mut client.require_pkce, &named.require_pkce);
        set(&mut client.first_party, &named.first_party);
        set(&mut client.all_tenants, &named.all_tenants);
        set(&mut client.redirect_uris, &named.redirect_uris);
        set(&mut client.post_logout_redirect_uris, &named.post_logout_redirect_uris);
        set(&mut client.grant_types, &named.grant_types);
        set(&mut client.response_modes, &named.response_modes);
        set(&mut client.scopes, &named.scopes);
        let settings = &mut client.settings;
        settings.lifetimes = named.lifetimes.or(settings.lifetimes);
        settings.id_token_alg = named.id_token_alg.or(settings.id_token_alg);
        settings.access_token_alg = named.access_token_alg.or(settings.access_token_alg);
        set(&mut settings.audiences, &named.audiences);
        set(&mut settings.allowed_origins, &named.allowed_origins);
        set(&mut settings.claims_in_id_token, &named.claims_in_id_token);
        client
    }
}

impl Named {
    fn read(entry: &mut Entry<'_, '_>, kind: Option<ClientKind>) -> Self {
        // What a URI may look like depends on the kind; without one it is looked at again beside the stored kind.
        let uri = |text: &str| match kind {
            Some(kind) => validate(text, kind).map(|()| text.to_owned()).map_err(|why| why.to_string()),
            None => Ok(text.to_owned()),
        };
        Self {
            display_name: entry.text("display_name", display_name).map(|name| name.value),
            status: entry.text("status", unless_deleted).map(|status| status.value),
            auth_method: entry.choice("auth_method").map(|method| method.value),
            require_pkce: entry.flag("require_pkce"),
            first_party: entry.flag("first_party"),
            all_tenants: entry.flag("all_tenants"),
            redirect_uris: entry.set("redirect_uris", uri).map(plain),
            post_logout_redirect_uris: entry.set("post_logout_redirect_uris", uri).map(plain),
            grant_types: entry.set("grant_types", str::parse).map(plain),
            response_modes: entry.set("response_modes", str::parse).map(plain),
            scopes: entry.set("scopes", check_scope).map(plain),
            lifetimes: lifetimes(entry),
            id_token_alg: entry.choice("id_token_alg").map(|algorithm| algorithm.value),
            access_token_alg: entry.choice("access_token_alg").map(|algorithm| algorithm.value),
            audiences: entry.set("audiences", check_audience).map(plain),
            allowed_origins: entry.set("allowed_origins", check_origin).map(plain),
            claims_in_id_token: entry.flag("claims_in_id_token"),
        }
    }
}

fn plain<T>(list: Vec<Placed<T>>) -> Vec<T> {
    list.into_iter().map(|item| item.value).collect()
}

fn set<T: Clone>(field: &mut T, named: &Option<T>) {
    if let Some(value) = named {
        field.clone_from(value);
    }
}

/// The keys that may hold secrets.
pub(super) const SECRET_KEYS: [&str; 4] = ["secret", "secrets", "secret_hash", "secret_hashes"];

/// The secrets of one application, from the four keys that may hold them.
fn secrets(entry: &mut Entry<'_, '_>, rules: Rules) -> Vec<Digest> {
    let plain = |text: &str| values::secret(text, rules).map(|secret| secret.digest());
    let mut all: Vec<(&str, Placed<Digest>)> = Vec::new();
    all.extend(entry.text("secret", plain).map(|one| ("secret", one)));
    all.extend(entry.texts("secrets", plain).unwrap_or_default().into_iter().map(|one| ("secrets", one)));
    all.extend(entry.text("secret_hash", parse_secret_digest).map(|one| ("secret_hash", one)));
    let hashes = entry.texts("secret_hashes", parse_secret_digest).unwrap_or_default();
    all.extend(hashes.into_iter().map(|one| ("secret_hashes", one)));
    for (at, (key, one)) in all.iter().enumerate() {
        if all.iter().take(at).any(|(_, other)| other.value == one.value) {
            entry.refuse(key, one.place, "the same secret stands here before");
        } else if at == StoredSecret::LIVE_AT_ONCE {
            entry.refuse(key, one.place, "an application has at most two secrets at a time");
        }
    }
    all.into_iter().map(|(_, one)| one.value).collect()
}
