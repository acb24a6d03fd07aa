//! Passwords: which ones are good enough ([`PasswordPolicy`]), in what form they are stored ([`PasswordHash`]), and
//! the threads that do the expensive part ([`PasswordHasher`]).
//!
//! Rules after NIST SP 800-63B 3.1.1: length instead of composition rules, every Unicode character and the space
//! accepted, nothing cut off, the same password in another Unicode form accepted. Never stores or logs a password.

mod hasher;
mod slots;

pub use hasher::{HasherError, HasherLoad, HasherOptions, HasherStartError, PasswordHasher, Verdict};

use std::fmt;

use argon2::password_hash::phc;
use argon2::{Algorithm, Params, Version};
use unicode_normalization::UnicodeNormalization;
use zeroize::Zeroizing;
use zxcvbn::Score;
use zxcvbn::feedback::Warning;
use zxcvbn::matching::patterns::MatchPattern;

use super::weak_password::{Giveaway, WeakPassword};
use crate::secret::Secret;

/// The longest password, in bytes as typed: far beyond any password manager, and small enough to be no burden.
pub const MAXIMUM_PASSWORD_BYTES: usize = 1024;
/// How much the estimator looks at in one go. Its time grows much faster than its input: the worst hundred characters
/// take a second, the worst 48 a sixth of one.
const ESTIMATED_CHARACTERS: usize = 48;
/// Shorter pieces of names say nothing about a password.
const SHORTEST_CONTEXT_WORD: usize = 3;

/// Bounds of a stored hash that came from elsewhere: past them a sign-in would cost more than this server gives away.
const MAXIMUM_MEMORY_KIB: u32 = 256 * 1024;
const MAXIMUM_ITERATIONS: u32 = 20;
const MAXIMUM_LANES: u32 = 16;

/// What a new password must be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PasswordPolicy {
    /// The least number of characters, counted after Unicode normalisation.
    pub minimum_length: usize,
}

impl Default for PasswordPolicy {
    fn default() -> Self {
        Self { minimum_length: 8 }
    }
}

impl PasswordPolicy {
    /// Whether `password` may be set. `context` holds words that an attacker tries first for this person: the mail
    /// address, names of the person and the organisation, the product's name.
    ///
    /// Takes milliseconds, at worst a third of a second: call it off the async threads.
    pub fn check(&self, password: &Secret, context: &[&str]) -> Result<(), WeakPassword> {
        if password.expose().len() > MAXIMUM_PASSWORD_BYTES {
            return Err(WeakPassword::TooLong { maximum: MAXIMUM_PASSWORD_BYTES });
        }
        let password = normalise(password);
        if password.expose().chars().count() < self.minimum_length {
            return Err(WeakPassword::TooShort { minimum: self.minimum_length });
        }
        let words = context_words(context);
        let characters = password.expose().chars();
        let beginning = estimate(characters.clone().take(ESTIMATED_CHARACTERS), &words);
        let rest = characters.clone().count().saturating_sub(ESTIMATED_CHARACTERS);
        // A dull beginning does not spoil what follows it.
        if beginning.is_ok() || rest > 0 && estimate(characters.skip(rest), &words).is_ok() {
            return Ok(());
        }
        beginning
    }
}

fn estimate(characters: impl Iterator<Item = char>, words: &[String]) -> Result<(), WeakPassword> {
    let mut text = Zeroizing::new(String::with_capacity(ESTIMATED_CHARACTERS * char::MAX.len_utf8()));
    text.extend(characters);
    let estimate = zxcvbn::zxcvbn(&text, &words.iter().map(String::as_str).collect::<Vec<_>>());
    if estimate.score() >= Score::Two {
        return Ok(());
    }
    let warning = estimate.feedback().and_then(zxcvbn::feedback::Feedback::warning);
    let reason = if names_the_person(&estimate, words) { Giveaway::OwnWords } else { reason(warning) };
    Err(WeakPassword::Guessable { reason })
}

