//! The words of a language: messages by name, with what is to be put into them.

use std::sync::OnceLock;
use std::time::Duration;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use rust_embed::RustEmbed;
use unic_langid::LanguageIdentifier;

use super::Language;
use crate::text::{span_parts, unpack};

/// A folder of files for each language. A release has one packed file for each in their place (`build.rs`).
#[derive(RustEmbed)]
#[cfg_attr(not(packed_messages), folder = "templates/messages/")]
#[cfg_attr(packed_messages, folder = "$OUT_DIR/messages/")]
struct Files;

type Bundle = FluentBundle<FluentResource>;

static BUNDLES: Bundles = Bundles::new();

/// One for each language, parsed when somebody first reads it: the files are part of the program.
struct Bundles([OnceLock<Bundle>; Language::ALL.len()]);

impl Bundles {
    const fn new() -> Self {
        Self([const { OnceLock::new() }; Language::ALL.len()])
    }

    fn get(&self, language: &Language) -> Option<&Bundle> {
        Some(self.0.get(*language as usize)?.get_or_init(|| bundle(*language)))
    }
}

/// The message files of a language, with their names.
pub fn messages(language: Language) -> Vec<(String, String)> {
    Files::iter()
        .filter_map(|name| {
            let rest = name.strip_prefix(language.as_str())?;
            let is_packed = rest == ".gz";
            let file = (is_packed || rest.starts_with('/')).then(|| Files::get(&name))??;
            let data = if is_packed { unpack(&file.data).ok()? } else { file.data.into_owned() };
            Some((name.into_owned(), String::from_utf8_lossy(&data).into_owned()))
        })
        .collect()
}

fn bundle(language: Language) -> Bundle {
    let tag: LanguageIdentifier = language.as_str().parse().unwrap_or_default();
    let mut bundle = FluentBundle::new_concurrent(vec![tag]);
    // Marks around what is put in keep a name of the other direction from tearing its sentence apart; where everything
    // runs one way they would only be in the way of who copies the text.
    bundle.set_use_isolating(language.direction() == "rtl");
    for (name, text) in messages(language) {
        // A file with an error still gives its good messages; a test refuses such files.
        let resource = FluentResource::try_new(text).unwrap_or_else(|(resource, errors)| {
            tracing::error!(file = name, ?errors, "a message file cannot be read whole");
            resource
        });
        bundle.add_resource_overriding(resource);
    }
    bundle
}

/// Stands around the names of a message in pieces; no text holds it (a private use character).
const MARK: char = '\u{E000}';

/// A piece of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    /// Its text.
    Text(String),
    /// The name of what stands there.
    Name(String),
}

impl Piece {
    /// The name, if it is one.
    pub fn name(&self) -> &str {
        match self {
            Self::Name(name) => name,
            Self::Text(_) => "",
        }
    }

    /// The text, if it is some.
    pub fn text(&self) -> &str {
        match self {
            Self::Text(text) => text,
            Self::Name(_) => "",
        }
    }
}

/// The words of one language.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Words(pub Language);

impl Words {
    /// A message.
    pub fn t(self, id: &str) -> String {
        self.say(id, None)
    }

    /// A message with one thing in it.
    pub fn t1<'a>(self, id: &str, name: &'a str, value: impl Into<FluentValue<'a>>) -> String {
        let mut args = FluentArgs::new();
        args.set(name, value);
        self.say(id, Some(&args))
    }

    /// A message with two things in it.
    pub fn t2<'a>(
        self,
        id: &str,
        first: &'a str,
        one: impl Into<FluentValue<'a>>,
        second: &'a str,
        two: impl Into<FluentValue<'a>>,
    ) -> String {
        let mut args = FluentArgs::new();
        args.set(first, one);
        args.set(second, two);
        self.say(id, Some(&args))
    }

    /// A message in pieces: its text, and between it the names of what stands there, for pages that mark those up.
    pub fn pieces(self, id: &str, names: &[&str]) -> Vec<Piece> {
        let mut args = FluentArgs::new();
        for name in names {
            args.set((*name).to_owned(), format!("{MARK}{name}{MARK}"));
        }
        let text = self.say(id, Some(&args));
        let piece = |(at, part): (usize, &str)| {
            if at % 2 == 1 { Piece::Name(part.to_owned()) } else { Piece::Text(part.to_owned()) }
        };
        text.split(MARK).enumerate().map(piece).collect()
    }

    /// A span of time.
    pub fn span(self, span: Duration) -> String {
        // One of `span-day`, `span-hour`, `span-minute` and `span-second`.
        let (count, unit) = span_parts(span);
        self.t1(&format!("span-{unit}"), "count", count)
    }

    /// Whether there is such a message.
    pub fn knows(self, id: &str) -> bool {
        BUNDLES.get(&self.0).is_some_and(|bundle| bundle.has_message(id))
    }

    /// In English what this language lacks; the message's name if nobody has it, which a test keeps from happening.
    fn say(self, id: &str, args: Option<&FluentArgs<'_>>) -> String {
        [self.0, Language::English]
            .iter()
            .find_map(|language| {
                let bundle = BUNDLES.get(language)?;
                let pattern = bundle.get_message(id)?.value()?;
                Some(bundle.format_pattern(pattern, args, &mut Vec::new()).into_owned())
            })
            .unwrap_or_else(|| id.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_language_that_is_read_is_parsed() {
        let bundles = Bundles::new();
        assert!(bundles.get(&Language::German).unwrap().has_message("docs-needs-script"));
        assert_eq!(bundles.0.iter().filter(|one| one.get().is_some()).count(), 1);
        for language in Language::ALL {
            let bundle = bundles.get(language).unwrap();
            assert_eq!(bundle.locales.first().unwrap().to_string(), language.as_str());
            assert!(!messages(*language).is_empty(), "{language}");
        }
    }
}
