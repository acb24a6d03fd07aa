//! The two codes of RFC 8628 3.2: a long one that the device keeps, and a short one that a person types.

use crate::random::Random;
use crate::secret::{Digest, Secret, generate_prefixed, hmac_sha256, parse_prefixed};

/// The code that the device asks with. Its prefix keeps it apart from every other single-use value.
#[derive(Clone, Debug)]
pub struct DeviceCode(Secret);

impl DeviceCode {
    const PREFIX: &'static str = "gkdc_";

    /// A fresh code of 256 random bits.
    pub fn generate(random: &Random) -> Self {
        Self(generate_prefixed(Self::PREFIX, random))
    }

    /// Reads what a request brings; anything of another kind is refused without a look into the database.
    pub fn parse(text: &str) -> Option<Self> {
        parse_prefixed(Self::PREFIX, text).map(Self)
    }

    /// The text for the device.
    pub fn expose(&self) -> &str {
        self.0.expose()
    }

    /// What is stored.
    pub fn digest(&self) -> Digest {
        self.0.digest()
    }
}

/// The code that a person types: eight consonants, so that no word comes about and nothing looks like a digit
/// (RFC 8628 6.1). Those are 34 bits: enough for ten minutes of counted guesses.
#[derive(Clone, Debug)]
pub struct UserCode(Secret);

impl UserCode {
    const LETTERS: &'static [u8; 20] = b"BCDFGHJKLMNPQRSTVWXZ";
    const LENGTH: usize = 8;
    /// What is longer than this is no code, however many blanks it has.
    const LONGEST_INPUT: usize = 64;

    /// A fresh one; every letter is as likely as any other.
    pub fn generate(random: &Random) -> Self {
        let letters = Self::LETTERS.len();
        // Bytes past the last whole multiple of the letters would make the first ones likelier.
        let usable = u8::MAX as usize / letters * letters;
        let mut code = String::with_capacity(Self::LENGTH);
        while code.len() < Self::LENGTH {
            let drawn = random.bytes::<32>();
            let fair = drawn.iter().map(|byte| usize::from(*byte)).filter(|byte| *byte < usable);
            let letters = fair.filter_map(|byte| Self::LETTERS.get(byte % letters));
            code.extend(letters.take(Self::LENGTH - code.len()).map(|letter| char::from(*letter)));
        }
        Self(Secret::new(code))
    }

    /// Reads what a person typed: small letters, blanks and dashes are forgiven.
    pub fn parse(text: &str) -> Option<Self> {
        if text.len() > Self::LONGEST_INPUT {
            return None;
        }
        let ignored = |c: &char| {
            c.is_whitespace() || matches!(c, '-' | '_' | '.' | '\u{2010}'..='\u{2015}' | '\u{2212}')
        };
        let code: String = text.chars().filter(|c| !ignored(c)).map(|c| c.to_ascii_uppercase()).collect();
        let fits = code.len() == Self::LENGTH && code.bytes().all(|byte| Self::LETTERS.contains(&byte));
        fits.then(|| Self(Secret::new(code)))
    }

    /// The code as people read it: in two halves.
    pub fn shown(&self) -> String {
        let (first, second) = self.0.expose().split_at(Self::LENGTH / 2);
        format!("{first}-{second}")
    }

    /// What is stored: keyed, since all codes could be tried against a plain digest in a second.
    pub fn digest(&self, key: &[u8; 32]) -> Digest {
        Digest::from_bytes(hmac_sha256(key, self.0.expose().as_bytes()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn user_codes_are_eight_letters_of_the_alphabet_in_two_halves() {
        let random = Random::default();
        let mut seen = std::collections::BTreeSet::new();
        for _ in 0..500 {
            let shown = UserCode::generate(&random).shown();
            let (first, second) = shown.split_once('-').unwrap();
            assert!(first.len() == 4 && second.len() == 4, "{shown}");
            seen.extend(shown.bytes().filter(|byte| *byte != b'-'));
        }
        assert_eq!(seen.into_iter().collect::<Vec<_>>(), UserCode::LETTERS.to_vec(), "each letter comes");
    }

    #[test]
    fn what_people_type_is_forgiven_as_far_as_it_is_clear() {
        let key = [7; 32];
        let code = UserCode::parse("WDJB-MJHT").unwrap();
        for typed in
            ["wdjbmjht", " WDJB MJHT ", "wdjb-mjht", "w d j b m j h t", "WDJB\u{2013}MJHT", "\twdjb_mjht\n"]
        {
            assert_eq!(UserCode::parse(typed).unwrap().digest(&key), code.digest(&key), "{typed}");
        }
        for wrong in
            ["", "WDJB", "WDJB-MJH", "WDJB-MJHTT", "WDJB-MJH1", "WDJB-MJHA", "ŴDJB-MJHT", "WDJB/MJHT"]
        {
            assert!(UserCode::parse(wrong).is_none(), "{wrong}");
        }
        assert!(UserCode::parse(&format!("WDJB{}MJHT", " ".repeat(60))).is_none());
        assert_ne!(code.digest(&key), code.digest(&[8; 32]), "keyed");
        assert_eq!(code.shown(), "WDJB-MJHT");
    }

    #[test]
    fn device_codes_are_read_back_and_junk_is_not() {
        let code = DeviceCode::generate(&Random::default());
        assert_eq!(DeviceCode::parse(code.expose()).unwrap().digest(), code.digest());
        let as_code = code.expose().replace("gkdc_", "gkac_");
        for junk in ["", "gkdc_", &as_code, &code.expose()[1..], &format!("{}x", code.expose())] {
            assert!(DeviceCode::parse(junk).is_none(), "{junk}");
        }
        assert_eq!(format!("{code:?}"), "DeviceCode(Secret(..))");
    }
}
