//! Files of profiles, before anybody asks whether what they say is right: reading them, and putting one over another.

use std::collections::BTreeSet;
use std::path::Path;

use super::reading::Finding;
use super::{ProfileError, ProfileName};
use crate::text::nearest;

/// A file is no larger.
const LARGEST: u64 = 256 * 1024;

/// A file before it is put together with what it is `from`.
pub(super) struct Draft {
    pub name: ProfileName,
    pub source: String,
    pub table: toml::Table,
}

/// Every `NAME.toml` of a folder.
pub(super) fn read_folder(
    folder: &Path,
    files: &mut Vec<(String, String, String)>,
    errors: &mut Vec<ProfileError>,
) {
    let source = folder.display().to_string();
    let entries = match std::fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(why) => {
            let problem = format!("the folder of profiles cannot be read: {why}");
            errors.push(ProfileError { source, key: String::new(), problem });
            return;
        }
    };
    let paths: BTreeSet<_> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    for path in paths.iter().filter(|path| path.extension().is_some_and(|ext| ext == "toml")) {
        files.extend(read_file(path, errors));
    }
}

/// One file, under the name that it has without its ending.
pub(super) fn read_file(path: &Path, errors: &mut Vec<ProfileError>) -> Option<(String, String, String)> {
    let source = path.display().to_string();
    let name = path.file_stem()?.to_string_lossy().into_owned();
    let read = match std::fs::metadata(path) {
        Ok(meta) if meta.len() > LARGEST => Err(format!("it is larger than {LARGEST} bytes")),
        Ok(_) => std::fs::read_to_string(path).map_err(|why| format!("it cannot be read: {why}")),
        Err(why) => Err(format!("it cannot be read: {why}")),
    };
    match read {
        Ok(text) => Some((name, source, text)),
        Err(problem) => {
            errors.push(ProfileError { source, key: String::new(), problem });
            None
        }
    }
}

/// The table of a draft over those that it is `from`.
pub(super) fn put_together(draft: &Draft, all: &[Draft]) -> Result<toml::Table, Vec<Finding>> {
    let refuse = |problem: String| vec![("from".to_owned(), problem)];
    let mut seen = vec![&draft.name];
    let mut layers = vec![&draft.table];
    let mut at = draft;
    while let Some(from) = at.table.get("from") {
        let Some(from) = from.as_str() else { return Err(refuse("expected the name of a profile".into())) };
        let Some(base) = all.iter().find(|other| other.name.as_str() == from) else {
            let names = || all.iter().map(|other| other.name.as_str());
            let advice = match nearest(from, names()) {
                Some(meant) => format!("did you mean {meant}?"),
                None => format!("there are: {}", names().collect::<Vec<_>>().join(", ")),
            };
            return Err(refuse(format!("there is no profile \"{from}\"; {advice}")));
        };
        if seen.contains(&&base.name) {
            return Err(refuse(format!("\"{from}\" is taken from itself")));
        }
        seen.push(&base.name);
        layers.push(&base.table);
        at = base;
    }
    let mut whole = toml::Table::new();
    for layer in layers.into_iter().rev() {
        lay_over(&mut whole, layer);
    }
    Ok(whole)
}

/// Puts a table over another: tables are joined, anything else is replaced.
fn lay_over(below: &mut toml::Table, above: &toml::Table) {
    for (key, value) in above {
        match (below.get_mut(key), value) {
            (Some(toml::Value::Table(below)), toml::Value::Table(above)) => lay_over(below, above),
            _ => {
                below.insert(key.clone(), value.clone());
            }
        }
    }
}
