//! Tests of what is counted of a key.

use std::time::Duration;

use uuid::Uuid;

use super::super::Door;
use super::super::known::KNOWN_FOR;
use super::*;

const NOW: Timestamp = Timestamp::from_seconds(1_800_000_000);
const SECOND: Duration = Duration::from_secs(1);
const MINUTE: Duration = Duration::from_secs(60);

fn tally() -> Tally {
    Tally::new(TenantId::new(Uuid::from_u128(1)), KeyKind::Api)
}

fn signing() -> Tally {
    Tally { kind: KeyKind::Signing, ..tally() }
}

fn used(at: Timestamp) -> Use {
    Use { at, address: one_form(IpAddr::from([192, 0, 2, 1])), agent: None }
}

fn from(network: u8, at: Timestamp) -> Use {
    Use { address: one_form(IpAddr::from([10, 0, network, 1])), ..used(at) }
}

/// A use that ended so, at this door, from a network that is not new.
fn line(used: Use, (outcome, door): (&'static str, Door)) -> Line {
    Line::of(used, (Outcome::of(outcome), door), (true, false))
}

/// A use from a network that may be new.
fn new(used: Use) -> Line {
    Line::of(used, (Outcome::of("allowed"), Door::Verify), (true, true))
}

/// A request with a key that is not taken.
fn refused(used: Use) -> Line {
    Line::of(used, (Outcome::of("revoked"), Door::Verify), (false, false))
}

fn networks(tally: &Tally) -> Vec<(String, Timestamp)> {
    tally.networks().into_iter().map(|(network, first)| (network.to_string(), first.at)).collect()
}

fn counts(tally: &Tally) -> Vec<(&'static str, i64)> {
    let mut all: Vec<_> = tally.counts().collect();
    all.sort_by_key(|count| (count.hour(), count.outcome.as_str()));
    all.into_iter().map(|count| (count.outcome.as_str(), count.requests)).collect()
}

#[test]
fn what_is_kept_of_a_key_is_small() {
    let size = size_of::<(Uuid, Tally)>() + size_of::<Count>() + size_of::<Line>();
    assert!(size <= 144, "{size} bytes for each key in use");
    assert!(size_of::<Line>() <= 48, "{} bytes for each line", size_of::<Line>());
}

#[test]
fn a_key_that_is_used_once_has_one_line_and_nothing_rare() {
    let mut one = tally();
    one.count(NOW, Outcome::of("allowed"), 1);
    one.note(new(from(7, NOW)), true);
    assert_eq!((one.lines.len(), one.rare.is_none(), one.extras()), (1, true, 0));
    assert_eq!(one.last(), Some(&from(7, NOW)));
    assert_eq!(networks(&one), [("10.0.7.0/24".to_owned(), NOW)]);
    assert_eq!(one.counts().map(Count::hour).collect::<Vec<_>>(), [NOW.hour()]);
}

#[test]
fn tallies_of_one_key_add_up() {
    let (mut one, mut two) = (tally(), tally());
    let (allowed, revoked) = (Outcome::of("allowed"), Outcome::of("revoked"));
    one.count(NOW, allowed, 2);
    one.note(line(used(NOW), ("allowed", Door::Verify)), true);
    two.count(NOW, revoked, 1);
    two.count(NOW, allowed, 3);
    two.count(NOW - KNOWN_FOR, allowed, 4);
    two.note(line(used(NOW - KNOWN_FOR), ("allowed", Door::Verify)), true);
    two.used_previous(used(NOW + SECOND));
    two.used_previous(used(NOW));
    two.used_previous(used(NOW - KNOWN_FOR));
    for network in 0..=u8::MAX {
        two.note(new(from(network, NOW - MINUTE)), true);
    }
    one.merge(two, true);
    assert_eq!(counts(&one), [("allowed", 4), ("allowed", 5), ("revoked", 1)]);
    assert_eq!(one.last(), Some(&used(NOW)));
    assert_eq!(networks(&one).len(), MOST_NETWORKS);
    assert_eq!(one.previous().map(|used| used.at).collect::<Vec<_>>(), [NOW - KNOWN_FOR, NOW + SECOND]);
    assert_eq!(counts(&tally()), [], "nothing is counted yet");
}

#[test]
fn names_of_programs_and_addresses_are_kept_as_they_are_written() {
    let mut agents = Agents::default();
    let mut seen = |address: [u8; 16], user_agent| {
        Use::of(
            Seen { address: IpAddr::from(address), user_agent, door: Door::Verify, now: NOW },
            &mut agents,
        )
    };
    let nowhere = seen([0; 16], "");
    assert_eq!((nowhere.agent(), nowhere.address().as_str(), nowhere.network()), ("", "", None));
    let mapped = seen(std::net::Ipv4Addr::new(203, 0, 113, 7).to_ipv6_mapped().octets(), "a\u{0}\nb");
    assert_eq!((mapped.agent(), mapped.address().as_str()), ("ab", "203.0.113.7"));
    assert_eq!(mapped.network().unwrap().to_string(), "203.0.113.0/24");
    let seen = Seen { address: IpAddr::from([0; 4]), user_agent: "", door: Door::Verify, now: NOW };
    assert_eq!(Use::of(seen, &mut agents), nowhere);
    let mut one = tally();
    one.note(line(mapped, ("allowed", Door::Verify)), true);
    let mut there = Agents::default();
    one.adopt(&mut there);
    assert_eq!(one.last().unwrap().agent, there.named("ab"));
}

#[test]
fn uses_that_are_alike_within_a_minute_are_one_line_and_the_newest_lines_stay() {
    let mut one = tally();
    let (allowed, revoked) = (("allowed", Door::Verify), ("revoked", Door::Verify));
    one.note(line(used(NOW), allowed), true);
    one.note(line(used(NOW + SECOND), allowed), true);
    assert_eq!((one.lines.len(), one.lines[0].requests()), (1, 2));
    assert_eq!((one.lines[0].first_at(), one.lines[0].last().at), (NOW, NOW + SECOND));
    let before = one.lines.as_ptr();
    one.note(line(used(NOW + SECOND * 2), allowed), false);
    assert_eq!(one.lines.as_ptr(), before, "nothing is allocated for it");
    one.note(line(used(NOW), revoked), true);
    one.note(line(used(NOW), ("allowed", Door::Api)), true);
    assert_eq!(one.lines.len(), 3);
    for minute in 1..=60 {
        one.note(line(used(NOW + MINUTE * minute), allowed), true);
    }
    assert_eq!(one.lines.len(), LATEST);
    assert_eq!(one.lines.iter().map(|line| line.last().at).min(), Some(NOW + MINUTE * 41));
    one.note(line(used(NOW), ("allowed", Door::Token)), true);
    assert!(one.lines.iter().all(|line| line.door == Door::Verify), "it is older than all of them");
    let mut two = tally();
    two.note(line(used(NOW + MINUTE * 60), allowed), true);
    two.note(line(used(NOW + MINUTE * 61), allowed), true);
    two.merge(one, true);
    assert_eq!((two.lines.len(), two.lines.iter().map(Line::requests).max()), (LATEST, Some(2)));
}

#[test]
fn without_room_the_newest_takes_the_place_of_the_oldest_and_the_last_use_is_never_lost() {
    let mut one = tally();
    one.note(line(used(NOW), ("allowed", Door::Verify)), false);
    assert_eq!(one.lines.len(), 1, "the first is always kept");
    one.note(refused(used(NOW + SECOND)), false);
    assert_eq!(one.last(), Some(&used(NOW)));
    one.note(line(used(NOW + SECOND * 2), ("allowed", Door::Api)), false);
    assert_eq!((one.lines.len(), one.last()), (1, Some(&used(NOW + SECOND * 2))));
    one.note(line(used(NOW + SECOND), ("allowed", Door::Token)), false);
    assert_eq!((one.lines.len(), one.last()), (1, Some(&used(NOW + SECOND * 2))), "it is older");
    for turn in 0..60 {
        one.note(refused(used(NOW + MINUTE * turn)), true);
    }
    assert_eq!((one.lines.len(), one.last()), (LATEST, Some(&used(NOW + SECOND * 2))));
    let thin = one.without_room();
    assert_eq!((thin.lines.len(), thin.last()), (1, Some(&used(NOW + SECOND * 2))));

    let mut two = tally();
    two.note(refused(used(NOW + MINUTE)), true);
    assert_eq!(two.last(), None, "a key that is not taken is not used");
    two.note(line(used(NOW), ("allowed", Door::Verify)), false);
    assert_eq!(two.last(), Some(&used(NOW)));
}

#[test]
fn the_first_use_from_a_network_outlives_its_line() {
    let mut one = tally();
    one.note(new(from(1, NOW)), true);
    one.note(new(from(1, NOW + SECOND)), true);
    one.note(new(from(1, NOW + MINUTE)), true);
    assert_eq!(networks(&one), [("10.0.1.0/24".to_owned(), NOW)]);
    for minute in 1..60 {
        one.note(line(used(NOW + MINUTE * minute), ("allowed", Door::Verify)), true);
    }
    assert!(one.lines.iter().all(|line| !line.is_new()));
    assert_eq!(networks(&one), [("10.0.1.0/24".to_owned(), NOW)]);
    let mut two = tally();
    two.note(new(from(1, NOW - SECOND)), true);
    two.note(new(from(2, NOW)), true);
    two.merge(one, true);
    let expected = [("10.0.1.0/24".to_owned(), NOW - SECOND), ("10.0.2.0/24".to_owned(), NOW)];
    assert_eq!(networks(&two), expected);
}

#[test]
fn of_a_key_that_signs_only_the_last_use_is_kept() {
    let mut one = signing();
    one.note(refused(used(NOW)), true);
    assert!(one.lines.is_empty());
    one.note(new(from(1, NOW)), true);
    one.note(new(from(2, NOW + SECOND)), true);
    one.note(refused(used(NOW + SECOND * 2)), true);
    one.note(line(from(2, NOW), ("allowed", Door::Api)), true);
    assert_eq!((one.lines.len(), one.lines().count()), (1, 0));
    assert_eq!(one.last(), Some(&from(2, NOW + SECOND)));
    let mut all = networks(&one);
    all.sort();
    assert_eq!(all, [("10.0.1.0/24".to_owned(), NOW), ("10.0.2.0/24".to_owned(), NOW + SECOND)]);
}
