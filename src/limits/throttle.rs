//! The rule of the throttle: so many attempts in a window, then pauses that grow and never outlast the window.
//!
//! An attempt is *reserved before* the secret is looked at ([`super::store::take`]) and given back when it was right.
//! So parallel guesses cannot slip past the count, and a sign-in that fails for any other reason has still been
//! counted. The longest pause is bounded by the window, so that nobody can be locked out for good by a stranger.

use std::net::{IpAddr, Ipv6Addr};
use std::time::Duration;

use uuid::Uuid;

use crate::clock::Timestamp;
use crate::secret::{Digest, HmacKey};

/// The most failures in a row that an account takes before it is blocked, whatever the rule says (NIST SP 800-63B
/// 3.2.2). A source may be many people and has no such bound.
pub const MAXIMUM_ATTEMPTS: u32 = 100;
/// The longest window; rows that are older can go.
pub(super) const LONGEST_WINDOW: Duration = Duration::from_secs(24 * 60 * 60);
/// The first pause is the window divided by two to this power; each later one is twice as long as the one before.
const FIRST_PAUSE_SHIFT: u32 = 3;

/// How many attempts a bucket has in how long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rule {
    attempts: u32,
    window: Duration,
}

impl Rule {
    /// `attempts` (at least one) in a `window` of a second to a day; what lies outside is moved to the nearest bound.
    pub fn new(attempts: u32, window: Duration) -> Self {
        Self { attempts: attempts.max(1), window: window.clamp(Duration::from_secs(1), LONGEST_WINDOW) }
    }

    /// Attempts without a pause.
    pub const fn attempts(self) -> u32 {
        self.attempts
    }

    /// How long failures are remembered, and the longest pause.
    pub const fn window(self) -> Duration {
        self.window
    }
}

/// What is counted: an account, a source, or a client at a source. A keyed digest, so that the table holds neither
/// mail addresses nor IP addresses, and nobody without the key can ask it about one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Bucket {
    digest: Digest,
    /// The most attempts without a pause.
    most: u32,
}

impl Bucket {
    /// The account with this look-up key ([`crate::users::Email::key`]) in one organisation, or, with `None`, where
    /// the organisation is not known yet.
    pub fn account(key: &HmacKey, tenant: Option<Uuid>, email_key: &str) -> Self {
        let tenant = tenant.unwrap_or_default();
        let parts = [tenant.as_bytes().as_slice(), email_key.as_bytes()];
        // The attempts between the pauses count too.
        Self { most: MAXIMUM_ATTEMPTS - FIRST_PAUSE_SHIFT, ..Self::of(key, b"account", &parts) }
    }

    /// A network address. Of IPv6 only the first 64 bits count: the rest belongs to one subscriber, who can change it
    /// at will (RFC 6177).
    pub fn source(key: &HmacKey, address: IpAddr) -> Self {
        Self::of(key, b"source", &[&network(address)])
    }

    /// An OAuth client at a network address.
    pub fn client(key: &HmacKey, client_id: &str, address: IpAddr) -> Self {
        Self::of(key, b"client", &[client_id.as_bytes(), &network(address)])
    }

    /// A browser, by the digest of its cookie.
    pub fn browser(key: &HmacKey, cookie: &Digest) -> Self {
        Self::of(key, b"browser", &[cookie.as_bytes()])
    }

    /// What a rate is counted for, such as a key: its kind and its identifier.
    pub fn rate(key: &HmacKey, kind: &str, id: &str) -> Self {
        Self::of(key, b"rate", &[kind.as_bytes(), id.as_bytes()])
    }

    /// The digest under which the bucket is stored.
    pub const fn digest(&self) -> Digest {
        self.digest
    }

    /// The rule as it holds for this bucket.
    pub(super) fn bounded(&self, rule: Rule) -> Rule {
        Rule { attempts: rule.attempts.min(self.most), ..rule }
    }

    fn of(key: &HmacKey, kind: &[u8], parts: &[&[u8]]) -> Self {
        let mut message = Vec::with_capacity(128);
        message.extend_from_slice(kind);
        for part in parts {
            // The length before each part, so that no two lists of parts give the same message.
            message.extend_from_slice(&(part.len() as u64).to_be_bytes());
            message.extend_from_slice(part);
        }
        Self { digest: Digest::from_bytes(key.sign(&message)), most: u32::MAX }
    }
}

