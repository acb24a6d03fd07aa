use proptest::prelude::*;

use super::*;

fn chunk(kind: &[u8; 4], content: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    put(&mut out, kind, content);
    out
}

fn header(width: u32, height: u32, [depth, color, interlace]: [u8; 3]) -> Vec<u8> {
    let mut content = [width.to_be_bytes(), height.to_be_bytes()].concat();
    content.extend([depth, color, 0, 0, interlace]);
    chunk(b"IHDR", &content)
}

fn data(dots: &[u8]) -> Vec<u8> {
    chunk(b"IDAT", &packed(dots).unwrap())
}

/// A picture of these parts.
fn png(parts: &[Vec<u8>]) -> Vec<u8> {
    [SIGNATURE.to_vec(), parts.concat(), chunk(b"IEND", b"")].concat()
}

/// Two by two dots in colours.
fn small() -> Vec<Vec<u8>> {
    vec![header(2, 2, [8, 2, 0]), data(&[0, 1, 2, 3, 4, 5, 6, 1, 7, 8, 9, 10, 11, 12])]
}

#[test]
fn a_picture_stays_and_what_hangs_on_goes() {
    let plain = png(&small());
    let kept = clean(&plain).unwrap();
    assert_eq!(clean(&kept).unwrap(), kept);
    let [head, dots] = small().try_into().unwrap();
    let noisy = png(&[
        head,
        chunk(b"tEXt", b"Comment\0<script>alert(1)</script>"),
        chunk(b"eXIf", b"52.5 north"),
        chunk(b"acTL", b"\0\0\0\x02\0\0\0\0"),
        dots,
        chunk(b"fdAT", b"frame"),
        chunk(b"iTXt", b"secret"),
    ]);
    let trailing = [noisy, b"PK\x03\x04<html><script>alert(1)</script>".to_vec()].concat();
    let cleaned = clean(&trailing).unwrap();
    assert_eq!(cleaned, kept, "nothing but the dots counts");
    let low = String::from_utf8_lossy(&cleaned).to_lowercase();
    assert!(!low.contains("script") && !low.contains("north") && !low.contains("secret"));
}

#[test]
fn palettes_and_interlaced_pictures_are_known() {
    let palette = chunk(b"PLTE", &[1, 2, 3, 4, 5, 6]);
    let clear = chunk(b"tRNS", &[0]);
    let indexed = png(&[header(3, 1, [1, 3, 0]), palette.clone(), clear.clone(), data(&[0, 0b1010_0000])]);
    assert!(clean(&indexed).is_ok());
    // One dot has only the first of the seven passes.
    assert!(clean(&png(&[header(1, 1, [8, 0, 1]), data(&[0, 200])])).is_ok());
    // Eight by eight have all: 1 + 1 + 1 + 2 + 2 + 4 + 4 rows with 64 dots in all.
    assert!(clean(&png(&[header(8, 8, [8, 0, 1]), data(&[0; 64 + 15])])).is_ok());
    assert!(clean(&png(&[header(8, 8, [8, 0, 1]), data(&[0; 64 + 8])])).is_err());
    for parts in [
        vec![header(1, 1, [8, 3, 0]), data(&[0, 0])],
        vec![header(1, 1, [1, 3, 0]), chunk(b"PLTE", &[0; 9]), data(&[0, 0])],
        vec![header(1, 1, [8, 3, 0]), chunk(b"PLTE", &[0; 4]), data(&[0, 0])],
        vec![header(1, 1, [8, 0, 0]), palette.clone(), data(&[0, 0])],
        vec![header(1, 1, [8, 6, 0]), clear.clone(), data(&[0, 0, 0, 0, 0])],
        vec![header(1, 1, [8, 3, 0]), palette.clone(), palette.clone(), data(&[0, 0])],
        vec![header(1, 1, [8, 3, 0]), data(&[0, 0]), palette],
    ] {
        assert!(matches!(clean(&png(&parts)), Err(LogoError::Png(_))));
    }
}

#[test]
fn pictures_that_are_too_wide_or_unpack_to_more_are_refused() {
    let wide = png(&[header(10_000, 10_000, [8, 6, 0]), data(&[0; 100])]);
    assert_eq!(clean(&wide), Err(LogoError::TooWide { width: 10_000, height: 10_000 }));
    let huge = png(&[header(u32::MAX, 1, [8, 6, 0]), data(&[0; 100])]);
    assert!(matches!(clean(&huge), Err(LogoError::TooWide { .. })));
    let bomb = png(&[header(1, 1, [8, 0, 0]), data(&vec![0; 20_000_000])]);
    assert!(bomb.len() < Logo::LARGEST && clean(&bomb).is_err());
    assert!(clean(&png(&[header(1, 1, [8, 0, 0]), data(&[0])])).is_err(), "too few");
    assert!(clean(&png(&[header(1, 1, [8, 0, 0]), data(&[5, 0])])).is_err(), "no such filter");
}

#[test]
fn broken_pictures_are_refused() {
    let whole = png(&small());
    for length in 0..whole.len() {
        assert!(clean(&whole[..length]).is_err(), "cut at {length}");
    }
    let mut flipped = whole.clone();
    flipped[20] ^= 1;
    assert_eq!(clean(&flipped), Err(LogoError::Png("one of its sums is wrong")));
    let [head, dots] = small().try_into().unwrap();
    for parts in [
        vec![dots.clone(), head.clone()],
        vec![head.clone()],
        vec![head.clone(), head.clone(), dots.clone()],
        vec![head.clone(), chunk(b"NEWx", b""), dots.clone()],
        vec![head.clone(), dots.clone(), chunk(b"tIME", b""), dots.clone()],
        vec![chunk(b"IHDR", &[0; 12]), dots.clone()],
        vec![header(0, 1, [8, 2, 0]), dots.clone()],
        vec![header(2, 2, [3, 2, 0]), dots.clone()],
        vec![header(2, 2, [8, 5, 0]), dots.clone()],
        vec![header(2, 2, [8, 2, 2]), dots],
    ] {
        assert!(clean(&png(&parts)).is_err());
    }
    assert!(clean(b"GIF89a").is_err() && clean(b"").is_err());
}

proptest! {
    #[test]
    fn junk_is_refused_and_nothing_breaks(bytes in proptest::collection::vec(any::<u8>(), 0..200), at in 0_usize..60) {
        let mut sent = png(&small());
        let at = at.min(sent.len());
        sent.splice(at..at, bytes);
        if let Ok(cleaned) = clean(&sent) {
            prop_assert_eq!(clean(&cleaned).unwrap(), cleaned);
        }
    }
}
