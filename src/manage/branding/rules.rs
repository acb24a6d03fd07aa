//! What becomes of looks when somebody says something of them.

use super::BrandingPatch;
use crate::branding::{Branding, Color, LogoError, Palette, READABLE, support_url};
use crate::manage::Call;
use crate::web::Problem;

/// The looks after a change.
pub fn patched(call: &Call, seen: &Branding, patch: &BrandingPatch) -> Result<Branding, Problem> {
    let mut changed = seen.clone();
    if let Some(wanted) = &patch.accent {
        changed.accent = wanted.as_deref().map(accent).transpose()?;
    }
    if let Some(wanted) = &patch.support_url {
        changed.support_url = wanted.as_deref().map(support).transpose()?;
    }
    Ok(versioned(call, seen, changed))
}

/// The looks with this logo, or without one.
pub fn with_logo(call: &Call, seen: &Branding, logo: Option<String>) -> Branding {
    versioned(call, seen, Branding { logo, ..seen.clone() })
}

/// What changed has a new version.
fn versioned(call: &Call, seen: &Branding, changed: Branding) -> Branding {
    if changed == *seen {
        return changed;
    }
    Branding { updated_at: Some(call.next_version(seen.version())), ..changed }
}

/// Any colour will do: it is read under black or white, and a shade of its hue is read as text. Should that ever not hold,
/// it is refused here rather than shown to those who cannot read it.
fn accent(text: &str) -> Result<Color, Problem> {
    let refuse = |why: String| Problem::invalid("invalid_accent", why).field("accent");
    let color: Color = text.parse().map_err(|why| refuse(format!("{why}.")))?;
    let palette = Palette::of(color);
    let (light, dark) = palette.link_contrasts();
    if palette.button_contrast().min(light).min(dark) < READABLE {
        return Err(refuse(format!("{color} cannot be read well enough on pages.")));
    }
    Ok(color)
}

fn support(text: &str) -> Result<String, Problem> {
    support_url(text).map_err(|why| {
        Problem::invalid("invalid_support_url", format!("support_url: {why}."))
            .fix("Give a page such as https://help.example.com, or mailto:help@example.com.")
            .field("support_url")
    })
}

/// What is wrong with a picture.
pub fn refused(why: &LogoError) -> Problem {
    let text = why.to_string();
    let mut letters = text.chars();
    let sentence: String = letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).collect();
    Problem::invalid("invalid_logo", format!("{sentence}."))
        .fix("Send an SVG without scripts and outside references, or a PNG.")
        .field("logo")
}
