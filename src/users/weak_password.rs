//! Why a password may not be set, in words for the person who chose it.

use crate::language::Words;
use crate::text::text_enum;

/// Why a new password is refused, in words for the person who typed it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WeakPassword {
    /// Too few characters.
    #[error(
        "Use at least {minimum} characters. A few unrelated words are easy to remember and hard to guess."
    )]
    TooShort {
        /// The least number of characters.
        minimum: usize,
    },
    /// More bytes than are taken.
    #[error(
        "This password is too long. Use at most {maximum} letters, or fewer if they are not from A to Z."
    )]
    TooLong {
        /// The greatest number of bytes.
        maximum: usize,
    },
    /// Common, patterned, or made of words that belong to the person.
    #[error("This password is easy to guess: {reason}. Use a few words that do not belong together.")]
    Guessable {
        /// What gives it away.
        reason: Giveaway,
    },
}

impl WeakPassword {
    /// The same on pages.
    pub fn said(self, words: Words) -> String {
        match self {
            Self::TooShort { minimum } => words.t1("password-too-short", "minimum", minimum),
            Self::TooLong { maximum } => words.t1("password-too-long", "maximum", maximum),
            Self::Guessable { reason } => words.t1("password-guessable", "reason", words.t(reason.message())),
        }
    }
}

text_enum! {
    /// What gives a password away.
    pub enum Giveaway {
        /// It is made of words that belong to the person.
        OwnWords = "it is built from your name, your address or a name on this page",
        /// Keys beside each other.
        Keys = "it is a row or pattern of keys",
        /// Again and again.
        Repeats = "it repeats itself",
        /// Everybody's first idea.
        MostCommon = "it is one of the most common passwords",
        /// With a digit instead of a letter, for example.
        NearCommon = "it is close to a common password",
        /// As one counts.
        Sequence = "it is a sequence such as abc or 6543",
        /// Of somebody's life.
        Date = "it is a date or a year",
        /// Of the dictionary.
        Word = "it is a single word",
        /// Of people.
        Name = "it is a name",
        /// Anything else.
        Pattern = "it follows a common pattern",
    }
}

impl Giveaway {
    const fn message(self) -> &'static str {
        match self {
            Self::OwnWords => "password-own-words",
            Self::Keys => "password-keys",
            Self::Repeats => "password-repeats",
            Self::MostCommon => "password-most-common",
            Self::NearCommon => "password-near-common",
            Self::Sequence => "password-sequence",
            Self::Date => "password-date",
            Self::Word => "password-word",
            Self::Name => "password-person-name",
            Self::Pattern => "password-pattern",
        }
    }
}
