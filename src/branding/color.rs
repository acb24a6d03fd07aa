//! Colours, and how far apart they are for the eye (WCAG 2.2, relative luminance and contrast ratio).

use std::fmt;
use std::str::FromStr;

/// A colour of sRGB, written `#rrggbb`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Color(pub [u8; 3]);

/// Why a text is no [`Color`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a colour is # and six hexadecimal digits, such as #2b5fc4")]
pub struct InvalidColor;

impl Color {
    /// Black.
    pub const BLACK: Self = Self([0; 3]);
    /// White.
    pub const WHITE: Self = Self([0xff; 3]);

    /// How bright it is, from 0 to 1.
    pub fn luminance(self) -> f64 {
        let [red, green, blue] = self.0.map(|channel| {
            let channel = f64::from(channel) / 255.0;
            if channel <= 0.04045 { channel / 12.92 } else { ((channel + 0.055) / 1.055).powf(2.4) }
        });
        0.2126 * red + 0.7152 * green + 0.0722 * blue
    }

    /// How well one is read on the other, from 1 to 21.
    pub fn contrast(self, other: Self) -> f64 {
        let (one, two) = (self.luminance(), other.luminance());
        (one.max(two) + 0.05) / (one.min(two) + 0.05)
    }

    /// The least contrast to any of these.
    pub fn least_contrast(self, others: &[Self]) -> f64 {
        others.iter().map(|other| self.contrast(*other)).fold(f64::INFINITY, f64::min)
    }

    /// So much of this colour, and the rest of the other one.
    #[must_use]
    pub fn mixed_into(self, other: Self, share: f64) -> Self {
        let [r, g, b] = self.0;
        let [s, h, c] = other.0;
        let mix = |one: u8, two: u8| byte(f64::from(one) * share + f64::from(two) * (1.0 - share));
        Self([mix(r, s), mix(g, h), mix(b, c)])
    }

    /// The nearest shade of the same hue and saturation that has this contrast to all of these: darker ones are looked
    /// for where `darker`, lighter ones otherwise. The end of the way is black or white.
    #[must_use]
    pub fn readable_on(self, others: &[Self], contrast: f64, darker: bool) -> Self {
        let (hue, saturation, lightness) = self.to_hsl();
        let end = if darker { 0.0 } else { 1.0 };
        (0..=STEPS)
            .map(|step| {
                let way = f64::from(step) / f64::from(STEPS);
                if step == 0 { self } else { from_hsl(hue, saturation, lightness + (end - lightness) * way) }
            })
            .find(|shade| shade.least_contrast(others) >= contrast)
            .unwrap_or(if darker { Self::BLACK } else { Self::WHITE })
    }

    fn to_hsl(self) -> (f64, f64, f64) {
        let [r, g, b] = self.0.map(|channel| f64::from(channel) / 255.0);
        let (most, least) = (r.max(g).max(b), r.min(g).min(b));
        let (lightness, spread) = (f64::midpoint(most, least), most - least);
        if spread <= f64::EPSILON {
            return (0.0, 0.0, lightness);
        }
        let saturation = spread / (1.0 - (2.0 * lightness - 1.0).abs());
        let sixth = if most <= r {
            ((g - b) / spread).rem_euclid(6.0)
        } else if most <= g {
            (b - r) / spread + 2.0
        } else {
            (r - g) / spread + 4.0
        };
        (sixth, saturation.min(1.0), lightness)
    }
}

/// How finely shades are looked for.
const STEPS: u16 = 256;

/// From a hue in sixths of the circle.
fn from_hsl(sixth: f64, saturation: f64, lightness: f64) -> Color {
    let chroma = (1.0 - (2.0 * lightness - 1.0).abs()) * saturation;
    let channel = |place: f64| {
        // How far this channel is from its own sixth of the circle.
        let away = ((sixth - place + 3.0).rem_euclid(6.0) - 3.0).abs();
        let share = (2.0 - away).clamp(0.0, 1.0);
        byte((lightness + chroma * (share - 0.5)) * 255.0)
    };
    Color([channel(0.0), channel(2.0), channel(4.0)])
}

fn byte(value: f64) -> u8 {
    value.round().clamp(0.0, 255.0) as u8
}

impl FromStr for Color {
    type Err = InvalidColor;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let digits = text.strip_prefix('#').ok_or(InvalidColor)?;
        if digits.len() != 6 || !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Err(InvalidColor);
        }
        let number = u32::from_str_radix(digits, 16).map_err(|_| InvalidColor)?;
        let [_, red, green, blue] = number.to_be_bytes();
        Ok(Self([red, green, blue]))
    }
}

impl fmt::Display for Color {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [red, green, blue] = self.0;
        write!(f, "#{red:02x}{green:02x}{blue:02x}")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn color(text: &str) -> Color {
        text.parse().unwrap()
    }

    #[test]
    fn a_colour_is_six_digits() {
        assert_eq!(color("#2B5fc4").to_string(), "#2b5fc4");
        for bad in ["", "#", "2b5fc4", "#2b5fc", "#2b5fc44", "#2b5fcg", "#+b5fc4", "red", "#2b5fc4;x", "#äöü"]
        {
            assert_eq!(bad.parse::<Color>(), Err(InvalidColor), "{bad}");
        }
    }

    #[test]
    fn contrasts_are_those_of_the_standard() {
        for (one, two, expected) in [
            ("#000000", "#ffffff", 21.0),
            ("#ffffff", "#ffffff", 1.0),
            ("#767676", "#ffffff", 4.54),
            ("#777777", "#ffffff", 4.48),
            ("#ff0000", "#ffffff", 4.0),
            ("#0000ff", "#ffffff", 8.59),
        ] {
            let found = color(one).contrast(color(two));
            assert!((found - expected).abs() < 0.01, "{one} {two}: {found}");
            assert!((found - color(two).contrast(color(one))).abs() < 1e-9);
        }
    }

    proptest! {
        #[test]
        fn a_colour_survives_the_way_through_hue_and_lightness(rgb in any::<[u8; 3]>()) {
            let (hue, saturation, lightness) = Color(rgb).to_hsl();
            let back = from_hsl(hue, saturation, lightness);
            for (one, two) in rgb.iter().zip(back.0) {
                prop_assert!(one.abs_diff(two) <= 1, "{rgb:?} {back:?}");
            }
        }

        #[test]
        fn a_shade_is_readable_and_keeps_its_hue(rgb in any::<[u8; 3]>(), darker in any::<bool>()) {
            let grounds = if darker { [Color::WHITE, Color([0xee; 3])] } else { [Color::BLACK, Color([0x20; 3])] };
            let shade = Color(rgb).readable_on(&grounds, 4.5, darker);
            prop_assert!(shade.least_contrast(&grounds) >= 4.5, "{rgb:?} {shade}");
            let (before, after) = (Color(rgb).to_hsl(), shade.to_hsl());
            // Very dark and very light shades have too few steps to keep a hue exactly.
            if before.1 > 0.2 && after.1 > 0.2 && (0.15..0.85).contains(&after.2) && (0.15..0.85).contains(&before.2) {
                let apart = (before.0 - after.0).rem_euclid(6.0);
                prop_assert!(apart.min(6.0 - apart) < 0.25, "{rgb:?} {shade}");
            }
        }
    }

    #[test]
    fn what_is_readable_already_stays_as_it_is() {
        assert_eq!(color("#234fa6").readable_on(&[Color::WHITE], 4.5, true), color("#234fa6"));
    }
}
