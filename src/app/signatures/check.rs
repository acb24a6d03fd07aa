//! What the edge would say of a signed request, and what it expected to be signed. Nothing is used up, counted or written
//! down by it.

use std::net::IpAddr;

use super::{App, Denied, KeyFault, query_mode, replay_policy};
use crate::clock::Timestamp;
use crate::credentials::KeyState;
use crate::db::DbError;
use crate::request_keys::{
    self, Claimed, Expected, HeaderPrefix, ReplayPolicy, RequestKey, Rules, SignatureError, SignedRequest,
    expected, store,
};
use crate::tenants::{Tenant, UnknownProfile};

/// Why a request would not be taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignatureFault {
    /// Its signature, or what it says of it.
    Signature(SignatureError),
    /// The key.
    Key(KeyFault),
}

impl SignatureFault {
    /// The word that a verdict has for it.
    pub const fn reason(self) -> &'static str {
        match self {
            Self::Signature(error) => error.reason(),
            Self::Key(fault) => fault.reason(),
        }
    }
}

/// What was found.
#[derive(Clone, Debug)]
pub struct SignatureCheck {
    /// Why the request would not be taken now; nothing when it would.
    pub fault: Option<SignatureFault>,
    /// Whether the signature is that of the key for this request, whatever the time and the key's state.
    pub fits: bool,
    /// What should have been signed, or why that cannot be said.
    pub expected: Result<Expected, SignatureError>,
}

impl App {
    /// Names of the three headers of `grid-v1` in an organisation, in lower case: signature, timestamp, fingerprint.
    ///
    /// # Errors
    /// When the organisation's profile is not known here.
    pub fn grid_headers(&self, tenant: &Tenant) -> Result<Vec<String>, UnknownProfile> {
        let profile = self.profile_of(tenant)?;
        let own = profile.signatures.header_prefix.as_deref();
        let own = own.and_then(|text| HeaderPrefix::parse(text).ok());
        let is_own =
            |rules: &&Rules| rules.grid.as_ref().is_some_and(|grid| Some(&grid.prefix) == own.as_ref());
        let rules = self.signatures.others.iter().find(is_own).unwrap_or(&self.signatures.rules);
        let only = Rules { rfc9421: None, ..rules.clone() };
        Ok(request_keys::signing_headers(&only))
    }

    /// What the edge would say of this request as one that this key of this organisation signed.
    ///
    /// # Errors
    /// Those of the database, and when the organisation's profile is not known here.
    pub async fn check_signature(
        &self,
        request: &SignedRequest<'_>,
        (key, tenant): (&RequestKey, &Tenant),
        (from, now): (Option<IpAddr>, Timestamp),
    ) -> Result<SignatureCheck, Denied> {
        let rules = self.signatures.rules_of(request);
        let settings = tenant.settings.signatures;
        let profile = self.profile_of(tenant)?;
        let mode = settings.query.or(profile.signatures.query).map(query_mode);
        let at = |time: Timestamp| -> Result<Claimed, SignatureError> {
            let claimed = request_keys::parse(request, rules, time)?;
            Ok(match mode {
                Some(mode) => claimed.with_query_mode(mode),
                None => claimed,
            })
        };
        let expected = expected(request, rules, mode);
        let claimed = at(now);
        // A signature that is too old may still be one of this key.
        let whenever = match (&claimed, &expected) {
            (Err(error), Ok(expected)) if error.is_about_time() => at(expected.created),
            _ => claimed.clone(),
        };
        let fits = whenever.and_then(|claimed| claimed.verify(&key.public_key)).is_ok();
        let policy = settings.replay.map_or(self.signatures.replay, replay_policy);
        let fault = match claimed {
            Err(error) => Some(SignatureFault::Signature(error)),
            Ok(claimed) => self.fault(key, (&claimed, policy), (from, now)).await?,
        };
        Ok(SignatureCheck { fault, fits, expected })
    }

    /// Why what a request claims does not count, in the order in which the edge looks.
    async fn fault(
        &self,
        key: &RequestKey,
        (claimed, policy): (&Claimed, ReplayPolicy),
        (from, now): (Option<IpAddr>, Timestamp),
    ) -> Result<Option<SignatureFault>, DbError> {
        if claimed.fingerprint() != key.fingerprint {
            return Ok(Some(SignatureFault::Signature(SignatureError::KeyMismatch)));
        }
        if let Some(fault) = self.fault_of(key, from, now).await? {
            return Ok(Some(SignatureFault::Key(fault)));
        }
        let verified = match claimed.verify(&key.public_key) {
            Ok(verified) => verified,
            Err(error) => return Ok(Some(SignatureFault::Signature(error))),
        };
        let Some(replay) = verified.replay(policy) else { return Ok(None) };
        let tenant = key.tenant_id;
        let was_made = self.db.read(move |conn| store::is_replay(conn, tenant, &replay.key)).await?;
        Ok(was_made.then_some(SignatureFault::Key(KeyFault::Replayed)))
    }

    /// What keeps the key from being used.
    async fn fault_of(
        &self,
        key: &RequestKey,
        from: Option<IpAddr>,
        now: Timestamp,
    ) -> Result<Option<KeyFault>, DbError> {
        match key.state(now) {
            KeyState::Works => {}
            KeyState::Revoked => return Ok(Some(KeyFault::Revoked)),
            KeyState::Disabled => return Ok(Some(KeyFault::Disabled)),
            KeyState::Expired => return Ok(Some(KeyFault::Expired)),
        }
        if from.is_some_and(|from| !key.allowed_addresses.admits(from)) {
            return Ok(Some(KeyFault::AddressNotAllowed));
        }
        let principal = self.principal(key.tenant_id, key.owner).await?;
        let is_active = principal.is_some_and(|principal| principal.is_active);
        Ok((!is_active).then_some(KeyFault::OwnerInactive))
    }
}
