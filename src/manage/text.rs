//! Texts that people choose.

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
