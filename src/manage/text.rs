//! Texts that people choose.

use crate::tenants::Lifetimes;
use crate::web::Problem;

/// A name for people: 1 to 200 characters without control characters, trimmed.
///
/// # Errors
/// 422 otherwise.
pub fn display_name(text: &str) -> Result<String, Problem> {
    let trimmed = text.trim();
    let fits = (1..=200).contains(&trimmed.chars().count()) && !trimmed.chars().any(char::is_control);
    if fits {
        Ok(trimmed.to_owned())
    } else {
        Err(Problem::invalid("invalid_display_name", "A name has 1 to 200 characters and no line breaks."))
    }
}

/// What something is for: at most 1,000 characters, line breaks allowed.
///
/// # Errors
/// 422 otherwise.
pub fn description(text: &str) -> Result<String, Problem> {
    let fits = text.chars().count() <= 1_000 && !text.chars().any(|c| c.is_control() && c != '\n');
    if fits {
        Ok(text.to_owned())
    } else {
        Err(Problem::invalid("invalid_description", "A description has at most 1,000 characters."))
    }
}

/// A year.
const LONGEST_SPAN: u32 = 366 * 24 * 60 * 60;

/// A span of time in settings: from half a minute to a year.
///
/// # Errors
/// 422 otherwise.
pub fn span(name: &str, seconds: Option<u32>) -> Result<(), Problem> {
    if seconds.is_none_or(|seconds| (30..=LONGEST_SPAN).contains(&seconds)) {
        return Ok(());
    }
    let detail = format!("settings.{name} must be from 30 to {LONGEST_SPAN} seconds.");
    Err(Problem::invalid("invalid_settings", detail))
}

/// The lifetimes of tokens in settings.
///
/// # Errors
/// 422 when one of them is out of bounds.
pub fn lifetimes(lifetimes: &Lifetimes) -> Result<(), Problem> {
    span("lifetimes.access_token", lifetimes.access_token)?;
    span("lifetimes.id_token", lifetimes.id_token)?;
    span("lifetimes.refresh_token_idle", lifetimes.refresh_token_idle)?;
    span("lifetimes.refresh_token", lifetimes.refresh_token)
}
