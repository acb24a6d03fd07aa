//! Texts that are part of the program in few bytes (gzip, RFC 1952).

use std::io::{self, Read, Write};

use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;

/// In as few bytes as it takes.
pub fn pack(plain: &[u8]) -> io::Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(plain)?;
    encoder.finish()
}

/// What was packed. Only for what is our own: it may be of any size.
pub fn unpack(packed: &[u8]) -> io::Result<Vec<u8>> {
    let mut plain = Vec::new();
    GzDecoder::new(packed).read_to_end(&mut plain)?;
    Ok(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_packed_comes_out_again() {
        for plain in ["", "a", &"text that repeats itself ".repeat(100)] {
            let packed = pack(plain.as_bytes()).unwrap();
            assert!(packed.len() < 100, "{plain}");
            assert_eq!(unpack(&packed).unwrap(), plain.as_bytes());
        }
        assert!(unpack(b"text").is_err());
    }
}