fn network(address: IpAddr) -> [u8; 16] {
    match address.to_canonical() {
        IpAddr::V4(v4) => v4.to_ipv6_mapped().octets(),
        IpAddr::V6(v6) => {
            let [a, b, c, d, ..] = v6.segments();
            Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0).octets()
        }
    }
}

/// Whether an attempt may be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// Yes, and it has been counted.
    Allowed,
    /// No, not before `until`; nothing has been counted.
    Blocked {
        /// When the next attempt may be made.
        until: Timestamp,
    },
}

/// What is remembered of a bucket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Count {
    pub(super) failures: u32,
    pub(super) window_started_at: Timestamp,
    pub(super) blocked_until: Option<Timestamp>,
}

impl Count {
    /// A bucket that has seen nothing.
    pub(super) const fn empty(now: Timestamp) -> Self {
        Self { failures: 0, window_started_at: now, blocked_until: None }
    }

    /// Reserves one attempt: the new count, or when to come back.
    pub(super) fn take(self, rule: Rule, now: Timestamp) -> Result<Self, Timestamp> {
        let current = if self.is_over(rule, now) { Self::empty(now) } else { self };
        let end = current.window_started_at + rule.window;
        // Never past the window's end, whatever an earlier rule with a longer window wrote.
        if let Some(until) = current.blocked_until.map(|until| until.min(end)).filter(|until| *until > now) {
            return Err(until);
        }
        let failures = current.failures.saturating_add(1);
        let blocked_until =
            failures.checked_sub(rule.attempts).map(|beyond| end.min(now + pause(rule, beyond)));
        Ok(Self { failures, blocked_until, ..current })
    }

    /// Gives one attempt back.
    pub(super) const fn give_back(self) -> Self {
        Self { failures: self.failures.saturating_sub(1), blocked_until: None, ..self }
    }

    /// Whether the window has passed, or lies in a future that only a wrongly set clock can have written. Small
    /// differences between the clocks of two nodes do not count as such.
    fn is_over(self, rule: Rule, now: Timestamp) -> bool {
        now >= self.window_started_at + rule.window || self.window_started_at > now + rule.window
    }
}

