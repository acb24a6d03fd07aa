//! Who signed a request, and what they may do right now.

mod check;

use std::hash::BuildHasher;
use std::net::IpAddr;
use std::sync::Arc;

use super::identity::{Credential, Denied, Identity};
use super::{App, SPREAD};
use crate::clock::Timestamp;
use crate::config::{Config, SignatureQueryMode, SignatureReplayPolicy};
use crate::credentials::{KeyState, Principal};
use crate::db::DbError;
use crate::request_keys::{
    self, Authority, BodyRule, ClockWindow, Fingerprint, GridRules, HeaderPrefix, QueryMode, Replay,
    ReplayPolicy, RequestKey, Rfc9421Rules, Rules, SignedRequest, UriScheme,
};
use crate::tenants::{Profiles, SignatureQuery, SignatureReplay};

pub use check::{SignatureCheck, SignatureFault};

/// Why a key by which a request is signed does not count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyFault {
    /// It was revoked.
    Revoked,
    /// It was disabled.
    Disabled,
    /// Its time is over.
    Expired,
    /// It belongs to another organisation than the API.
    WrongTenant,
    /// The person, the service account or the organisation does not take part.
    OwnerInactive,
    /// It may not be used from here.
    AddressNotAllowed,
    /// The request was made before, and is good only once.
    Replayed,
}

impl KeyFault {
    /// A stable word.
    pub const fn reason(self) -> &'static str {
        match self {
            Self::Revoked => "revoked",
            Self::Disabled => "disabled",
            Self::Expired => "expired",
            Self::WrongTenant => "wrong_tenant",
            Self::OwnerInactive => "owner_inactive",
            Self::AddressNotAllowed => "address_not_allowed",
            Self::Replayed => "replayed_request",
        }
    }
}

/// What the configuration says of signed requests, in the words of those who check them.
pub(super) struct Signatures {
    rules: Rules,
    /// The same with what else the headers of some profile begin with.
    others: Vec<Rules>,
    replay: ReplayPolicy,
    /// Headers of which every request that is signed has one.
    headers: Vec<String>,
}

impl Signatures {
    pub(super) fn new(config: &Config, profiles: Profiles) -> Self {
        let edge = &config.edge;
        // What is written wrongly was refused when the configuration was read.
        let grid = GridRules {
            prefix: HeaderPrefix::parse(&edge.signature_header_prefix).unwrap_or_default(),
            query: match edge.signature_query {
                SignatureQueryMode::Include => QueryMode::Include,
                SignatureQueryMode::Exclude => QueryMode::Exclude,
                SignatureQueryMode::Either => QueryMode::Either,
            },
            bodies: if edge.signature_any_body { BodyRule::Any } else { BodyRule::Json },
        };
        let window = u16::try_from(edge.signature_window.as_secs()).unwrap_or_default();
        let rules = Rules {
            window: ClockWindow::new(window).unwrap_or_default(),
            grid: Some(grid),
            rfc9421: Some(Rfc9421Rules { authorities: authorities(config) }),
        };
        let named = profiles.iter().filter_map(|profile| profile.signatures.header_prefix.as_deref());
        let mut others: Vec<Rules> = Vec::new();
        for prefix in named.filter_map(|text| HeaderPrefix::parse(text).ok()) {
            let is_known = |rules: &Rules| rules.grid.as_ref().is_some_and(|grid| grid.prefix == prefix);
            if !is_known(&rules) && !others.iter().any(is_known) {
                let grid = rules.grid.clone().map(|grid| GridRules { prefix, ..grid });
                others.push(Rules { grid, ..rules.clone() });
            }
        }
        let headers =
            std::iter::once(&rules).chain(&others).flat_map(request_keys::signing_headers).collect();
        Self {
            headers,
            rules,
            others,
            replay: match edge.signature_replay {
                SignatureReplayPolicy::Off => ReplayPolicy::Off,
                SignatureReplayPolicy::Unsafe => ReplayPolicy::Unsafe,
                SignatureReplayPolicy::All => ReplayPolicy::All,
            },
        }
    }
}

impl Signatures {
    /// The rules for a request, by what its headers begin with.
    fn rules_of(&self, request: &SignedRequest<'_>) -> &Rules {
        if self.others.is_empty() || request_keys::is_signed(request, &self.rules) {
            return &self.rules;
        }
        self.others.iter().find(|rules| request_keys::is_signed(request, rules)).unwrap_or(&self.rules)
    }
}

/// The hosts that are ours, as clients of either scheme write them.
fn authorities(config: &Config) -> Vec<Authority> {
    let url = &config.server.public_url;
    let mut texts = config.edge.signature_authorities.0.clone();
    if texts.is_empty() {
        let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
        texts.push(format!("{}{port}", url.host_str().unwrap_or_default()));
    }
    let forms = |text: &String| {
        UriScheme::ALL.iter().map(|&scheme| Authority::parse(scheme, text)).collect::<Vec<_>>()
    };
    texts.iter().flat_map(forms).filter_map(Result::ok).collect()
}

impl App {
    /// Whether a request says that it is signed for us, well or badly.
    pub fn is_signed(&self, request: &SignedRequest<'_>) -> bool {
        request_keys::is_signed(request, self.signatures.rules_of(request))
    }

    /// Whether a request could be signed for us, by the headers that it has.
    pub fn may_be_signed(&self, has: impl Fn(&str) -> bool) -> bool {
        self.signatures.headers.iter().any(|name| has(name))
    }

