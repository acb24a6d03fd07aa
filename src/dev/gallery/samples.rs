//! What the parts are shown with.

use crate::clock::Timestamp;
use crate::language::Words;
use crate::viewer::chart::{BAD, Bar, Chart, GOOD, WARNING};
use crate::viewer::{Recent, recent};
use crate::web::FormErrors;

/// A step, or what is done of it.
#[derive(Clone, Copy, Debug)]
pub struct Step {
    pub title: &'static str,
    pub to: &'static str,
    pub done: bool,
}

/// A change of a field.
#[derive(Clone, Copy, Debug)]
pub struct Change {
    pub field: &'static str,
    pub before: Option<&'static str>,
    pub after: Option<&'static str>,
}

/// Lines in a language.
#[derive(Clone, Copy, Debug)]
pub struct Sample {
    pub id: &'static str,
    pub title: &'static str,
    pub lines: &'static str,
}

/// A text compared with another.
#[derive(Clone, Copy, Debug)]
pub struct Compared {
    pub before: &'static str,
    pub own: &'static str,
    pub after: &'static str,
}

/// A permission that can be ticked.
#[derive(Clone, Copy, Debug)]
pub struct Tick {
    pub permission: &'static str,
    pub about: &'static str,
    pub ticked: bool,
}

/// The permissions of one resource.
#[derive(Clone, Copy, Debug)]
pub struct Group {
    pub resource: &'static str,
    pub audience: Option<&'static str>,
    pub ticks: &'static [Tick],
}

/// Permissions in groups.
#[derive(Clone, Copy, Debug)]
pub struct Matrix {
    pub groups: &'static [Group],
    pub others: &'static str,
}

/// The fields of a key.
#[derive(Clone, Copy, Debug)]
pub struct KeyFields {
    pub title: &'static str,
    pub purpose: &'static str,
    pub level: &'static str,
    pub scopes: &'static [&'static str],
    pub addresses: &'static str,
    pub rate: &'static str,
    pub expiry: &'static str,
    pub expires_on: &'static str,
    pub days: &'static [&'static str],
}

pub const STEPS: &[Step] = &[
    Step { title: "acme-portal", to: "#steps", done: true },
    Step { title: "ada@acme.example", to: "#steps", done: false },
];

pub const CHANGES: &[Change] = &[
    Change { field: "display_name", before: Some("Acme"), after: Some("Acme Corporation") },
    Change { field: "logo", before: None, after: Some("acme.svg") },
    Change { field: "status", before: Some("active"), after: None },
];

pub const CODE: &[Sample] = &[
    Sample {
        id: "curl",
        title: "curl",
        lines: "curl -H \"Authorization: Bearer $KEY\" https://id.example.com/v1/me",
    },
    Sample { id: "env", title: ".env", lines: "GRIDKEY_API_KEY=gk_live_sample" },
];

pub const COMPARED: Compared = Compared { before: "https://portal.example.com/cb", own: "/", after: "" };

pub const PERMISSIONS: &[&str] = &["reports:read", "reports:write", "users:read"];

pub const MATRIX: Matrix = Matrix {
    groups: &[
        Group {
            resource: "users",
            audience: None,
            ticks: &[
                Tick { permission: "users:read", about: "", ticked: true },
                Tick { permission: "users:update", about: "", ticked: false },
            ],
        },
        Group {
            resource: "reports",
            audience: Some("https://api.example.com"),
            ticks: &[Tick { permission: "reports:read", about: "reports", ticked: true }],
        },
    ],
    others: "files:read:handbook",
};

pub const KEY: KeyFields = KeyFields {
    title: "nightly-report",
    purpose: "",
    level: "scopes",
    scopes: &["reports:read"],
    addresses: "192.0.2.0/24",
    rate: "60",
    expiry: "90",
    expires_on: "",
    days: &["7", "30", "90"],
};

/// Short names and names.
pub const NAMES: &[(&str, &str)] = &[("ops", "Operations"), ("sales", "Sales")];

/// Pairs of a value and a label.
pub fn choices() -> Vec<(String, String)> {
    [("", "–"), ("ops", "Operations"), ("sales", "Sales")].map(|(a, b)| (a.into(), b.into())).to_vec()
}

/// Tabs, of which the first is open.
pub fn tabs() -> Vec<(String, String, bool)> {
    [("users", true), ("teams", false), ("roles", false)]
        .map(|(name, is_open)| (name.into(), "#ui-tabs".into(), is_open))
        .to_vec()
}

/// Moments before and after now.
pub fn moments(words: Words, now: Timestamp) -> Vec<Recent> {
    [-200_000, -7_200, -90, 0, 90, 7_200, 200_000]
        .iter()
        .map(|seconds| Timestamp::from_seconds(now.seconds() + seconds))
        .map(|at| recent(&at.to_string(), words, now))
        .collect()
}

/// Something wrong with each of these fields, and with the form.
pub fn errors(words: Words, fields: &[&'static str]) -> FormErrors {
    let mut errors = FormErrors::form(words.t("form-forged"));
    for field in fields {
        errors.add(*field, words.t("refused-invalid-display-name"));
    }
    errors
}

/// A chart of requests, or one in which nothing happened.
pub fn chart(words: Words, is_flat: bool) -> Chart {
    let bar = |hour: u64| {
        let height = if is_flat { 0 } else { 20 + (hour * 37) % 90 };
        let parts = vec![(GOOD, height), (WARNING, height / 9), (BAD, height / 12)];
        Bar { label: format!("{hour}:00"), title: format!("{hour}:00"), parts }
    };
    let legend =
        [(GOOD, "audit-outcome-success"), (WARNING, "error-limited"), (BAD, "audit-outcome-failure")];
    Chart {
        name: words.t("chart-requests-day"),
        unit: words.t("chart-from"),
        legend: legend.map(|(class, id)| (class, words.t(id))).to_vec(),
        bars: (0..24).map(bar).collect(),
    }
}