/// The context's texts, and the words that they consist of, in the small letters that the estimator compares with.
fn context_words(context: &[&str]) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    for text in context {
        let text = text.nfkc().collect::<String>().to_lowercase();
        let pieces = text.split(|c: char| !c.is_alphanumeric());
        words.extend(pieces.map(str::to_owned));
        words.extend(text.split('@').map(|half| half.chars().filter(|c| c.is_alphanumeric()).collect()));
        words.push(text);
    }
    words.retain(|word| word.chars().count() >= SHORTEST_CONTEXT_WORD);
    words.sort();
    words.dedup();
    words
}

fn names_the_person(estimate: &zxcvbn::Entropy, words: &[String]) -> bool {
    estimate.sequence().iter().any(|part| match &part.pattern {
        MatchPattern::Dictionary(found) => words.contains(&found.matched_word),
        MatchPattern::Repeat(found) => words.contains(&found.base_token.to_lowercase()),
        _ => false,
    })
}

const fn reason(warning: Option<Warning>) -> Giveaway {
    use Warning as W;
    match warning {
        Some(W::StraightRowsOfKeysAreEasyToGuess | W::ShortKeyboardPatternsAreEasyToGuess) => Giveaway::Keys,
        Some(W::RepeatsLikeAaaAreEasyToGuess | W::RepeatsLikeAbcAbcAreOnlySlightlyHarderToGuess) => {
            Giveaway::Repeats
        }
        Some(W::ThisIsATop10Password | W::ThisIsATop100Password | W::ThisIsACommonPassword) => {
            Giveaway::MostCommon
        }
        Some(W::ThisIsSimilarToACommonlyUsedPassword) => Giveaway::NearCommon,
        Some(W::SequencesLikeAbcAreEasyToGuess) => Giveaway::Sequence,
        Some(W::RecentYearsAreEasyToGuess | W::DatesAreOftenEasyToGuess) => Giveaway::Date,
        Some(W::AWordByItselfIsEasyToGuess) => Giveaway::Word,
        Some(W::NamesAndSurnamesByThemselvesAreEasyToGuess | W::CommonNamesAndSurnamesAreEasyToGuess) => {
            Giveaway::Name
        }
        None => Giveaway::Pattern,
    }
}

/// The form of a password that is measured and hashed: NFKC, so that it is the same bytes from every keyboard.
fn normalise(password: &Secret) -> Secret {
    let typed = password.expose();
    if typed.is_ascii() {
        return password.clone();
    }
    // Measured before it is written: a growing buffer would leave pieces of the password behind in freed memory.
    let mut text = String::with_capacity(typed.nfkc().map(char::len_utf8).sum());
    text.extend(typed.nfkc());
    Secret::new(text)
}

/// A stored password: argon2id in PHC string format, `$argon2id$v=19$m=19456,t=2,p=1$<salt>$<hash>`.
#[derive(Clone, PartialEq, Eq)]
pub struct PasswordHash(String);

/// Why a text is not a password hash that this server can check.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidPasswordHash {
    /// Not of the form.
    #[error("a password hash has the form $argon2id$v=19$m=19456,t=2,p=1$SALT$HASH (PHC string format)")]
    Form,
    /// Another algorithm.
    #[error("only argon2id hashes can be used; this one was made with another algorithm")]
    Algorithm,
    /// The parameters are missing, impossible or too costly.
    #[error(
        "the parameters of this argon2id hash are outside m <= {MAXIMUM_MEMORY_KIB}, t <= {MAXIMUM_ITERATIONS}, \
         p <= {MAXIMUM_LANES}"
    )]
    Parameters,
}

impl PasswordHash {
    /// Reads a stored or imported hash. A hash from elsewhere must have been made of the password in NFKC.
    pub fn parse(phc: &str) -> Result<Self, InvalidPasswordHash> {
        Recipe::read(phc)?;
        Ok(Self(phc.to_owned()))
    }

