//! What pages say to somebody who reads no English: everything that can go wrong is told in their own language.

mod errors;
mod refusals;

use crate::support::{Browser, Page, TestApp};

impl TestApp {
    /// A browser of somebody who reads Arabic.
    pub fn arabic(&self) -> Browser {
        Browser::speaking(&self.issuer(), "ar")
    }
}

/// A page in Arabic, from right to left, and without a sentence of English.
#[track_caller]
pub fn is_arabic(name: &str, page: &Page) {
    let body = &page.reply.body;
    let kind = page.reply.header("content-type");
    assert!(kind.starts_with("text/html"), "{name}: {} {kind} {body}", page.reply.status);
    assert!(body.contains("<html lang=\"ar\" dir=\"rtl\""), "{name}: {body}");
    if let Some(sentence) = english_in(body) {
        panic!("{name} says {sentence:?}: {body}");
    }
}

/// The same for a page that says what went wrong: with the name of the request, to ask for help with.
#[track_caller]
pub fn is_arabic_error(name: &str, page: &Page, status: u16) {
    assert_eq!(page.reply.status, status, "{name}: {}", page.reply.body);
    is_arabic(name, page);
    let id = page.reply.header("x-request-id");
    assert!(
        page.reply.body.contains(&format!("<code id=\"request-id\">{id}</code>")),
        "{name}: {}",
        page.reply.body
    );
}

/// Three words of English in a row, outside of what people or programs wrote.
fn english_in(html: &str) -> Option<String> {
    let mut html = html.to_owned();
    for (start, end) in [
        ("<script", "</script>"),
        ("<bdi", "</bdi>"),
        ("<code", "</code>"),
        ("<pre", "</pre>"),
        ("<strong id=\"application", "</strong>"),
    ] {
        while let Some(at) = html.find(start) {
            let length = html[at..].find(end).map_or(html.len() - at, |length| length + end.len());
            html.replace_range(at..at + length, "\n");
        }
    }
    let mut text = String::new();
    let mut within = false;
    for c in html.chars() {
        match c {
            '<' => {
                within = true;
                text.push('\n');
            }
            '>' => within = false,
            _ if !within => text.push(c),
            _ => {}
        }
    }
    let is_word = |word: &&str| {
        let word = word.trim_matches(|c: char| !c.is_alphanumeric());
        word.len() > 1 && word.chars().all(|c| c.is_ascii_alphabetic() || c == '\'' || c == '-')
    };
    text.lines().find_map(|line| {
        let words: Vec<&str> = line.split_whitespace().collect();
        words.windows(3).any(|three| three.iter().all(&is_word)).then(|| line.to_owned())
    })
}

#[test]
fn a_sentence_of_english_is_found() {
    assert_eq!(english_in("<p>Try again later.</p>").as_deref(), Some("Try again later."));
    assert_eq!(english_in("<p>حاول <code>try it again</code> <bdi>Acme Trading Corp</bdi></p>"), None);
    assert_eq!(english_in("<option>English</option><option>Deutsch</option><option>Français</option>"), None);
}
