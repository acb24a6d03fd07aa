//! What a signing key is made of and what becomes of it when somebody says something of it.

use serde_json::Value;

use super::{GridRegistration, NewSigningKey, SigningKeyPatch};
use crate::credentials::{KeyGrant, KeyLevel, KeyOwner, KeyStatus};
use crate::manage::Call;
use crate::manage::api_keys::rules::{Ending, addresses, default_end, grant, name, rate};
use crate::manage::text::description;
use crate::request_keys::{PublicKey, PublicKeyError, RequestKey, RequestKeyId};
use crate::tenants::KeySettings;
use crate::web::Problem;

/// The key that a request describes.
pub fn new(
    call: &Call,
    (id, owner): (RequestKeyId, KeyOwner),
    (wanted, settings): (&NewSigningKey, &KeySettings),
) -> Result<RequestKey, Problem> {
    let (label, text) = named_key(wanted)?;
    let public_key = public_key(text)?;
    let asked = Ending { in_days: wanted.expires_in_days, at: wanted.expires_at.clone() };
    let expires_at = match asked.read(settings, (call.now, call.now))? {
        Some(expires_at) => expires_at,
        None => default_end(settings, call.now),
    };
    Ok(RequestKey {
        id,
        tenant_id: call.tenant,
        owner,
        name: name(label)?,
        description: description(&wanted.description)?,
        fingerprint: public_key.fingerprint(),
        public_key,
        grant: grant(wanted.level.as_deref(), wanted.scopes.as_deref())?
            .unwrap_or(KeyGrant::Level(KeyLevel::ReadWrite)),
        allowed_addresses: addresses(&wanted.allowed_addresses)?,
        rate_limit: wanted.rate_limit.map(|limit| rate(call, limit, settings)).transpose()?,
        status: KeyStatus::Active,
        status_reason: String::new(),
        expires_at,
        created_by: call.actor.reference(),
        created_at: call.now,
        updated_at: call.now,
    })
}

/// Name and key, in whichever of the two shapes they came.
fn named_key(wanted: &NewSigningKey) -> Result<(&str, &Value), Problem> {
    match (&wanted.signing_key, &wanted.name, &wanted.public_key) {
        (Some(GridRegistration { label, public_key }), None, None) => Ok((label, public_key)),
        (None, Some(name), Some(public_key)) => Ok((name, public_key)),
        (None, None, _) => Err(Problem::invalid("invalid_name", "A signing key needs a name.")),
        (None, Some(_), None) => {
            Err(Problem::invalid("invalid_public_key", "A signing key needs its public_key."))
        }
        (Some(_), ..) => {
            let detail = "Give name and public_key, or signing_key, and not both.";
            Err(Problem::invalid("invalid_public_key", detail))
        }
    }
}

/// Reads a key: a text, or a JWK as it is.
fn public_key(value: &Value) -> Result<PublicKey, Problem> {
    let read = match value {
        Value::String(text) => PublicKey::parse(text),
        Value::Object(_) => PublicKey::parse(&value.to_string()),
        _ => Err(PublicKeyError::Unreadable),
    };
    read.map_err(|why| {
        let problem = Problem::invalid("invalid_public_key", format!("public_key: {why}."));
        match why {
            PublicKeyError::Private => problem.fix("Consider this key known to others, and make a new pair."),
            _ => {
                problem.fix("openssl pkey -in private.pem -pubout prints the public half of an Ed25519 key.")
            }
        }
    })
}

/// The key after a change.
pub fn patched(
    call: &Call,
    key: &RequestKey,
    patch: &SigningKeyPatch,
    settings: &KeySettings,
) -> Result<RequestKey, Problem> {
    not_revoked(key)?;
    let mut changed = key.clone();
    if let Some(text) = &patch.name {
        changed.name = name(text)?;
    }
    if let Some(text) = &patch.description {
        changed.description = description(text)?;
    }
    if let Some(grant) = grant(patch.level.as_deref(), patch.scopes.as_deref())? {
        changed.grant = grant;
    }
    let asked = Ending { in_days: patch.expires_in_days, at: patch.expires_at.clone() };
    if let Some(expires_at) = asked.read(settings, (key.created_at, call.now))? {
        changed.expires_at = expires_at;
    }
    if let Some(list) = &patch.allowed_addresses {
        changed.allowed_addresses = addresses(list)?;
    }
    if let Some(limit) = patch.rate_limit {
        changed.rate_limit = limit.map(|limit| rate(call, limit, settings)).transpose()?;
    }
    if changed != *key {
        changed.updated_at = call.next_version(key.updated_at);
    }
    Ok(changed)
}

/// The key in another state.
pub fn with_status(call: &Call, key: &RequestKey, (status, reason): (KeyStatus, &str)) -> RequestKey {
    if key.status == status {
        return key.clone();
    }
    RequestKey {
        status,
        status_reason: reason.to_owned(),
        updated_at: call.next_version(key.updated_at),
        ..key.clone()
    }
}

/// What is revoked stays so.
pub fn not_revoked(key: &RequestKey) -> Result<(), Problem> {
    if key.status == KeyStatus::Revoked {
        let problem = Problem::conflict("key_revoked", "The key was revoked, which is final.");
        return Err(problem.fix("Make a new pair and register its public key."));
    }
    Ok(())
}
