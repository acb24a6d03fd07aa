//! How looks are shown and said.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::branding::{Branding, LogoKind, Palette};
use crate::manage::patch::given;
use crate::tenants::Tenant;
use crate::web::paths;

/// How an organisation looks on its sign-in pages.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct BrandingView {
    /// The organisation's name, which `PATCH /v1/tenants/{id}` changes.
    #[schema(example = "Acme Corporation")]
    pub display_name: String,
    /// The colour of buttons and links; absent while it is as everybody's.
    #[schema(example = "#2b5fc4")]
    pub accent: Option<String>,
    /// What the accent becomes on pages, and how well it is read there.
    pub colors: Option<ColorsView>,
    /// Where people find help.
    #[schema(example = "https://help.acme.example/")]
    pub support_url: Option<String>,
    /// The logo.
    pub logo: Option<LogoView>,
    /// When it was last changed; absent while it never was.
    #[schema(format = DateTime)]
    pub updated_at: Option<String>,
}

/// What an accent colour becomes. Contrasts are those of WCAG 2.2, from 1 to 21; text needs 4.5.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ColorsView {
    /// The text on a button: black or white.
    #[schema(example = "#ffffff")]
    pub button_text: String,
    /// How well it is read on the accent.
    #[schema(example = 5.9)]
    pub button_contrast: f64,
    /// Links in light colours: the accent, or the nearest shade of its hue that can be read.
    pub link_light: String,
    /// How well they are read where they are read worst.
    pub link_light_contrast: f64,
    /// Links in dark colours.
    pub link_dark: String,
    /// How well they are read where they are read worst.
    pub link_dark_contrast: f64,
    /// The path of the style sheet that says so.
    pub style_sheet: String,
}

/// A logo.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct LogoView {
    /// Where everybody finds it.
    pub url: String,
    /// `image/svg+xml` or `image/png`.
    #[schema(example = "image/svg+xml")]
    pub media_type: String,
}

impl BrandingView {
    pub(super) fn new(public_url: &str, tenant: &Tenant, branding: &Branding) -> Self {
        let logo = |name: &String| LogoView {
            url: format!("{public_url}{}", paths::logo(&tenant.id.to_string(), name)),
            media_type: LogoKind::of_name(name).map_or_else(String::new, |kind| kind.media_type().to_owned()),
        };
        Self {
            display_name: tenant.display_name.clone(),
            accent: branding.accent.map(|accent| accent.to_string()),
            colors: branding.accent.map(|accent| ColorsView::from(Palette::of(accent))),
            support_url: branding.support_url.clone(),
            logo: branding.logo.as_ref().map(logo),
            updated_at: branding.updated_at.map(|at| at.to_rfc3339()),
        }
    }
}

impl From<Palette> for ColorsView {
    fn from(palette: Palette) -> Self {
        // Rounded down: what is shown as 4.5 must be it.
        let shown = |contrast: f64| (contrast * 100.0).floor() / 100.0;
        let (light, dark) = palette.link_contrasts();
        Self {
            button_text: palette.on_accent.to_string(),
            button_contrast: shown(palette.button_contrast()),
            link_light: palette.link_light.to_string(),
            link_light_contrast: shown(light),
            link_dark: palette.link_dark.to_string(),
            link_dark_contrast: shown(dark),
            style_sheet: paths::brand_style(&palette.style_sheet_name()),
        }
    }
}

/// A change to how an organisation looks (RFC 7396).
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct BrandingPatch {
    /// `#` and six hexadecimal digits; `null` goes back to everybody's.
    #[serde(deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    pub accent: Option<Option<String>>,
    /// An `https:` or `mailto:` address; `null` takes it away.
    #[serde(deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    pub support_url: Option<Option<String>>,
}
