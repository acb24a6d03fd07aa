//! What is asked for, and how what is wrong with a file is told.

use crate::seed::{ApplyError, Hashes, SeedErrors};
use crate::web::{Params, Problem, ProblemPart};

/// How many objects a file may describe here. More is for the command line, which has the database for itself.
pub const MOST_OBJECTS: usize = 2_000;

/// What a file is called in messages.
pub const ORIGIN: &str = "configuration";

/// A question of the query that is answered by `true` or `false`.
///
/// # Errors
/// 400 for another answer.
fn flag(params: &Params, name: &'static str) -> Result<bool, Problem> {
    match params.get(name) {
        None | Some("false") => Ok(false),
        Some("true") => Ok(true),
        Some(_) => Err(Problem::bad_request("invalid_filter", format!("{name}: expected true or false."))),
    }
}

/// Nothing in the query but what is known: a typing error would otherwise do something else than was meant.
///
/// # Errors
/// 400 that names what is known.
fn only(params: &Params, known: &str) -> Result<(), Problem> {
    match params.pairs().find(|(name, _)| *name != known && *name != "tenant") {
        None => Ok(()),
        Some((name, _)) => {
            let detail = format!("This address knows no parameter {name:?}.");
            Err(Problem::bad_request("unknown_parameter", detail).fix(format!("It knows: {known}, tenant.")))
        }
    }
}

/// Whether hashes are to be written.
///
/// # Errors
/// 400 for a query that cannot be read so.
pub fn hashes(params: &Params) -> Result<Hashes, Problem> {
    only(params, "hashes")?;
    Ok(if flag(params, "hashes")? { Hashes::Written } else { Hashes::LeftOut })
}

/// Whether what the file does not name is to go.
///
/// # Errors
/// 400 for a query that cannot be read so.
pub fn prune(params: &Params) -> Result<bool, Problem> {
    only(params, "prune")?;
    flag(params, "prune")
}

/// What is wrong with a file.
pub fn refused(errors: &SeedErrors) -> Problem {
    let parts: Vec<ProblemPart> = errors
        .iter()
        .map(|error| ProblemPart {
            line: error.place.line,
            column: error.place.column,
            detail: error.problem.clone(),
        })
        .collect();
    let count = parts.len();
    let first = errors.iter().next().map(|error| error.problem.clone()).unwrap_or_default();
    let more = if count == 1 { String::new() } else { format!(" There are {} more errors.", count - 1) };
    let detail = format!("The file does not fit, and nothing was changed: {first}.{more}");
    let problem = match errors.lacks() {
        Some(permission) => Problem::lacking(permission, detail),
        None => Problem::invalid("invalid_configuration", detail),
    };
    problem.fix("Mend what errors names, line by line, and send the file again.").parts(parts)
}

/// The same for everything that can go wrong.
pub fn failed(error: ApplyError) -> Problem {
    match error {
        ApplyError::Refused(errors) => refused(&errors),
        ApplyError::Changed => Problem::precondition_failed(),
        ApplyError::Database(error) => error.into(),
        ApplyError::Password(error) => error.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_known_is_not_guessed() {
        let params = |text: &str| Params::from_query(text).unwrap();
        assert_eq!(hashes(&params("")).unwrap(), Hashes::LeftOut);
        assert_eq!(hashes(&params("hashes=true&tenant=acme")).unwrap(), Hashes::Written);
        assert!(prune(&params("prune=true")).unwrap());
        assert!(!prune(&params("prune=false")).unwrap());
        assert_eq!(prune(&params("prune=yes")).unwrap_err().code, "invalid_filter");
        assert_eq!(prune(&params("hashes=true")).unwrap_err().code, "unknown_parameter");
    }
}