    /// The registered key that a request names, whatever is wrong with the request. Nothing of it is proved.
    pub async fn named_key(&self, request: &SignedRequest<'_>) -> Option<Arc<RequestKey>> {
        let fingerprint = request_keys::claimed_fingerprint(request, self.signatures.rules_of(request))?;
        self.request_key(fingerprint).await.ok().flatten()
    }

    /// The scheme by which people reach this server, for requests of which nobody says it.
    pub fn usual_scheme(&self) -> UriScheme {
        if self.is_https() { UriScheme::Https } else { UriScheme::Http }
    }

    /// Who signed this request, which came from this address and is for an API of the organisation of that slug, or of
    /// any. A request that is good only once is used up by this, when everything else about its signature is right.
    ///
    /// # Errors
    /// Why it is not taken.
    pub async fn identify_signature(
        &self,
        request: &SignedRequest<'_>,
        tenant: Option<&str>,
        (from, now): (IpAddr, Timestamp),
    ) -> Result<Identity, Denied> {
        let claimed = request_keys::parse(request, self.signatures.rules_of(request), now)?;
        let key = self.request_key(claimed.fingerprint()).await?.ok_or(Denied::Unknown)?;
        let principal = self.signer(&key, tenant, (from, now)).await?;
        let profile = self.profile_of(&principal.tenant)?;
        let settings = principal.tenant.settings.signatures;
        let claimed = match settings.query.or(profile.signatures.query).map(query_mode) {
            Some(mode) => claimed.with_query_mode(mode),
            None => claimed,
        };
        let verified = claimed.verify(&key.public_key)?;
        let policy = settings.replay.map_or(self.signatures.replay, replay_policy);
        if let Some(replay) = verified.replay(policy) {
            // Without the store nobody knows what was seen. What changes nothing may go on, unless it was said that it
            // may not.
            let open = request.is_safe() && policy != ReplayPolicy::All;
            match self.first_of_its_kind(&key, replay, now).await {
                Ok(true) => {}
                Ok(false) => return Err(Denied::SigningKey(KeyFault::Replayed, key)),
                Err(error) if open => {
                    tracing::warn!(%error, "a signed request was let through without a look for its replays");
                }
                Err(error) => return Err(error.into()),
            }
        }
        let levels = profile.levels(&principal.tenant.settings.api_keys);
        let permissions = principal.narrowed_by(&key.grant, &levels);
        let credential =
            Credential::SignedRequest { key, scheme: verified.scheme(), query_signed: verified.query() };
        Ok(Identity { principal: Arc::clone(&principal), credential, permissions })
    }

    /// Who owns the key, if it may be used for an API of that organisation, from there, now.
    async fn signer(
        &self,
        key: &Arc<RequestKey>,
        tenant: Option<&str>,
        (from, now): (IpAddr, Timestamp),
    ) -> Result<Arc<Principal>, Denied> {
        let denied = |fault| Denied::SigningKey(fault, Arc::clone(key));
        match key.state(now) {
            KeyState::Works => {}
            KeyState::Revoked => return Err(denied(KeyFault::Revoked)),
            KeyState::Disabled => return Err(denied(KeyFault::Disabled)),
            KeyState::Expired => return Err(denied(KeyFault::Expired)),
        }
        if !key.allowed_addresses.admits(from) {
            return Err(denied(KeyFault::AddressNotAllowed));
        }
        let principal = self.principal(key.tenant_id, key.owner).await?;
        let principal = principal.filter(|principal| principal.is_active);
        let principal = principal.ok_or_else(|| denied(KeyFault::OwnerInactive))?;
        if tenant.is_some_and(|tenant| tenant != principal.tenant.slug.as_str()) {
            return Err(denied(KeyFault::WrongTenant));
        }
        Ok(principal)
    }

    /// Remembers a request, in the database that all nodes share. `false` when one of them has seen it.
    async fn first_of_its_kind(
        &self,
        key: &RequestKey,
        replay: Replay,
        now: Timestamp,
    ) -> Result<bool, DbError> {
        let (tenant, expires_at) = (key.tenant_id, now + replay.memory);
        self.db
            .write(move |conn| request_keys::store::note_replay(conn, tenant, &replay.key, expires_at))
            .await
    }

    /// The key of this fingerprint, whether it works or not.
    async fn request_key(&self, fingerprint: Fingerprint) -> Result<Option<Arc<RequestKey>>, DbError> {
        let known = || {
            let remembered = self.memory.remembered(&self.memory.request_keys, &fingerprint);
            remembered.filter(|_| self.feed().is_current())
        };
        if let Some(key) = known() {
            return Ok(Some(key));
        }
        let _flight = self.memory.flight(SPREAD.hash_one(fingerprint)).await;
        if let Some(key) = known() {
            return Ok(Some(key));
        }
        let before = self.memory.before();
        let found = self
            .db
            .read_short(move |conn| request_keys::store::find_by_fingerprint(conn, &fingerprint))
            .await?
            .map(|key| Arc::new(key.for_verdicts()));
        if let Some(key) = &found {
            before.remember(&self.memory.request_keys, fingerprint, (key.tenant_id, key));
        }
        Ok(found)
    }
}

const fn query_mode(own: SignatureQuery) -> QueryMode {
    match own {
        SignatureQuery::Include => QueryMode::Include,
        SignatureQuery::Exclude => QueryMode::Exclude,
        SignatureQuery::Either => QueryMode::Either,
    }
}

const fn replay_policy(own: SignatureReplay) -> ReplayPolicy {
    match own {
        SignatureReplay::Off => ReplayPolicy::Off,
        SignatureReplay::Unsafe => ReplayPolicy::Unsafe,
        SignatureReplay::All => ReplayPolicy::All,
    }
}
