//! Finding the links in a plain text, so that a page can make them clickable.

/// A piece of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Piece<'a> {
    /// Words.
    Text(&'a str),
    /// A web address.
    Link(&'a str),
}

/// Cuts a text into words and web addresses. Put together again the pieces are the text.
pub fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some((before, link, after)) = next_link(rest) {
        if !before.is_empty() {
            pieces.push(Piece::Text(before));
        }
        pieces.push(Piece::Link(link));
        rest = after;
    }
    if !rest.is_empty() {
        pieces.push(Piece::Text(rest));
    }
    pieces
}

fn next_link(text: &str) -> Option<(&str, &str, &str)> {
    let begin = ["https://", "http://"].into_iter().filter_map(|scheme| text.find(scheme)).min()?;
    let (before, from) = text.split_at_checked(begin)?;
    let end = from
        .find(|c: char| c.is_whitespace() || c.is_control() || matches!(c, '<' | '>' | '"'))
        .unwrap_or(from.len());
    // A full stop ends the sentence, not the address.
    let link = from.get(..end)?.trim_end_matches(['.', ',', ';', ':', '!', '?', ')', '\'']);
    let after = from.get(link.len()..)?;
    Some((before, link, after))
}

#[cfg(test)]
mod tests {
    use super::Piece::{Link, Text};
    use super::*;

    #[test]
    fn links_are_found_and_nothing_is_lost() {
        assert_eq!(
            pieces(
                "Open http://localhost:1/login/reset?token=a-b_c.\nOr <https://b.example/x>, (http://c.example)!"
            ),
            [
                Text("Open "),
                Link("http://localhost:1/login/reset?token=a-b_c"),
                Text(".\nOr <"),
                Link("https://b.example/x"),
                Text(">, ("),
                Link("http://c.example"),
                Text(")!"),
            ]
        );
        for text in ["", "no link", "http://", "ä https://x ü", "javascript:alert(1)", "https://a https://b"]
        {
            let joined: String = pieces(text)
                .iter()
                .map(|piece| match piece {
                    Text(part) | Link(part) => *part,
                })
                .collect();
            assert_eq!(joined, text);
        }
        assert_eq!(pieces("javascript:alert(1)"), [Text("javascript:alert(1)")]);
    }
}