    /// The PHC string, for the database.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for PasswordHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PasswordHash(..)")
    }
}

/// What a hash says about how it was made, and the result.
#[derive(Clone)]
struct Recipe {
    version: Version,
    params: Params,
    salt: phc::Salt,
    output: phc::Output,
}

impl Recipe {
    fn read(text: &str) -> Result<Self, InvalidPasswordHash> {
        let parts = phc::PasswordHash::new(text).map_err(|_| InvalidPasswordHash::Form)?;
        if Algorithm::new(parts.algorithm.as_str()) != Ok(Algorithm::Argon2id) {
            return Err(InvalidPasswordHash::Algorithm);
        }
        // Without a version some programs mean 16 and some mean 19; guessing would lock people out.
        let version = parts.version.ok_or(InvalidPasswordHash::Form)?;
        let version = Version::try_from(version).map_err(|_| InvalidPasswordHash::Parameters)?;
        let written = ["m", "t", "p"].iter().all(|name| parts.params.get_decimal(*name).is_some());
        let params = Params::try_from(&parts).map_err(|_| InvalidPasswordHash::Parameters)?;
        if !written || !is_affordable(&params) {
            return Err(InvalidPasswordHash::Parameters);
        }
        match (parts.salt, parts.hash) {
            (Some(salt), Some(output)) => Ok(Self { version, params, salt, output }),
            _ => Err(InvalidPasswordHash::Form),
        }
    }

    fn write(&self) -> PasswordHash {
        let Self { version, params, salt, output } = self;
        let (m, t, p) = (params.m_cost(), params.t_cost(), params.p_cost());
        PasswordHash(format!("$argon2id$v={}$m={m},t={t},p={p}${salt}${output}", u32::from(*version)))
    }
}

const fn is_affordable(params: &Params) -> bool {
    params.m_cost() <= MAXIMUM_MEMORY_KIB
        && params.t_cost() <= MAXIMUM_ITERATIONS
        && params.p_cost() <= MAXIMUM_LANES
}

#[cfg(test)]
mod tests {
    use super::*;

    const IMPORTED: &str =
        "$argon2id$v=19$m=65536,t=3,p=4$c29tZXNhbHQ$RdescudvJCsgt3ub+b/dWRWJTmaaJObGAAAAAAAAAAA";

    fn check(password: &str, context: &[&str]) -> Result<(), WeakPassword> {
        PasswordPolicy::default().check(&Secret::new(password), context)
    }

    fn is_guessable(password: &str, context: &[&str]) -> bool {
        matches!(check(password, context), Err(WeakPassword::Guessable { .. }))
    }

    #[test]
    fn length_is_counted_in_characters_and_nothing_is_cut() {
        assert_eq!(check("kJ7#pqz", &[]), Err(WeakPassword::TooShort { minimum: 8 }));
        assert_eq!(check("ünïqöß", &[]), Err(WeakPassword::TooShort { minimum: 8 }));
        assert_eq!(check("ünïqößçx", &[]), Ok(()));
        let long: String = "correct horse battery staple ".chars().cycle().take(1024).collect();
        assert_eq!(check(&long, &[]), Ok(()));
        assert_eq!(check(&format!("{long}x"), &[]), Err(WeakPassword::TooLong { maximum: 1024 }));
    }

    #[test]
    fn every_character_and_spaces_are_welcome_without_composition_rules() {
        for password in [
            "correct horse battery",
            "пароль с пробелами",
            "日本語のパスワード鍵",
            "🦀🔑🐙🌵🎻🪐🧶🫖",
            "   \t wide   open \u{7} ",
        ] {
            assert_eq!(check(password, &[]), Ok(()), "{password}");
        }
    }

