//! What a device authorization is, how it stands, and how often a device may ask.

use std::time::Duration;

use crate::clients::ClientPk;
use crate::clock::Timestamp;
use crate::id::Id;
use crate::secret::Digest;
use crate::sessions::SessionId;
use crate::tenants::TenantId;
use crate::text::text_enum;
use crate::users::UserId;

/// The identifier of a [`DeviceAuthorization`].
pub type DeviceAuthorizationId = Id<DeviceAuthorization>;

/// How long the codes can be used.
pub const LIFETIME: Duration = Duration::from_secs(600);
/// How long a device waits between two questions at first, in seconds. Whoever asks sooner waits as much longer from
/// then on (RFC 8628 3.5).
pub const INTERVAL: i64 = 5;

text_enum! {
    /// How far a device authorization has come.
    pub enum DeviceState {
        /// Nobody has decided yet.
        Pending = "pending",
        /// Somebody allowed it; the device has not fetched its tokens.
        Approved = "approved",
        /// Somebody did not allow it.
        Denied = "denied",
        /// The device has fetched its tokens.
        Redeemed = "redeemed",
        /// What it hangs on was ended.
        Ended = "ended",
    }
}

/// A device that waits for somebody to sign in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeviceAuthorization {
    /// Identifier.
    pub id: DeviceAuthorizationId,
    /// The organisation that owns the client.
    pub tenant_id: TenantId,
    /// The client.
    pub client_pk: ClientPk,
    /// The organisation that the issuer is confined to.
    pub issuer_tenant_id: Option<TenantId>,
    /// Digest of the device's code.
    pub device_digest: Digest,
    /// Keyed digest of the person's code.
    pub user_digest: Digest,
    /// What was asked for, in the order of the request.
    pub scopes: Vec<String>,
    /// The APIs that access tokens shall be for.
    pub audiences: Vec<String>,
    /// From where it was started.
    pub address: String,
    /// With what program.
    pub user_agent: String,
    /// How far it has come.
    pub state: DeviceState,
    /// How many seconds the device has to wait between two questions.
    pub poll_interval: i64,
    /// When it last asked.
    pub polled_at: Option<Timestamp>,
    /// Who allowed or refused it.
    pub approval: Option<Approval>,
    /// When it was started.
    pub created_at: Timestamp,
    /// When it is given up.
    pub expires_at: Timestamp,
}

/// Who decided, and with which session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Approval {
    /// The person's organisation.
    pub tenant_id: TenantId,
    /// The person.
    pub user_id: UserId,
    /// The browser session.
    pub session_id: SessionId,
}

/// What a device that asks is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// To wait.
    Pending,
    /// That it may have its tokens.
    Approved(Approval),
    /// That somebody said no.
    Denied,
    /// That it took too long.
    Expired,
    /// Nothing good: the code was used before.
    Redeemed,
    /// Nothing: what it hangs on was ended.
    Ended,
}

impl DeviceAuthorization {
    /// How it stands.
    pub fn standing(&self, now: Timestamp) -> Standing {
        match (self.state, self.approval) {
            (DeviceState::Redeemed, _) => Standing::Redeemed,
            (DeviceState::Ended, _) | (DeviceState::Approved, None) => Standing::Ended,
            _ if now >= self.expires_at => Standing::Expired,
            (DeviceState::Denied, _) => Standing::Denied,
            (DeviceState::Approved, Some(approval)) => Standing::Approved(approval),
            (DeviceState::Pending, _) => Standing::Pending,
        }
    }

    /// Whether somebody may still decide.
    pub fn is_open(&self, now: Timestamp) -> bool {
        self.standing(now) == Standing::Pending
    }
}

/// What follows from a question at `now`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pace {
    /// Whether it came too soon.
    pub too_soon: bool,
    /// How many seconds the device has to wait from now on.
    pub interval: i64,
}

/// RFC 8628 3.5: whoever asks before the interval is over waits five seconds longer, this time and every time after.
pub fn pace(polled_at: Option<Timestamp>, interval: i64, now: Timestamp) -> Pace {
    let wait = Duration::from_secs(u64::try_from(interval).unwrap_or_default());
    let too_soon = polled_at.is_some_and(|before| now < before + wait);
    let longest = i64::try_from(LIFETIME.as_secs()).unwrap_or(i64::MAX);
    Pace { too_soon, interval: if too_soon { (interval + INTERVAL).min(longest) } else { interval } }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Random;

    const NOW: Timestamp = Timestamp::from_seconds(1_800_000_000);

    fn seconds(n: u64) -> Duration {
        Duration::from_secs(n)
    }

    fn one(state: DeviceState) -> DeviceAuthorization {
        let random = Random::default();
        let approval =
            Approval { tenant_id: random.id(NOW), user_id: random.id(NOW), session_id: random.id(NOW) };
        DeviceAuthorization {
            id: random.id(NOW),
            tenant_id: approval.tenant_id,
            client_pk: random.id(NOW),
            issuer_tenant_id: None,
            device_digest: Digest::of(b"d"),
            user_digest: Digest::of(b"u"),
            scopes: Vec::new(),
            audiences: Vec::new(),
            address: String::new(),
            user_agent: String::new(),
            state,
            poll_interval: INTERVAL,
            polled_at: None,
            approval: (state != DeviceState::Pending).then_some(approval),
            created_at: NOW,
            expires_at: NOW + LIFETIME,
        }
    }

    #[test]
    fn it_stands_as_it_was_left_until_its_time_is_over() {
        let last = NOW + LIFETIME - Duration::from_micros(1);
        for (state, before, after) in [
            (DeviceState::Pending, Standing::Pending, Standing::Expired),
            (DeviceState::Denied, Standing::Denied, Standing::Expired),
            (DeviceState::Redeemed, Standing::Redeemed, Standing::Redeemed),
            (DeviceState::Ended, Standing::Ended, Standing::Ended),
        ] {
            assert_eq!(
                (one(state).standing(last), one(state).standing(NOW + LIFETIME)),
                (before, after),
                "{state}"
            );
        }
        let approved = one(DeviceState::Approved);
        assert_eq!(approved.standing(last), Standing::Approved(approved.approval.unwrap()));
        assert_eq!(approved.standing(NOW + LIFETIME), Standing::Expired);
        assert!(one(DeviceState::Pending).is_open(last) && !approved.is_open(NOW));
        let nobodys = DeviceAuthorization { approval: None, ..approved };
        assert_eq!(nobodys.standing(NOW), Standing::Ended, "approved by nobody");
    }

    #[test]
    fn whoever_asks_too_soon_waits_longer_from_then_on() {
        assert_eq!(pace(None, 5, NOW), Pace { too_soon: false, interval: 5 });
        assert_eq!(pace(Some(NOW), 5, NOW + seconds(5)), Pace { too_soon: false, interval: 5 });
        assert_eq!(pace(Some(NOW), 5, NOW + seconds(4)), Pace { too_soon: true, interval: 10 });
        assert_eq!(pace(Some(NOW), 10, NOW + seconds(9)), Pace { too_soon: true, interval: 15 });
        assert_eq!(pace(Some(NOW), 10, NOW + seconds(10)), Pace { too_soon: false, interval: 10 });
        assert_eq!(pace(Some(NOW), 600, NOW).interval, 600, "never past the end");
    }
}
