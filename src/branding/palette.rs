//! What an accent colour becomes on pages, so that any of them can be read: the colour itself under black or white, and
//! shades of its hue where it is text.

use super::Color;
use crate::secret::Digest;

/// The contrast that text needs (WCAG 2.2, 1.4.3).
pub const READABLE: f64 = 4.5;

/// What links lie on: the backgrounds of the style sheet of all pages, as a test compares.
const LIGHT: [Color; 3] = [Color([0xf7, 0xf8, 0xfa]), Color([0xff, 0xff, 0xff]), Color([0xee, 0xf0, 0xf4])];
/// The same in dark colours.
const DARK: [Color; 3] = [Color([0x0f, 0x13, 0x19]), Color([0x17, 0x1c, 0x24]), Color([0x0b, 0x0e, 0x13])];

/// The colours of an organisation's pages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Palette {
    /// Its own colour: what is under the text of a button.
    pub accent: Color,
    /// The same under the pointer.
    pub hover: Color,
    /// The text of a button: black or white, whichever is read better. One of them always reaches 4.58.
    pub on_accent: Color,
    /// Links, and rings around what has the focus: in light colours.
    pub link_light: Color,
    /// The same in dark colours.
    pub link_dark: Color,
    soft_light: Color,
    soft_dark: Color,
}

impl Palette {
    /// The colours of pages with this accent.
    pub fn of(accent: Color) -> Self {
        let on_accent = if accent.contrast(Color::WHITE) >= accent.contrast(Color::BLACK) {
            Color::WHITE
        } else {
            Color::BLACK
        };
        // Away from the text, so that it is read better and not worse.
        let away = if on_accent == Color::WHITE { Color::BLACK } else { Color::WHITE };
        let [_, light, _] = LIGHT;
        let [_, dark, _] = DARK;
        let (soft_light, soft_dark) = (accent.mixed_into(light, 0.12), accent.mixed_into(dark, 0.2));
        let on = |grounds: [Color; 3], soft: Color, darker: bool| {
            let [one, two, three] = grounds;
            accent.readable_on(&[one, two, three, soft], READABLE, darker)
        };
        Self {
            accent,
            hover: away.mixed_into(accent, 0.15),
            on_accent,
            link_light: on(LIGHT, soft_light, true),
            link_dark: on(DARK, soft_dark, false),
            soft_light,
            soft_dark,
        }
    }

    /// How well the text of a button is read.
    pub fn button_contrast(&self) -> f64 {
        self.accent.contrast(self.on_accent)
    }

    /// How well links are read where they are read worst: in light colours and in dark ones.
    pub fn link_contrasts(&self) -> (f64, f64) {
        let light = self.link_light.least_contrast(&LIGHT).min(self.link_light.contrast(self.soft_light));
        let dark = self.link_dark.least_contrast(&DARK).min(self.link_dark.contrast(self.soft_dark));
        (light, dark)
    }

    /// The style sheet of pages with these colours: for what lies inside an element of the class `branded`. It stands in no
    /// layer, and so wins over that of all pages.
    pub fn style_sheet(&self) -> String {
        let Self { accent, hover, on_accent, link_light, link_dark, soft_light, soft_dark } = self;
        format!(
            ".branded{{--accent:{accent};--accent-hover:{hover};--on-accent:{on_accent};\
             --link:light-dark({link_light},{link_dark});--soft:light-dark({soft_light},{soft_dark})}}\
             .branded :focus-visible{{outline-color:var(--link)}}\
             .branded .primary,.branded .primary:hover{{border-color:var(--link)}}\
             .branded .notice{{border-color:var(--link)}}\n"
        )
    }

    /// Under which name the style sheet is served: the colour, and a digest of the whole, so that browsers may keep it for
    /// ever.
    pub fn style_sheet_name(&self) -> String {
        let digest: String = Digest::of(self.style_sheet().as_bytes())
            .as_bytes()
            .iter()
            .take(8)
            .map(|byte| format!("{byte:02x}"))
            .collect();
        format!("{}.{digest}.css", self.accent.to_string().trim_start_matches('#'))
    }

    /// The colours whose style sheet has this name.
    pub fn named(name: &str) -> Option<Self> {
        let (color, _) = name.split_once('.')?;
        let palette = Self::of(format!("#{color}").parse().ok()?);
        (palette.style_sheet_name() == name).then_some(palette)
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn links_are_judged_on_what_pages_lie_on() {
        let sheet = concat!(env!("CARGO_MANIFEST_DIR"), "/static/app.css");
        let sheet = fs::read_to_string(sheet).unwrap().replace("#fff,", "#ffffff,");
        for (name, place) in [("background", 0), ("surface", 1), ("sunken", 2)] {
            let line = format!("--{name}: light-dark({}, {});", LIGHT[place], DARK[place]);
            assert!(sheet.contains(&line), "{line}");
        }
    }

    #[test]
    fn a_name_is_that_of_one_sheet() {
        let palette = Palette::of("#FFEE00".parse().unwrap());
        let name = palette.style_sheet_name();
        assert!(name.starts_with("ffee00.") && name.len() == 6 + 1 + 16 + 4, "{name}");
        assert_eq!(Palette::named(&name), Some(palette));
        assert_eq!(palette.on_accent, Color::BLACK);
        for bad in
            ["", "ffee00", "ffee00.css", &name.to_uppercase(), &format!("{name}x"), &name.replace("ff", "fe")]
        {
            assert_eq!(Palette::named(bad), None, "{bad}");
        }
    }

    proptest! {
        #[test]
        fn any_accent_is_readable(rgb in any::<[u8; 3]>()) {
            let palette = Palette::of(Color(rgb));
            let (light, dark) = palette.link_contrasts();
            prop_assert!(palette.button_contrast() >= READABLE, "{palette:?}");
            prop_assert!(palette.hover.contrast(palette.on_accent) >= READABLE, "{palette:?}");
            prop_assert!(light >= READABLE && dark >= READABLE, "{palette:?} {light} {dark}");
        }

        #[test]
        fn a_sheet_says_nothing_but_colours(rgb in any::<[u8; 3]>()) {
            let sheet = Palette::of(Color(rgb)).style_sheet();
            prop_assert!(!sheet.contains("url(") && !sheet.contains('@') && !sheet.contains('<'));
            prop_assert!(sheet.len() < 700, "{}", sheet.len());
        }
    }
}
