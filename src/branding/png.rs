//! Takes out of a PNG whatever is no picture: texts, profiles, further frames, and what hangs on behind its end (PNG
//! specification, third edition). The dots are unpacked and packed anew, so that nothing but dots comes through.

use std::io::{Read, Write};

use flate2::Compression;
use flate2::read::ZlibDecoder;
use flate2::write::ZlibEncoder;

use super::{Logo, LogoError};

const SIGNATURE: &[u8; 8] = b"\x89PNG\r\n\x1a\n";
/// First column and row of each pass of Adam7, and the steps to the next.
const PASSES: [(u32, u32, u32, u32); 7] =
    [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)];

/// The picture in it.
pub fn clean(sent: &[u8]) -> Result<Vec<u8>, LogoError> {
    let mut rest = sent.strip_prefix(SIGNATURE).ok_or(LogoError::Png("it does not begin like one"))?;
    let (kind, content) = next(&mut rest)?;
    if &kind != b"IHDR" {
        return Err(LogoError::Png("its header is not where it should be"));
    }
    let header = Header::read(content)?;
    let parts = Parts::read(&mut rest, &header)?;
    let dots = header.unpacked(&parts.packed)?;
    let mut out = SIGNATURE.to_vec();
    put(&mut out, b"IHDR", content);
    for (kind, content) in [(b"PLTE", parts.palette), (b"tRNS", parts.transparency)] {
        if let Some(content) = content {
            put(&mut out, kind, content);
        }
    }
    put(&mut out, b"IDAT", &packed(&dots)?);
    put(&mut out, b"IEND", b"");
    Ok(out)
}

/// A chunk: its kind and its content, with its sum looked at.
type Chunk<'a> = ([u8; 4], &'a [u8]);

fn next<'a>(rest: &mut &'a [u8]) -> Result<Chunk<'a>, LogoError> {
    const SHORT: LogoError = LogoError::Png("it ends too early");
    let (length, after) = rest.split_first_chunk::<4>().ok_or(SHORT)?;
    let length = usize::try_from(u32::from_be_bytes(*length)).map_err(|_| SHORT)?;
    let (kind, _) = after.split_first_chunk::<4>().ok_or(SHORT)?;
    let whole = length.checked_add(4).ok_or(SHORT)?;
    let (named, after) = after.split_at_checked(whole).ok_or(SHORT)?;
    let (sum, after) = after.split_first_chunk::<4>().ok_or(SHORT)?;
    if crc32fast::hash(named) != u32::from_be_bytes(*sum) {
        return Err(LogoError::Png("one of its sums is wrong"));
    }
    *rest = after;
    Ok((*kind, named.get(4..).unwrap_or_default()))
}

fn put(out: &mut Vec<u8>, kind: &[u8; 4], content: &[u8]) {
    let named = [kind as &[u8], content].concat();
    out.extend_from_slice(&u32::try_from(content.len()).unwrap_or(u32::MAX).to_be_bytes());
    out.extend_from_slice(&named);
    out.extend_from_slice(&crc32fast::hash(&named).to_be_bytes());
}

/// What is taken over, besides the header.
#[derive(Default)]
struct Parts<'a> {
    palette: Option<&'a [u8]>,
    transparency: Option<&'a [u8]>,
    packed: Vec<u8>,
}

impl<'a> Parts<'a> {
    fn read(rest: &mut &'a [u8], header: &Header) -> Result<Self, LogoError> {
        const ORDER: LogoError = LogoError::Png("its parts are in the wrong order");
        let mut parts = Self::default();
        let mut over = false;
        loop {
            let (kind, content) = next(rest)?;
            let begun = !parts.packed.is_empty();
            match &kind {
                b"IEND" => break,
                b"IDAT" if over => return Err(ORDER),
                b"IDAT" => parts.packed.extend_from_slice(content),
                b"PLTE" if begun || parts.palette.is_some() => return Err(ORDER),
                b"PLTE" => parts.palette = Some(content),
                b"tRNS" if begun || parts.transparency.is_some() => return Err(ORDER),
                b"tRNS" => parts.transparency = Some(content),
                // A small letter first: whoever does not know it may leave it out, and here it is left out.
                [first, ..] if first.is_ascii_lowercase() => over = begun,
                _ => return Err(LogoError::Png("it has a part that is not known")),
            }
        }
        header.check(&parts)?;
        Ok(parts)
    }
}

