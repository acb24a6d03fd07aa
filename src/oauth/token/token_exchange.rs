//! `grant_type=urn:ietf:params:oauth:grant-type:token-exchange` (RFC 8693): an API key for a short token, for one API
//! and with fewer permissions if that is what is asked for.
//!
//! The key proves its owner, so that no client has to prove itself beside it; one that does has to be registered for
//! the grant, and of the same organisation.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use crate::api_keys::PresentedKey;
use crate::app::{App, CallerError, Denied, Door, Identity, Seen, TurnedAway};
use crate::clients::KnownClient;
use crate::clock::Timestamp;
use crate::oauth::authorize::resources;
use crate::oauth::{Error, ErrorCode, scope};
use crate::resource_servers::{self, ResourceServer};
use crate::roles::Permission;
use crate::tenants::Issuer;
use crate::tokens::{IssuedTokens, KeyMinting};
use crate::web::Params;

/// What kind of token an API key is, as `subject_token_type`.
pub const API_KEY: &str = "urn:gridkey:params:oauth:token-type:api-key";
/// RFC 8693 3: what is issued.
pub const ACCESS_TOKEN: &str = "urn:ietf:params:oauth:token-type:access_token";
const JWT: &str = "urn:ietf:params:oauth:token-type:jwt";

/// An exchange that is asked for.
pub struct Exchange<'a> {
    /// Everything else.
    pub app: &'a App,
    /// Under which name.
    pub issuer: Issuer,
    /// The client, where one has proved itself.
    pub client: Option<Arc<KnownClient>>,
    /// From where.
    pub address: IpAddr,
    /// By which program.
    pub user_agent: String,
    /// With what.
    pub params: &'a Params,
    /// When.
    pub now: Timestamp,
}

/// Exchanges a key.
pub async fn exchange(call: &Exchange<'_>) -> Result<IssuedTokens, Error> {
    let key = subject(call.params)?;
    let outcome = call.app.identify_key(&key, call.address, call.now).await;
    let seen = Seen { address: call.address, user_agent: &call.user_agent, door: Door::Token, now: call.now };
    let (identity, _) = call.app.count_call(outcome, seen).await.map_err(turned_away)?;
    let tenant = identity.principal.tenant.id;
    let own_client = call.client.as_ref().is_none_or(|client| client.client.tenant_id == tenant);
    if !call.issuer.admits(tenant) || !own_client {
        return Err(Error::invalid_grant(WRONG_KEY, "a key of another organisation"));
    }
    let apis = apis(call, &identity).await?;
    let scopes = scopes(call.params, &identity, &apis)?;
    let minting = minting(call, &identity, &apis, scopes)?;
    Ok(call.app.sign_for_key(minting, None).await?)
}

const WRONG_KEY: &str =
    "the subject token is not an API key that works: it is unknown, expired, disabled or revoked";

/// The key, once everything that RFC 8693 2.1 lets a request say was understood. What is not is an error and never
/// dropped.
fn subject(params: &Params) -> Result<PresentedKey, Error> {
    let required = |name: &str| {
        params.get(name).ok_or_else(|| Error::invalid_request(format!("{name} is missing (RFC 8693 2.1)")))
    };
    let (token, kind) = (required("subject_token")?, required("subject_token_type")?);
    if kind != API_KEY {
        let text = format!("subject_token_type must be {API_KEY}");
        return Err(Error::invalid_request(text));
    }
    if params.get("actor_token").is_some() || params.get("actor_token_type").is_some() {
        return Err(Error::invalid_request("actor_token is not supported: a key acts for its owner alone"));
    }
    let wanted = params.get("requested_token_type").unwrap_or(ACCESS_TOKEN);
    if wanted != ACCESS_TOKEN && wanted != JWT {
        return Err(Error::invalid_request(format!("requested_token_type must be {ACCESS_TOKEN} or {JWT}")));
    }
    PresentedKey::parse(token).ok_or_else(|| Error::invalid_grant(WRONG_KEY, "not the form of a key"))
}

