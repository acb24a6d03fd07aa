//! Where the bytes of a text stand, as people count. A file has many places, and a text can be one long line, so that
//! none of it is counted twice.

use super::error::Place;

/// How many bytes lie between two counts.
const STEP: usize = 256;

/// A text that was counted once.
pub(super) struct Places<'t> {
    text: &'t [u8],
    /// Where its lines begin.
    lines: Vec<usize>,
    /// The characters before every [`STEP`]th byte.
    characters: Vec<usize>,
}

/// Whether a character begins with this byte of UTF-8.
const fn begins(byte: u8) -> bool {
    byte & 0b1100_0000 != 0b1000_0000
}

impl<'t> Places<'t> {
    /// Counts a text.
    pub fn new(text: &'t str) -> Self {
        let text = text.as_bytes();
        let ends = text.iter().enumerate().filter(|(_, byte)| **byte == b'\n').map(|(at, _)| at + 1);
        let lines = std::iter::once(0).chain(ends).collect();
        let mut characters = vec![0];
        let mut count = 0;
        for piece in text.chunks(STEP) {
            count += piece.iter().filter(|byte| begins(**byte)).count();
            characters.push(count);
        }
        Self { text, lines, characters }
    }

    /// The place of a byte.
    pub fn of(&self, offset: usize) -> Place {
        let offset = offset.min(self.text.len());
        let line = self.lines.partition_point(|start| *start <= offset);
        let start = self.lines.get(line.saturating_sub(1)).copied().unwrap_or_default();
        Place { line, column: self.before(offset) - self.before(start) + 1 }
    }

    fn before(&self, offset: usize) -> usize {
        let step = offset / STEP;
        let counted = self.characters.get(step).copied().unwrap_or_default();
        let rest = self.text.get(step * STEP..offset).unwrap_or_default();
        counted + rest.iter().filter(|byte| begins(**byte)).count()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_count_lines_and_characters() {
        let text = "a = 1\nbü = 2\n";
        let places = Places::new(text);
        assert_eq!(places.of(0), Place { line: 1, column: 1 });
        assert_eq!(places.of(text.find('2').unwrap()), Place { line: 2, column: 6 });
        assert_eq!(places.of(99), Place { line: 3, column: 1 });
        assert_eq!(Places::new("").of(0), Place { line: 1, column: 1 });
    }

    #[test]
    fn a_long_line_is_counted_as_a_short_one() {
        let text = format!("x\n{}!", "ü".repeat(1_000));
        let places = Places::new(&text);
        assert_eq!(places.of(text.find('!').unwrap()), Place { line: 2, column: 1_001 });
        assert_eq!(places.of(2 + 2 * 300), Place { line: 2, column: 301 });
    }
}
