//! The model: it repeats what it is told, a word at a time.

use std::time::Duration;

use crate::gate::Refusal;
use crate::watch::Watch;

/// How many words it says at most when nobody says.
const USUAL: usize = 10_000;

/// The model.
#[derive(Clone, Copy)]
pub struct Model {
    /// How long it thinks about a word.
    pub word: Duration,
}

/// An answer that is being made.
pub struct Speech {
    words: std::vec::IntoIter<String>,
    /// Whether it was cut for its length.
    pub is_cut: bool,
    /// How many words the question had.
    pub asked: usize,
    /// How many words have been said.
    pub said: usize,
    word: Duration,
    watch: Watch,
}

/// The next thing of an answer.
pub enum Next {
    /// A word, with a blank behind it.
    Word(String),
    /// That was all.
    Over,
    /// Whoever asked may not go on.
    Ended(Refusal),
}

impl Model {
    /// Begins an answer.
    pub fn answer(self, question: &str, most: Option<usize>, watch: Watch) -> Speech {
        let asked = question.split_whitespace().count();
        let mut words: Vec<String> = ["You", "said:"]
            .into_iter()
            .chain(question.split_whitespace())
            .map(|word| format!("{word} "))
            .collect();
        let most = most.unwrap_or(USUAL).min(USUAL);
        let is_cut = words.len() > most;
        words.truncate(most);
        Speech { words: words.into_iter(), is_cut, asked, said: 0, word: self.word, watch }
    }
}

impl Speech {
    /// The next word, or the end, as soon as it is there.
    pub async fn next(&mut self) -> Next {
        tokio::select! {
            biased;
            refusal = &mut self.watch => Next::Ended(refusal.unwrap_or(Refusal::Unavailable)),
            () = tokio::time::sleep(self.word) => match self.words.next() {
                Some(word) => {
                    self.said += 1;
                    Next::Word(word)
                }
                None => Next::Over,
            },
        }
    }

    /// All of it.
    ///
    /// # Errors
    /// Why, when whoever asked may not go on.
    pub async fn whole(&mut self) -> Result<String, Refusal> {
        let mut text = String::new();
        loop {
            match self.next().await {
                Next::Word(word) => text.push_str(&word),
                Next::Over => return Ok(text.trim_end().to_owned()),
                Next::Ended(refusal) => return Err(refusal),
            }
        }
    }
}