fn turned_away(why: TurnedAway) -> Error {
    match why {
        TurnedAway::Limited(limits) => Error::rate_limited(limits.standing.wait),
        TurnedAway::Denied(Denied::Token(CallerError::Database(error))) => error.into(),
        TurnedAway::Denied(denied) => Error::invalid_grant(WRONG_KEY, denied),
    }
}

/// The APIs that the token is for: all of them registered in the key's organisation and open.
async fn apis(call: &Exchange<'_>, identity: &Identity) -> Result<Vec<ResourceServer>, Error> {
    let mut asked = resources(call.params);
    asked.extend(call.params.get("audience").map(str::to_owned));
    asked.dedup();
    if asked.is_empty() {
        return Ok(Vec::new());
    }
    let (tenant, wanted) = (identity.principal.tenant.id, asked.clone());
    let found = call
        .app
        .db
        .read_short(move |conn| resource_servers::store::find_by_audiences(conn, tenant, &wanted))
        .await?;
    let open = |audience: &String| found.iter().any(|api| api.audience == *audience && api.is_active());
    if asked.iter().all(open) { Ok(found) } else { Err(Error::foreign_target()) }
}

/// What the token may do: only narrower than the key. Without a wish, for an API what of it the key may; for this server
/// all that the key may, which needs no words.
fn scopes(params: &Params, identity: &Identity, apis: &[ResourceServer]) -> Result<Vec<String>, Error> {
    let of_apis =
        |scope: &str| apis.is_empty() || apis.iter().any(|api| api.permissions.iter().any(|p| p == scope));
    let holds =
        |scope: &str| scope.parse::<Permission>().is_ok_and(|wanted| identity.permissions.cover(&wanted));
    let Some(text) = params.get("scope") else {
        let all = apis.iter().flat_map(|api| &api.permissions).filter(|scope| holds(scope));
        return Ok(all.cloned().collect());
    };
    let asked = scope::parse(text).map_err(|why| Error::new(ErrorCode::InvalidScope, why.to_string()))?;
    match asked.iter().find(|scope| !holds(scope) || !of_apis(scope)) {
        None => Ok(asked),
        Some(foreign) => {
            let text = format!("the key does not hold {foreign}, or the API does not know it");
            Err(Error::new(ErrorCode::InvalidScope, text))
        }
    }
}

fn minting(
    call: &Exchange<'_>,
    identity: &Identity,
    apis: &[ResourceServer],
    scopes: Vec<String>,
) -> Result<KeyMinting, Error> {
    let key = identity.credential.key().ok_or_else(|| Error::internal("a key without a key"))?;
    let settings = &identity.principal.tenant.settings;
    let profile = call.app.profile_of(&identity.principal.tenant).map_err(Error::internal)?;
    let usual = profile.session.token_lifetime;
    let own = settings.api_keys.token_lifetime.unwrap_or(usual);
    let shortest = apis.iter().filter_map(|api| api.settings.access_token_lifetime).fold(own, u32::min);
    // An API without words would get a token that reads as "everything".
    let nothing = !apis.is_empty() && scopes.is_empty();
    if nothing {
        return Err(Error::new(ErrorCode::InvalidScope, "the key holds no permission of this API"));
    }
    let algorithm = apis.iter().find_map(|api| api.settings.access_token_alg);
    Ok(KeyMinting {
        keys: call.app.keyring.snapshot(),
        random: call.app.random.clone(),
        issuer: call.issuer.clone(),
        principal: Arc::clone(&identity.principal),
        key: Arc::clone(key),
        client_id: call.client.as_ref().map(|client| client.client.client_id.clone()),
        session: None,
        audiences: apis.iter().map(|api| api.audience.clone()).collect(),
        scopes,
        lifetime: Duration::from_secs(u64::from(shortest)),
        algorithm: algorithm.unwrap_or(call.app.signing_algorithm()),
        now: call.now,
    })
}