struct Header {
    width: u32,
    height: u32,
    depth: u8,
    color: u8,
    interlaced: bool,
}

impl Header {
    fn read(content: &[u8]) -> Result<Self, LogoError> {
        const WRONG: LogoError = LogoError::Png("its header cannot be read");
        let content: &[u8; 13] = content.try_into().map_err(|_| WRONG)?;
        let [w0, w1, w2, w3, h0, h1, h2, h3, depth, color, compression, filter, interlace] = *content;
        let (width, height) = (u32::from_be_bytes([w0, w1, w2, w3]), u32::from_be_bytes([h0, h1, h2, h3]));
        let fits = match color {
            0 => [1, 2, 4, 8, 16].contains(&depth),
            3 => [1, 2, 4, 8].contains(&depth),
            2 | 4 | 6 => [8, 16].contains(&depth),
            _ => false,
        };
        if !fits || compression != 0 || filter != 0 || interlace > 1 || width == 0 || height == 0 {
            return Err(WRONG);
        }
        if width > Logo::WIDEST || height > Logo::WIDEST {
            return Err(LogoError::TooWide { width, height });
        }
        Ok(Self { width, height, depth, color, interlaced: interlace == 1 })
    }

    /// Whether palette and transparency are what such a picture may have.
    fn check(&self, parts: &Parts<'_>) -> Result<(), LogoError> {
        let palette = parts.palette.map_or(0, <[u8]>::len);
        let colors = palette / 3;
        let good = palette.is_multiple_of(3)
            && match self.color {
                3 => (1..=1_usize << self.depth).contains(&colors),
                2 | 6 => parts.palette.is_none() || (1..=256).contains(&colors),
                _ => parts.palette.is_none(),
            };
        let clear = parts.transparency.map(<[u8]>::len);
        let good = good
            && clear.is_none_or(|length| match self.color {
                0 => length == 2,
                2 => length == 6,
                3 => (1..=colors).contains(&length),
                _ => false,
            });
        if good { Ok(()) } else { Err(LogoError::Png("its palette does not fit")) }
    }

    /// The rows of the picture, by their count and their bytes; of an interlaced one, those of each pass.
    fn rows(&self) -> Vec<(usize, usize)> {
        let channels: u32 = match self.color {
            2 => 3,
            4 => 2,
            6 => 4,
            _ => 1,
        };
        let bits = channels * u32::from(self.depth);
        let bytes = |columns: u32| usize::try_from((columns * bits).div_ceil(8)).unwrap_or(usize::MAX);
        let count = |rows: u32| usize::try_from(rows).unwrap_or(usize::MAX);
        if !self.interlaced {
            return vec![(count(self.height), bytes(self.width))];
        }
        PASSES
            .iter()
            .map(|(column, row, across, down)| {
                let columns = self.width.saturating_sub(*column).div_ceil(*across);
                let rows = self.height.saturating_sub(*row).div_ceil(*down);
                (if columns == 0 { 0 } else { count(rows) }, bytes(columns))
            })
            .collect()
    }

    /// The dots, neither more nor fewer than the header says.
    fn unpacked(&self, packed: &[u8]) -> Result<Vec<u8>, LogoError> {
        let rows = self.rows();
        let whole: usize = rows.iter().map(|(count, bytes)| count * (bytes + 1)).sum();
        let mut dots = Vec::new();
        let mut reader = ZlibDecoder::new(packed).take(u64::try_from(whole).unwrap_or(u64::MAX) + 1);
        let read = reader.read_to_end(&mut dots);
        if read.is_err() || dots.len() != whole {
            return Err(LogoError::Png("its dots are not as many as its header says"));
        }
        let mut rest = dots.as_slice();
        for (count, bytes) in rows {
            for _ in 0..count {
                let Some((row, after)) = rest.split_at_checked(bytes + 1) else { break };
                if row.first().is_none_or(|filter| *filter > 4) {
                    return Err(LogoError::Png("one of its rows cannot be read"));
                }
                rest = after;
            }
        }
        Ok(dots)
    }
}

fn packed(dots: &[u8]) -> Result<Vec<u8>, LogoError> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
    let written = encoder.write_all(dots).and_then(|()| encoder.finish());
    written.map_err(|_| LogoError::Png("it cannot be packed"))
}

#[cfg(test)]
#[path = "png_tests.rs"]
mod tests;
