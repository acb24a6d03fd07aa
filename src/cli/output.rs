//! Answers: lines for people, and lists as a table or as JSON.

use std::io::Write;

use clap::{Args, ValueEnum};
use serde_json::{Map, Value};

/// How a list looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Output {
    /// Columns, for people.
    Table,
    /// One JSON array, for programs.
    Json,
}

/// The choice, on every command that prints a list.
#[derive(Debug, Args)]
pub struct OutputArgs {
    /// How the list looks.
    #[arg(long, value_enum, default_value_t = Output::Table, global = true)]
    pub output: Output,
}

/// Prints a line on standard output. A reader that went away (`| head`) is no failure.
pub fn say(line: impl AsRef<str>) {
    let mut out = std::io::stdout().lock();
    drop(writeln!(out, "{}", line.as_ref()).and_then(|()| out.flush()));
}

/// Prints a piece of a longer answer, as it is.
pub fn write(text: impl AsRef<str>) {
    drop(std::io::stdout().lock().write_all(text.as_ref().as_bytes()));
}

/// A list. A cell that is `None` is empty in the table and `null` in JSON.
pub struct Table {
    columns: &'static [&'static str],
    rows: Vec<Vec<Option<String>>>,
}

impl Table {
    /// An empty list; columns have names as JSON has them (`signs_from`).
    pub const fn new(columns: &'static [&'static str]) -> Self {
        Self { columns, rows: Vec::new() }
    }

    /// Adds a row with a cell for each column.
    pub fn row(&mut self, cells: impl IntoIterator<Item = Option<String>>) {
        self.rows.push(cells.into_iter().collect());
    }

    /// Prints the list.
    pub fn print(&self, output: Output) {
        match output {
            Output::Table => say(self.text().trim_end()),
            Output::Json => say(format!("{:#}", self.json())),
        }
    }

    fn json(&self) -> Value {
        let object = |row: &Vec<Option<String>>| {
            let cells = row.iter().map(|cell| cell.clone().map_or(Value::Null, Value::String));
            self.columns.iter().map(|name| (*name).to_owned()).zip(cells).collect::<Map<_, _>>()
        };
        self.rows.iter().map(object).map(Value::Object).collect()
    }

    fn text(&self) -> String {
        let header: Vec<String> =
            self.columns.iter().map(|name| name.replace('_', " ").to_uppercase()).collect();
        let mut lines = vec![header];
        lines.extend(
            self.rows.iter().map(|row| row.iter().map(|cell| cell.clone().unwrap_or_default()).collect()),
        );
        let width = |column: usize| {
            lines.iter().filter_map(|line| line.get(column)).map(|cell| cell.chars().count()).max()
        };
        let widths: Vec<usize> = (0..self.columns.len()).map(|column| width(column).unwrap_or(0)).collect();
        let mut text = String::new();
        for line in &lines {
            let cells: Vec<String> =
                line.iter().zip(&widths).map(|(cell, width)| format!("{cell:<width$}")).collect();
            text.push_str(cells.join("  ").trim_end());
            text.push('\n');
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list() -> Table {
        let mut list = Table::new(&["name", "signs_from"]);
        list.row([Some("a long name".into()), None]);
        list.row([Some("ü".into()), Some("now".into())]);
        list
    }

    #[test]
    fn a_table_lines_up() {
        assert_eq!(list().text(), "NAME         SIGNS FROM\na long name\nü            now\n");
    }

    #[test]
    fn json_has_the_columns_as_members() {
        assert_eq!(
            list().json(),
            serde_json::json!([{"name": "a long name", "signs_from": null}, {"name": "ü", "signs_from": "now"}])
        );
    }
}