    #[test]
    fn common_passwords_and_patterns_are_refused_with_a_reason() {
        for password in
            ["password", "Password1!", "12345678", "qwertyuiop", "aaaaaaaaaaaa", "abcabcabcabc", "iloveyou"]
        {
            assert!(is_guessable(password, &[]), "{password}");
        }
        let words = check("password1", &[]).unwrap_err().to_string();
        assert!(
            words.starts_with("This password is easy to guess: it is one of the most common passwords."),
            "{words}"
        );
    }

    #[test]
    fn words_of_the_person_are_refused() {
        let context = ["ada.lovelace@mill.example", "Analytical Engines", "Gridkey"];
        for password in [
            "adalovelace",
            "lovelace1815",
            "Analytical1",
            "gridkeygridkey",
            "ada.lovelace@mill.example",
            "Gr1dkey!",
        ] {
            assert!(is_guessable(password, &context), "{password}");
        }
        assert_eq!(
            check("lovelace1815", &context),
            Err(WeakPassword::Guessable { reason: Giveaway::OwnWords })
        );
        assert_eq!(check("gridkey turnip violin", &context), Ok(()));
    }

    #[test]
    fn the_estimator_is_not_given_more_than_it_can_chew() {
        // Dense substitutions are its worst input.
        let heavy: String = "@4a8({[<6931!|105$7+2z%".chars().cycle().take(1024).collect();
        let started = std::time::Instant::now();
        assert!(check(&heavy, &["ada.lovelace@mill.example"]).is_ok());
        assert!(started.elapsed().as_secs() < 5, "{:?}", started.elapsed());
        let dull = "a".repeat(100);
        assert!(is_guessable(&dull, &[]));
        assert_eq!(check(&format!("{dull} turnip violin gravel"), &[]), Ok(()));
    }

    #[test]
    fn one_password_has_one_form() {
        for (a, b) in [("cafe\u{301} noir", "café noir"), ("ｐａｓｓ", "pass"), ("\u{fb01}sh", "fish")] {
            assert_eq!(normalise(&Secret::new(a)).expose(), normalise(&Secret::new(b)).expose());
        }
    }

    #[test]
    fn a_hash_is_read_strictly() {
        assert_eq!(PasswordHash::parse(IMPORTED).unwrap().as_str(), IMPORTED);
        assert_eq!(format!("{:?}", PasswordHash::parse(IMPORTED).unwrap()), "PasswordHash(..)");
        assert_eq!(Recipe::read(IMPORTED).unwrap().write().as_str(), IMPORTED);
        for (part, other, why) in [
            ("argon2id", "argon2i", InvalidPasswordHash::Algorithm),
            ("argon2id", "argon2d", InvalidPasswordHash::Algorithm),
            ("argon2id", "scrypt", InvalidPasswordHash::Algorithm),
            ("$v=19", "", InvalidPasswordHash::Form),
            ("$argon2id", "argon2id", InvalidPasswordHash::Form),
            ("$c29tZXNhbHQ", "", InvalidPasswordHash::Form),
            ("v=19", "v=20", InvalidPasswordHash::Parameters),
            ("m=65536", "m=262145", InvalidPasswordHash::Parameters),
            ("t=3", "t=21", InvalidPasswordHash::Parameters),
            ("t=3", "t=0", InvalidPasswordHash::Parameters),
            ("p=4", "p=17", InvalidPasswordHash::Parameters),
            ("m=65536,t=3,p=4", "m=65536", InvalidPasswordHash::Parameters),
            ("m=65536,", "m=31,", InvalidPasswordHash::Parameters),
        ] {
            assert_eq!(
                PasswordHash::parse(&IMPORTED.replacen(part, other, 1)),
                Err(why),
                "{part} -> {other}"
            );
        }
        for junk in ["", "$", "hunter2", "$2b$12$KIXaaaaaaaaaaaaaaaaaaa", "$argon2id$v=19$m=65536,t=3,p=4"] {
            assert!(PasswordHash::parse(junk).is_err(), "{junk}");
        }
    }
}
