//! Medians of rounds, and the table that the benchmark prints.

use std::fmt::Write as _;

/// How often the floor and Gridkey take turns.
pub const ROUNDS: usize = 3;

/// The middle one.
pub fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted.get(sorted.len() / 2).copied().unwrap_or(f64::NAN)
}

/// Floor and ours, measured one after the other in each round.
#[derive(Clone, Default)]
pub struct Rounds(Vec<(f64, f64)>);

impl Rounds {
    /// Adds a round.
    pub fn push(&mut self, floor: f64, ours: f64) {
        self.0.push((floor, ours));
    }

    /// The median of the floor.
    pub fn floor(&self) -> f64 {
        median(&self.0.iter().map(|(floor, _)| *floor).collect::<Vec<_>>())
    }

    /// The median of ours.
    pub fn ours(&self) -> f64 {
        median(&self.0.iter().map(|(_, ours)| *ours).collect::<Vec<_>>())
    }

    /// The median of ours over the floor of the same round: what changes on the machine between rounds cancels out.
    pub fn ratio(&self) -> f64 {
        median(&self.0.iter().map(|(floor, ours)| ours / floor).collect::<Vec<_>>())
    }

    /// The median of what ours is more than the floor of the same round.
    pub fn excess(&self) -> f64 {
        median(&self.0.iter().map(|(floor, ours)| ours - floor).collect::<Vec<_>>())
    }
}

/// What a figure has to be.
#[derive(Clone, Copy)]
pub enum Goal {
    /// Only reported.
    None,
    /// The gate and the aim are lower bounds.
    AtLeast(f64, f64),
    /// The gate and the aim are upper bounds.
    AtMost(f64, f64),
}

/// One line of the table.
pub struct Row {
    /// P1, P2 ...; growth rows have a word.
    pub id: &'static str,
    /// What is measured.
    pub quantity: String,
    floor: String,
    ours: String,
    ratio: String,
    judged: f64,
    unit: &'static str,
    goal: Goal,
    measured: bool,
}

impl Row {
    /// A row that is judged by ours over the floor.
    pub fn ratio(id: &'static str, quantity: &str, rounds: &Rounds, unit: &'static str, goal: Goal) -> Self {
        Self {
            ratio: number(rounds.ratio()),
            judged: rounds.ratio(),
            ..Self::new(id, quantity, with_unit(rounds.floor(), unit), with_unit(rounds.ours(), unit), goal)
        }
    }

    /// A row that is judged by what ours is more than the floor, in the same unit.
    pub fn excess(id: &'static str, quantity: &str, rounds: &Rounds, unit: &'static str, goal: Goal) -> Self {
        let judged = rounds.excess();
        let sign = if judged < 0.0 { "-" } else { "+" };
        let ratio = format!("{sign}{}", with_unit(judged.abs(), unit));
        Self {
            ratio,
            judged,
            unit,
            ..Self::new(id, quantity, with_unit(rounds.floor(), unit), with_unit(rounds.ours(), unit), goal)
        }
    }

    /// A row without a floor, judged by ours.
    pub fn plain(id: &'static str, quantity: &str, ours: f64, unit: &'static str, goal: Goal) -> Self {
        Self { judged: ours, unit, ..Self::new(id, quantity, "-".into(), with_unit(ours, unit), goal) }
    }

    /// A row that could not be measured.
    pub fn failed(id: &'static str, why: &anyhow::Error) -> Self {
        let mut quantity = format!("not measured: {why:#}");
        quantity.retain(|c| c != '\n');
        let quantity: String = quantity.chars().take(200).collect();
        Self { measured: false, ..Self::new(id, &quantity, "-".into(), "-".into(), Goal::None) }
    }

    fn new(id: &'static str, quantity: &str, floor: String, ours: String, goal: Goal) -> Self {
        let (quantity, ratio) = (quantity.to_owned(), "-".to_owned());
        Self { id, quantity, floor, ours, ratio, judged: f64::NAN, unit: "", goal, measured: true }
    }

    /// Whether there is a figure.
    pub const fn is_measured(&self) -> bool {
        self.measured
    }

    fn cells(&self) -> [String; 8] {
        let (gate, aim) = match self.goal {
            Goal::None => ("-".into(), "-".into()),
            Goal::AtLeast(gate, aim) => {
                (format!(">= {}", with_unit(gate, self.unit)), format!(">= {}", with_unit(aim, self.unit)))
            }
            Goal::AtMost(gate, aim) => {
                (format!("<= {}", with_unit(gate, self.unit)), format!("<= {}", with_unit(aim, self.unit)))
            }
        };
        [
            self.id.to_owned(),
            self.quantity.clone(),
            self.floor.clone(),
            self.ours.clone(),
            self.ratio.clone(),
            gate,
            aim,
            self.verdict().to_owned(),
        ]
    }

    fn verdict(&self) -> &'static str {
        let (meets_gate, meets_aim) = match self.goal {
            _ if !self.measured => return "NOT MEASURED",
            Goal::None => return "-",
            Goal::AtLeast(gate, aim) => (self.judged >= gate, self.judged >= aim),
            Goal::AtMost(gate, aim) => (self.judged <= gate, self.judged <= aim),
        };
        match (meets_gate, meets_aim) {
            (_, true) => "met aim",
            (true, false) => "met gate",
            _ => "BELOW GATE",
        }
    }
}

/// All rows, in columns.
pub fn table(rows: &[Row]) -> String {
    let head = ["row", "quantity", "floor", "ours", "ratio", "gate", "aim", "verdict"].map(str::to_owned);
    let lines: Vec<[String; 8]> = std::iter::once(head).chain(rows.iter().map(Row::cells)).collect();
    let mut widths = [0; 8];
    for line in &lines {
        for (width, cell) in widths.iter_mut().zip(line) {
            *width = cell.chars().count().max(*width);
        }
    }
    let mut out = String::new();
    for (place, line) in lines.iter().enumerate() {
        let cells: Vec<String> =
            line.iter().zip(widths).map(|(cell, width)| format!("{cell:<width$}")).collect();
        // Writing to a String cannot fail.
        let _ = writeln!(out, "{}", cells.join("  ").trim_end());
        if place == 0 {
            let _ = writeln!(out, "{}", widths.map(|width| "-".repeat(width)).join("  "));
        }
    }
    out
}

fn with_unit(value: f64, unit: &str) -> String {
    if unit.is_empty() { number(value) } else { format!("{} {unit}", number(value)) }
}

/// Three digits that count, and marks between thousands.
fn number(value: f64) -> String {
    if value.fract() == 0.0 && value.abs() < 1_000.0 {
        return format!("{value:.0}");
    }
    if value.abs() < 10.0 {
        return format!("{value:.2}");
    }
    if value.abs() < 100.0 {
        return format!("{value:.1}");
    }
    let digits = format!("{value:.0}");
    let mut marked = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            marked.push(',');
        }
        marked.push(digit);
    }
    marked
}
