//! The settings told to people: an example file and the reference page, both from the one table.

use std::fmt::Write;

use super::sections::SECTIONS;
use super::settings::{Fallback, Section, Setting};
use super::values::Shape;

/// A commented configuration file with every setting at its default: `gridkey config init`. What is required stands
/// there uncommented.
pub fn example_toml() -> String {
    let mut out = String::from(
        "# Gridkey's configuration. Lines that begin with `#` show the defaults: uncomment a setting to change it.\n\
         # Each can also be set by a variable, which is stronger: GRIDKEY_SERVER_LISTEN for `listen` under [server].\n\
         # `gridkey config show` lists what counts and where it comes from.\n",
    );
    for section in SECTIONS {
        push(&mut out, format_args!("\n{}\n[{}]\n", comment(section.doc), section.name));
        for setting in section.settings {
            push(&mut out, format_args!("\n{}\n", comment(setting.doc)));
            if let Some(range) = setting.range() {
                push(&mut out, format_args!("# Allowed: {range}.\n"));
            }
            if let Some(file) = setting.file_name() {
                push(&mut out, format_args!("# Or the path of a file that holds it: {file} = \"...\"\n"));
            }
            let (mark, text) = match setting.fallback {
                Fallback::Default(text) => ("# ", text),
                Fallback::Required(text) => ("", text),
            };
            push(&mut out, format_args!("{mark}{} = {}\n", setting.name(), toml_value(setting, text)));
        }
    }
    out
}

/// The page `docs/reference/configuration.md`: `gridkey config reference`.
pub fn reference_markdown() -> String {
    let mut out = String::from(INTRODUCTION);
    for section in SECTIONS {
        push(&mut out, format_args!("- [`[{0}]`](#{0}): {1}\n", section.name, paragraph(section.doc)));
    }
    for section in SECTIONS {
        section_markdown(&mut out, section);
    }
    out
}

const INTRODUCTION: &str = "\
# Configuration reference

<!-- Generated from src/config/sections: edit the settings there, then run
     gridkey config reference > docs/reference/configuration.md -->

Gridkey takes each setting from the strongest of these sources that gives it:

1. the command line, where a command has a flag for it;
2. the environment: `GRIDKEY_<SECTION>_<SETTING>`, such as `GRIDKEY_SERVER_LISTEN` for `server.listen`; for secrets also
   `GRIDKEY_<SECTION>_<SETTING>_FILE`, the path of a file that holds the value;
3. the configuration file, in TOML: the one named on the command line, else by `GRIDKEY_CONFIG`, else `gridkey.toml` in
   the working directory if there is one; for secrets also `<setting>_file`, a path relative to that file;
4. the default.

A secret given both directly and as a file in the same source is refused. From a file, line ends at its end are left
out. Everything that is wrong is reported at once, and the server does not start. That includes unknown settings in the
file and unknown variables that begin with `GRIDKEY_`; only the variables that Kubernetes makes for a service called
`gridkey` (`GRIDKEY_SERVICE_HOST`, `GRIDKEY_PORT` and the like) are passed over.

`gridkey config init` writes a file with every setting, `gridkey config show` lists what counts and where it comes from.

Durations have units, `ms`, `s`, `m`, `h` and `d`, and can be put together: `90s`, `15m`, `1h30m`, `30d`. Sizes have `B`,
`KiB`, `MiB` or `GiB`. A list is an array of strings in the file, and has commas in a variable.

";

fn section_markdown(out: &mut String, section: &Section) {
    push(out, format_args!("\n## {}\n\n{}\n", section.name, paragraph(section.doc)));
    for setting in section.settings {
        push(out, format_args!("\n### `{}`\n\n{}\n\n", setting.key, paragraph(setting.doc)));
        match setting.fallback {
            Fallback::Default("") => push(out, format_args!("- Default: empty\n")),
            Fallback::Default(text) => push(out, format_args!("- Default: `{text}`\n")),
            Fallback::Required("") => push(out, format_args!("- Required\n")),
            Fallback::Required(text) => push(out, format_args!("- Required, such as `{text}`\n")),
        }
        push(out, format_args!("- Form: {}\n", (setting.form)().replace('<', "\\<")));
        if let Some(range) = setting.range() {
            push(out, format_args!("- Allowed: {range}\n"));
        }
        push(out, format_args!("- Variable: `{}`\n", setting.variable()));
        if let (Some(variable), Some(name)) = (setting.file_variable(), setting.file_name()) {
            push(
                out,
                format_args!("- Secret: never shown; from a file with `{variable}`, or `{name}` in TOML\n"),
            );
        }
    }
}

fn push(out: &mut String, text: std::fmt::Arguments<'_>) {
    // Writing to a String cannot fail.
    let _ = out.write_fmt(text);
}

fn comment(doc: &[&str]) -> String {
    doc.iter().map(|line| format!("#{line}")).collect::<Vec<_>>().join("\n")
}

fn paragraph(doc: &[&str]) -> String {
    doc.iter().map(|line| line.trim()).collect::<Vec<_>>().join("\n")
}

fn toml_value(setting: &Setting, text: &str) -> String {
    match setting.shape {
        Shape::Bare => text.to_owned(),
        Shape::Text => toml::Value::from(text).to_string(),
        Shape::List => {
            toml::Value::from(text.split(',').filter(|item| !item.is_empty()).collect::<Vec<_>>()).to_string()
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::Path;

    use super::*;
    use crate::config::tests::{MASTER_KEY, settings, sources, write};
    use crate::config::{Config, Source, Sources};

    #[test]
    fn the_example_parses_to_the_defaults() {
        let example = example_toml().replace("master_key = \"\"", &format!("master_key = {MASTER_KEY:?}"));
        // Uncommented as well: what the file shows as a default is the default.
        let names: BTreeSet<&str> = settings().map(Setting::name).collect();
        let uncomment =
            |line: &str| match line.strip_prefix("# ").and_then(|rest| Some((rest, rest.split_once(" = ")?)))
            {
                Some((rest, (name, _))) if names.contains(name) => rest.to_owned(),
                _ => line.to_owned(),
            };
        let uncommented: Vec<String> = example.lines().map(uncomment).collect();
        let folder = tempfile::tempdir().unwrap();
        let defaults = Config::load(&sources(&[])).unwrap();
        for (text, from_file) in [(example, 2), (uncommented.join("\n"), settings().count())] {
            let file = write(folder.path(), "gridkey.toml", &text);
            let loaded = Config::load(&Sources { file: Some(file.clone()), ..Sources::default() }).unwrap();
            let source = Source::File(file);
            assert_eq!(loaded.effective.iter().filter(|one| one.source == source).count(), from_file);
            for (ours, default) in loaded.effective.iter().zip(&defaults.effective) {
                assert_eq!((ours.key, &ours.value), (default.key, &default.value));
            }
        }
    }

    #[test]
    fn the_reference_page_is_up_to_date() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/reference/configuration.md");
        let page = std::fs::read_to_string(path).unwrap_or_default();
        assert!(
            page.trim_end() == reference_markdown().trim_end(),
            "docs/reference/configuration.md is out of date. Regenerate it with:\n  \
         gridkey config reference > docs/reference/configuration.md"
        );
    }
}
