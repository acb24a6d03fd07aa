//! What programs call themselves, each name once.

use std::borrow::Borrow;
use std::collections::HashSet;
use std::sync::Arc;

use foldhash::fast::RandomState;

/// Characters of the name of a program that are kept.
const LONGEST: usize = 200;
/// What a name takes beside its bytes.
const BESIDE: usize = 64;
/// Bytes of names in one shard, half a megabyte in all, beyond which none is added.
const MOST: usize = 16 * 1_024;

/// The name of a program, kept in one place for all uses by it. The pointer is a thin one, because each use has it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Agent(Arc<Box<str>>);

impl Agent {
    /// Its text.
    pub(super) fn as_str(&self) -> &str {
        &self.0
    }
}

impl Borrow<str> for Agent {
    fn borrow(&self) -> &str {
        self.as_str()
    }
}

/// The names that the uses of one shard have.
#[derive(Default)]
pub(super) struct Agents {
    /// The last one: most requests in a row come by the same program.
    latest: Option<Agent>,
    all: HashSet<Agent, RandomState>,
    /// What they take.
    bytes: usize,
}

impl Agents {
    /// A name as it is kept. `None` where there is none, and for a new one where there is no room.
    pub(super) fn named(&mut self, name: &str) -> Option<Agent> {
        if name.is_empty() {
            return None;
        }
        if let Some(latest) = &self.latest
            && latest.as_str() == name
        {
            return Some(latest.clone());
        }
        let agent = match self.all.get(name) {
            Some(known) => known.clone(),
            None => self.cleaned(name)?,
        };
        self.latest = Some(agent.clone());
        Some(agent)
    }

    /// What a client writes must not keep a row from being written.
    fn cleaned(&mut self, name: &str) -> Option<Agent> {
        let kept: String = name.chars().filter(|c| !c.is_control()).take(LONGEST).collect();
        if kept.is_empty() {
            return None;
        }
        self.adopted(Agent(Arc::new(kept.into_boxed_str())))
    }

    /// The same name as these uses have it. `None` where there is no room.
    pub(super) fn adopted(&mut self, agent: Agent) -> Option<Agent> {
        if let Some(known) = self.all.get(&agent) {
            return Some(known.clone());
        }
        if self.bytes >= MOST {
            return None;
        }
        self.bytes += agent.as_str().len() + BESIDE;
        self.all.insert(agent.clone());
        Some(agent)
    }

    /// Whether half of the room is taken.
    pub(super) const fn are_many(&self) -> bool {
        self.bytes >= MOST / 2
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_kept_once_and_without_control_characters() {
        let mut agents = Agents::default();
        let (one, two) = (agents.named("curl/8").unwrap(), agents.named("robot/1").unwrap());
        let again = agents.named("curl/8").unwrap();
        assert!(Arc::ptr_eq(&one.0, &again.0), "also when another came in between");
        assert_eq!(two.as_str(), "robot/1");
        let cleaned = agents.named("a\u{0}\nb").unwrap();
        assert_eq!(cleaned.as_str(), "ab");
        assert!(Arc::ptr_eq(&cleaned.0, &agents.named("a\u{0}\nb").unwrap().0));
        assert_eq!((agents.named(""), agents.named("\u{7}")), (None, None));
        assert_eq!(agents.named(&"x".repeat(5_000)).unwrap().as_str().len(), LONGEST);
        let foreign = Agents::default().named("curl/8").unwrap();
        assert!(Arc::ptr_eq(&one.0, &agents.adopted(foreign).unwrap().0));
        assert_eq!(size_of::<Option<Agent>>(), size_of::<usize>());
    }

    #[test]
    fn names_have_an_end_and_those_that_are_there_stay() {
        let mut agents = Agents::default();
        let kept =
            (0..10_000).filter(|number| agents.named(&format!("robot/{number:0>190}")).is_some()).count();
        assert!((1..=MOST / 190 + 1).contains(&kept), "{kept} names");
        assert!(agents.bytes <= MOST + LONGEST + BESIDE && agents.are_many());
        assert!(agents.named(&format!("robot/{:0>190}", 0)).is_some());
        assert_eq!(agents.named("another/1"), None);
        let foreign = Agents::default().named("another/1").unwrap();
        assert_eq!(agents.adopted(foreign), None);
    }
}
