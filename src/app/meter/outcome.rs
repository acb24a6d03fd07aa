//! How requests end, each way in one byte.

use std::sync::OnceLock;

/// More than there are words for it.
const WORDS: usize = 96;
/// The word for what is beyond them.
const OTHER: &str = "other";

/// Every word that this program needed so far, each at its place for as long as it runs.
static KNOWN: Words<WORDS> = Words::new();

/// How a request ended: `allowed`, or the reason of a refusal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Outcome(u8);

impl Outcome {
    /// What stands for this word.
    pub(super) fn of(word: &'static str) -> Self {
        Self(KNOWN.place(word))
    }

    /// Its word.
    pub(super) fn as_str(self) -> &'static str {
        KNOWN.word(self.0)
    }
}

/// Words at their places, given out without a lock.
struct Words<const N: usize>([OnceLock<&'static str>; N]);

impl<const N: usize> Words<N> {
    const fn new() -> Self {
        Self([const { OnceLock::new() }; N])
    }

    fn place(&self, word: &'static str) -> u8 {
        let place = self.0.iter().position(|place| *place.get_or_init(|| word) == word);
        place.and_then(|place| u8::try_from(place).ok()).unwrap_or(u8::MAX)
    }

    fn word(&self, place: u8) -> &'static str {
        self.0.get(usize::from(place)).and_then(OnceLock::get).copied().unwrap_or(OTHER)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_word_keeps_its_place_and_what_is_beyond_has_one_together() {
        let words = Words::<3>::new();
        let all = ["allowed", "revoked", "expired", "disabled", "missing"];
        let places = all.map(|word| words.place(word));
        assert_eq!(places, [0, 1, 2, u8::MAX, u8::MAX]);
        assert_eq!(all.map(|word| words.place(word)), places);
        assert_eq!(
            places.map(|place| words.word(place)),
            ["allowed", "revoked", "expired", "other", "other"]
        );
    }

    #[test]
    fn words_that_are_new_to_several_at_once_have_one_place_each() {
        let words = Words::<8>::new();
        let all = ["allowed", "revoked", "expired", "disabled"];
        let seen: Vec<[u8; 4]> = std::thread::scope(|scope| {
            let ask = |turn: usize| {
                let words = &words;
                scope.spawn(move || {
                    let mut places = [0; 4];
                    for at in (0..4).map(|at| (at + turn) % 4) {
                        places[at] = words.place(all[at]);
                    }
                    places
                })
            };
            let threads: Vec<_> = (0..8).map(ask).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        assert!(seen.iter().all(|places| *places == seen[0]));
        assert_eq!(seen[0].map(|place| words.word(place)), all);
    }
}
