//! What a session is and when it is over.

use std::time::Duration;

use crate::clock::Timestamp;
use crate::id::Id;
use crate::secret::Digest;
use crate::tenants::{SessionSettings, TenantId};
use crate::users::UserId;

/// The identifier of a [`Session`]; the `sid` claim.
pub type SessionId = Id<Session>;

/// A person signed in in one browser.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// Identifier; the `sid` claim.
    pub id: SessionId,
    /// The organisation.
    pub tenant_id: TenantId,
    /// The person.
    pub user_id: UserId,
    /// Digest of the browser's cookie.
    pub browser: Digest,
    /// When the person last proved who they are; the `auth_time` claim.
    pub authenticated_at: Timestamp,
    /// How; the `amr` claim (RFC 8176).
    pub amr: Vec<String>,
    /// From where.
    pub address: String,
    /// With what program.
    pub user_agent: String,
    /// When it began.
    pub created_at: Timestamp,
    /// When the browser last came by.
    pub last_seen_at: Timestamp,
    /// When it ends however much it is used.
    pub expires_at: Timestamp,
}

/// How long sessions last.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Without use.
    pub idle: Duration,
    /// In all.
    pub absolute: Duration,
}

impl Limits {
    /// The same for an organisation's people: it may be stricter than the server, never laxer.
    #[must_use]
    pub fn within(self, settings: SessionSettings) -> Self {
        let shorter = |server: Duration, own: Option<u32>| {
            own.map_or(server, |seconds| server.min(Duration::from_secs(u64::from(seconds))))
        };
        Self { idle: shorter(self.idle, settings.idle), absolute: shorter(self.absolute, settings.absolute) }
    }
}

impl Session {
    /// How much `last_seen_at` may lag, so that not every request writes.
    pub const SEEN_STEP: Duration = Duration::from_secs(60);

    /// The same for an organisation that lets its people stay signed in no longer than it says.
    #[must_use]
    pub fn within(self, settings: SessionSettings) -> Self {
        let longest = settings.absolute.map(|seconds| Duration::from_secs(u64::from(seconds)));
        let expires_at =
            longest.map_or(self.expires_at, |longest| self.expires_at.min(self.created_at + longest));
        Self { expires_at, ..self }
    }

    /// Whether both limits still hold. One that was shortened since the session began counts too.
    pub fn is_live(&self, limits: Limits, now: Timestamp) -> bool {
        now < self.expires_at
            && now.since(self.last_seen_at) < limits.idle
            && now.since(self.created_at) < limits.absolute
    }

    /// Whether `last_seen_at` is due for an update.
    pub fn needs_touch(&self, now: Timestamp) -> bool {
        now.since(self.last_seen_at) >= Self::SEEN_STEP
    }
}

/// The `acr` claim for what was used to sign in: the authentication levels that discovery names.
pub fn acr_of(amr: &[String]) -> &'static str {
    if amr.iter().any(|method| method == "mfa") { "urn:gridkey:acr:2" } else { "urn:gridkey:acr:1" }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Random;

    #[test]
    fn both_limits_end_a_session() {
        let random = Random::default();
        let start = Timestamp::from_seconds(1_000);
        let hour = Duration::from_secs(3600);
        let session = Session {
            id: random.id(start),
            tenant_id: random.id(start),
            user_id: random.id(start),
            browser: Digest::of(b"x"),
            authenticated_at: start,
            amr: vec!["pwd".into()],
            address: String::new(),
            user_agent: String::new(),
            created_at: start,
            last_seen_at: start + hour,
            expires_at: start + hour * 3,
        };
        let limits = Limits { idle: hour, absolute: hour * 3 };
        assert!(session.is_live(limits, start + hour));
        assert!(!session.is_live(limits, start + hour * 2), "idle");
        let stricter = SessionSettings { idle: None, absolute: Some(3600) };
        assert!(!session.is_live(limits.within(stricter), start + hour), "the organisation's");
        let laxer = SessionSettings { idle: Some(1_000_000), absolute: None };
        assert!(!session.is_live(limits.within(laxer), start + hour * 2), "never laxer");
        let used = Session { last_seen_at: start + hour * 3, ..session };
        assert!(!used.is_live(limits, start + hour * 3), "absolute");
    }
}