/// The pause after the attempt that is `beyond` the last free one.
fn pause(rule: Rule, beyond: u32) -> Duration {
    rule.window / (1 << FIRST_PAUSE_SHIFT.saturating_sub(beyond))
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: Timestamp = Timestamp::from_seconds(1_800_000_000);

    fn key() -> HmacKey {
        HmacKey::new(&[7; 32])
    }

    fn minutes(n: u64) -> Duration {
        Duration::from_secs(n * 60)
    }

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    /// Counts how many attempts pass when one is made every second from `start` for `span`.
    fn hammer(count: &mut Count, rule: Rule, start: Timestamp, span: Duration) -> u32 {
        let mut passed = 0;
        for second in 0..span.as_secs() {
            if let Ok(next) = count.take(rule, start + Duration::from_secs(second)) {
                *count = next;
                passed += 1;
            }
        }
        passed
    }

    #[test]
    fn so_many_attempts_pass_at_once_and_no_more() {
        let rule = Rule::new(5, minutes(16));
        let mut count = Count::empty(START);
        for n in 0..5 {
            count = count.take(rule, START).unwrap_or_else(|_| panic!("attempt {n}"));
        }
        assert_eq!(count.take(rule, START), Err(START + minutes(2)));
    }

    #[test]
    fn pauses_double_and_end_with_the_window() {
        let rule = Rule::new(1, minutes(16));
        let (mut count, mut now, mut pauses) = (Count::empty(START), START, Vec::new());
        for _ in 0..4 {
            count = count.take(rule, now).unwrap();
            let until = count.take(rule, now).unwrap_err();
            pauses.push(until.since(now).as_secs() / 60);
            now = until;
        }
        assert_eq!(pauses, [2, 4, 8, 2], "the last one is cut by the end of the window");
        assert_eq!(now, START + minutes(16));
        assert_eq!(
            count.take(rule, now),
            Ok(Count { blocked_until: Some(now + minutes(2)), ..Count::empty(now) }.with(1))
        );
    }

    impl Count {
        fn with(self, failures: u32) -> Self {
            Self { failures, ..self }
        }
    }

    #[test]
    fn an_attacker_who_never_stops_gets_few_and_the_owner_is_never_shut_out_for_good() {
        let rule = Rule::new(5, minutes(16));
        let mut count = Count::empty(START);
        let passed = hammer(&mut count, rule, START, minutes(160));
        assert!((80..=90).contains(&passed), "{passed} in ten windows");
        let until = count.take(rule, START + minutes(160)).err();
        assert!(until.is_none_or(|until| until <= START + minutes(176)));
    }

    #[test]
    fn an_account_takes_no_more_than_a_hundred_in_a_window_whatever_the_rule() {
        let rule = Rule::new(100_000, minutes(16));
        let account = Bucket::account(&key(), None, "ada@example.com").bounded(rule);
        assert_eq!(hammer(&mut Count::empty(START), account, START, minutes(16)), MAXIMUM_ATTEMPTS);
        assert_eq!(Bucket::source(&key(), ip("192.0.2.1")).bounded(rule), rule);
        assert_eq!(Rule::new(0, Duration::ZERO), Rule::new(1, Duration::from_secs(1)));
        assert_eq!(Rule::new(5, minutes(100_000)).window(), LONGEST_WINDOW);
    }

    #[test]
    fn a_given_back_attempt_can_be_made_again() {
        let rule = Rule::new(2, minutes(16));
        let full = Count::empty(START).take(rule, START).unwrap().take(rule, START).unwrap();
        assert!(full.take(rule, START).is_err());
        let back = full.give_back();
        assert_eq!(back.take(rule, START), Ok(full));
        assert_eq!(Count::empty(START).give_back(), Count::empty(START));
    }

    #[test]
    fn clocks_that_disagree_a_little_forget_nothing_and_a_wild_one_does_not_lock() {
        let rule = Rule::new(1, minutes(16));
        let ahead =
            Count::empty(START + Duration::from_secs(2)).take(rule, START + Duration::from_secs(2)).unwrap();
        assert!(ahead.take(rule, START).is_err());
        let wild =
            Count { blocked_until: Some(START + minutes(9_000)), ..Count::empty(START + minutes(8_000)) };
        assert!(wild.take(rule, START).is_ok());
        // A rule that was made shorter cuts a pause that an earlier one has written.
        let long = Count { blocked_until: Some(START + minutes(900)), ..Count::empty(START) }.with(9);
        assert_eq!(long.take(rule, START), Err(START + minutes(16)));
    }

    #[test]
    fn buckets_differ_by_all_they_are_made_of() {
        let tenant = Uuid::from_u128(1);
        let all = [
            Bucket::account(&key(), None, "ada@example.com"),
            Bucket::account(&key(), Some(tenant), "ada@example.com"),
            Bucket::account(&key(), Some(tenant), "eve@example.com"),
            Bucket::account(&HmacKey::new(&[8; 32]), Some(tenant), "ada@example.com"),
            Bucket::source(&key(), ip("192.0.2.1")),
            Bucket::source(&key(), ip("192.0.2.2")),
            Bucket::source(&key(), ip("2001:db8:1:2::1")),
            Bucket::source(&key(), ip("2001:db8:1:3::1")),
            Bucket::client(&key(), "app", ip("192.0.2.1")),
            Bucket::client(&key(), "app2", ip("192.0.2.1")),
        ];
        let unique: std::collections::HashSet<_> = all.iter().collect();
        assert_eq!(unique.len(), all.len());
    }

    #[test]
    fn one_subscriber_is_one_source() {
        assert_eq!(
            Bucket::source(&key(), ip("2001:db8:1:2::1")),
            Bucket::source(&key(), ip("2001:db8:1:2:ffff:1:2:3"))
        );
        assert_eq!(Bucket::source(&key(), ip("::ffff:192.0.2.1")), Bucket::source(&key(), ip("192.0.2.1")));
    }
}
