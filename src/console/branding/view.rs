//! Looks, as their page shows them.

use serde::Deserialize;

/// How the organisation looks, as the API gives it.
#[derive(Clone, Debug, Deserialize)]
pub struct Branding {
    pub display_name: String,
    pub accent: Option<String>,
    pub colors: Option<Colors>,
    pub support_url: Option<String>,
    pub logo: Option<Logo>,
}

/// What the accent becomes on pages.
#[derive(Clone, Debug, Deserialize)]
pub struct Colors {
    pub button_text: String,
    pub button_contrast: f64,
    pub link_light: String,
    pub link_light_contrast: f64,
    pub link_dark: String,
    pub link_dark_contrast: f64,
    pub style_sheet: String,
}

/// The logo.
#[derive(Clone, Debug, Deserialize)]
pub struct Logo {
    pub url: String,
    pub media_type: String,
}

/// One figure of the table of contrasts.
#[derive(Clone, Debug)]
pub struct Figure {
    pub what: String,
    pub color: String,
    pub ratio: String,
}

/// What kind of picture a file is, by how it begins; whether it is one is for the API to say.
pub fn media_type(content: &[u8]) -> &'static str {
    if content.starts_with(b"\x89PNG") { "image/png" } else { "image/svg+xml" }
}
