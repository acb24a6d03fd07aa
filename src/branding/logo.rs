//! A logo, as it is kept: nothing of it runs, loads or hides anything.

use super::{png, svg};
use crate::secret::Digest;
use crate::text::text_enum;

text_enum! {
    /// What kind of picture a logo is.
    pub enum LogoKind {
        /// Drawn in XML.
        Svg = "svg",
        /// Painted in dots.
        Png = "png",
    }
}

impl LogoKind {
    /// The kind of a media type.
    pub fn of_media_type(text: &str) -> Option<Self> {
        match text.split(';').next().unwrap_or_default().trim().to_ascii_lowercase().as_str() {
            "image/svg+xml" => Some(Self::Svg),
            "image/png" => Some(Self::Png),
            _ => None,
        }
    }

    /// The kind of a logo of this name.
    pub fn of_name(name: &str) -> Option<Self> {
        name.rsplit_once('.').and_then(|(_, ending)| ending.parse().ok())
    }

    /// As which a browser is told to take it.
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Svg => "image/svg+xml",
            Self::Png => "image/png",
        }
    }
}

/// A logo that was cleaned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Logo {
    kind: LogoKind,
    content: Vec<u8>,
}

/// Why a picture cannot be a logo.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LogoError {
    /// It, or what is left of it, is longer than [`Logo::LARGEST`].
    #[error("a logo has at most 64 KiB")]
    TooLarge,
    /// It has too many dots.
    #[error("a logo is at most {most} by {most} dots; this one has {width} by {height}", most = Logo::WIDEST)]
    TooWide {
        /// Its dots from side to side.
        width: u32,
        /// Its dots from top to bottom.
        height: u32,
    },
    /// It is no PNG, or a broken one.
    #[error("this is no PNG that can be read: {0}")]
    Png(&'static str),
    /// It is no SVG, or one that says what no logo needs to.
    #[error("this is no SVG that can be used: {0}")]
    Svg(&'static str),
}

impl Logo {
    /// The longest logo, in bytes.
    pub const LARGEST: usize = 64 * 1024;
    /// The most dots from side to side, and from top to bottom.
    pub const WIDEST: u32 = 1024;

    /// Takes out of a picture whatever is not to be seen.
    ///
    /// # Errors
    /// When nothing is left that could be shown.
    pub fn clean(kind: LogoKind, sent: &[u8]) -> Result<Self, LogoError> {
        if sent.len() > Self::LARGEST {
            return Err(LogoError::TooLarge);
        }
        let content = match kind {
            LogoKind::Svg => svg::clean(sent)?,
            LogoKind::Png => png::clean(sent)?,
        };
        if content.len() > Self::LARGEST { Err(LogoError::TooLarge) } else { Ok(Self { kind, content }) }
    }

    /// What is served.
    pub fn content(&self) -> &[u8] {
        &self.content
    }

    /// What it is called: a digest of what it shows, so that browsers may keep it for ever.
    pub fn name(&self) -> String {
        let digest: String =
            Digest::of(&self.content).as_bytes().iter().take(16).map(|byte| format!("{byte:02x}")).collect();
        format!("{digest}.{}", self.kind)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_media_type_says_the_kind_and_the_name_says_it_too() {
        assert_eq!(LogoKind::of_media_type("image/png"), Some(LogoKind::Png));
        assert_eq!(LogoKind::of_media_type("Image/SVG+xml; charset=utf-8"), Some(LogoKind::Svg));
        for other in ["", "image/jpeg", "text/html", "image/svg"] {
            assert_eq!(LogoKind::of_media_type(other), None, "{other}");
        }
        let logo = Logo::clean(LogoKind::Svg, b"<svg xmlns='http://www.w3.org/2000/svg'/>").unwrap();
        assert_eq!(LogoKind::of_name(&logo.name()), Some(LogoKind::Svg));
        assert_eq!(logo.name().len(), 32 + 4);
        assert_eq!(Logo::clean(LogoKind::Png, &vec![0; Logo::LARGEST + 1]), Err(LogoError::TooLarge));
        assert!(matches!(Logo::clean(LogoKind::Png, logo.content()), Err(LogoError::Png(_))));
    }
}
