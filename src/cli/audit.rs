//! `gridkey audit`

use clap::{Args, Subcommand, ValueEnum};

use super::failure::{Exit, Failure};
use super::load::{ConfigArgs, open_database};
use super::output::{Output, OutputArgs, Table, say, write};
use crate::audit::store::list;
use crate::audit::{self, AuditId, ChainKey, Event, EventFilter, Verdict};
use crate::clock::Timestamp;
use crate::db::{Db, DbError};
use crate::manage::audit_log::EventView;
use crate::manage::audit_log::endpoints::COLUMNS;
use crate::manage::export::Format;
use crate::tenants::{self, Slug, TenantId};

/// Logs that are looked up at once.
const LOGS: usize = 100;
/// Events that are read at once.
const AT_ONCE: i64 = 500;

/// The audit log: verify its chain, export it, look at its end. Works on the database, whether the server runs or not.
#[derive(Debug, Args)]
pub struct Audit {
    #[command(flatten)]
    config: ConfigArgs,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Walk every log and tell whether a sealed row was changed, removed, moved or added. The exit code is 1 then.
    Verify {
        /// Only the log of this organisation.
        #[arg(long, value_name = "SLUG")]
        tenant: Option<Slug>,
        #[command(flatten)]
        list: OutputArgs,
    },
    /// Print a log, newest events first.
    Export {
        /// In which form.
        #[arg(long, value_enum, default_value_t = Form::Jsonl)]
        format: Form,
        #[command(flatten)]
        which: Which,
        /// Not before this time, such as 2026-11-22T10:00:00Z.
        #[arg(long, value_name = "TIME", value_parser = time)]
        start: Option<Timestamp>,
        /// Before this time.
        #[arg(long, value_name = "TIME", value_parser = time)]
        end: Option<Timestamp>,
        /// Only this action, or with a * at the end all that begin so.
        #[arg(long)]
        action: Option<String>,
    },
    /// Print the newest events of a log, oldest first.
    Tail {
        #[command(flatten)]
        which: Which,
        /// How many.
        #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u16).range(1..=1000))]
        lines: u16,
    },
}

/// Whose log.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
struct Which {
    /// The slug of the organisation.
    #[arg(long, value_name = "SLUG")]
    tenant: Option<Slug>,
    /// The log of what belongs to no organisation.
    #[arg(long)]
    instance: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Form {
    /// One JSON object on each line.
    Jsonl,
    /// Comma-separated values, for spreadsheets.
    Csv,
    /// One JSON array.
    Json,
}

impl From<Form> for Format {
    fn from(form: Form) -> Self {
        match form {
            Form::Jsonl => Self::Ndjson,
            Form::Csv => Self::Csv,
            Form::Json => Self::Json,
        }
    }
}

fn time(text: &str) -> Result<Timestamp, &'static str> {
    Timestamp::parse_rfc3339(text).ok_or("expected a time as in RFC 3339, such as 2026-11-22T10:00:00Z")
}

/// Does what was asked.
pub fn run(args: &Audit) -> Result<(), Failure> {
    let config = args.config.load()?.config;
    let db = open_database(&config.database)?;
    match &args.command {
        Command::Verify { tenant, list } => {
            let key = ChainKey::of(&config.security.master_key);
            verify(&db, &key, tenant.as_ref(), list.output)
        }
        Command::Export { format, which, start, end, action } => {
            let (action, action_prefix) = match action.as_deref().map(|text| (text, text.strip_suffix('*'))) {
                None => (None, None),
                Some((_, Some(prefix))) => (None, Some(prefix.to_owned())),
                Some((whole, None)) => (Some(whole.to_owned()), None),
            };
            let filter =
                EventFilter { from: *start, to: *end, action, action_prefix, ..EventFilter::default() };
            export(&db, log_of(&db, which)?, (*format).into(), &filter)
        }
        Command::Tail { which, lines } => tail(&db, log_of(&db, which)?, i64::from(*lines)),
    }
}

fn log_of(db: &Db, which: &Which) -> Result<TenantId, Failure> {
    which.tenant.as_ref().map_or_else(|| Ok(Event::instance()), |slug| id_of(db, slug))
}

fn id_of(db: &Db, slug: &Slug) -> Result<TenantId, Failure> {
    let found = db.read_blocking(|conn| tenants::store::find_by_slug(conn, slug.as_str()))?;
    found
        .map(|tenant| tenant.id)
        .ok_or_else(|| Failure::new(Exit::NotFound, format!("there is no organisation {slug}")))
}

/// What a log is called: the organisation's slug, or its identifier when it is gone for good.
fn name_of(db: &Db, log: TenantId) -> Result<String, DbError> {
    if log == Event::instance() {
        return Ok("(instance)".into());
    }
    let found = db.read_blocking(|conn| tenants::store::find(conn, log))?;
    Ok(found.map_or_else(|| log.to_string(), |tenant| tenant.slug.to_string()))
}

fn verify(db: &Db, key: &ChainKey, only: Option<&Slug>, output: Output) -> Result<(), Failure> {
    let mut table = Table::new(&["log", "state", "rows", "first", "last", "not_sealed", "faults"]);
    let (mut broken, mut rows, mut unsealed) = (0_usize, 0_u64, 0_i64);
    let mut add = |verdict: &Verdict| -> Result<(), DbError> {
        let whole = verdict.faults.is_empty();
        broken += usize::from(!whole);
        rows += verdict.rows;
        unsealed += verdict.unsealed;
        let faults: Vec<String> = verdict.faults.iter().map(ToString::to_string).collect();
        table.row([
            Some(name_of(db, verdict.tenant_id)?),
            Some(if whole { "whole" } else { "BROKEN" }.to_owned()),
            Some(verdict.rows.to_string()),
            Some(verdict.first.to_string()),
            Some(verdict.last.to_string()),
            Some(verdict.unsealed.to_string()),
            Some(faults.join("; ")).filter(|text| !text.is_empty()),
        ]);
        Ok(())
    };
    match only {
        Some(slug) => add(&audit::verify(db, key, id_of(db, slug)?)?)?,
        None => {
            let mut after = None;
            loop {
                let logs = audit::logs(db, after, LOGS)?;
                let Some(last) = logs.last() else { break };
                after = Some(*last);
                for log in logs {
                    add(&audit::verify(db, key, log)?)?;
                }
            }
        }
    }
    table.print(output);
    let sum = format!("{rows} rows are as they were sealed, {unsealed} are not sealed yet");
    if broken > 0 {
        let what = format!("the audit log was tampered with: {broken} of its chains do not hold; {sum}");
        return Err(Failure::failed(what).fix(
            "compare the rows that are named with a backup, and find out who can write to the database",
        ));
    }
    if output == Output::Table {
        say(sum);
    }
    Ok(())
}

fn export(db: &Db, log: TenantId, format: Format, filter: &EventFilter) -> Result<(), Failure> {
    write(format.head(COLUMNS));
    let (mut before, mut is_first): (Option<AuditId>, bool) = (None, true);
    loop {
        let page = db.read_blocking(|conn| list(conn, log, filter, before, AT_ONCE))?;
        for row in page.rows {
            write(format.row(COLUMNS, &EventView::from(row), is_first));
            is_first = false;
        }
        before = page.next;
        if before.is_none() {
            break;
        }
    }
    write(format.tail());
    Ok(())
}

fn tail(db: &Db, log: TenantId, lines: i64) -> Result<(), Failure> {
    let page = db.read_blocking(|conn| list(conn, log, &EventFilter::default(), None, lines))?;
    for row in page.rows.into_iter().rev() {
        let event = EventView::from(row);
        let who = if event.actor_name.is_empty() { &event.actor_id } else { &event.actor_name };
        let what = if event.resource_name.is_empty() { &event.resource_id } else { &event.resource_name };
        let reason = if event.reason.is_empty() { String::new() } else { format!(" ({})", event.reason) };
        say(format!(
            "{} {} {}{reason} by {} {who} on {} {what} from {}",
            event.timestamp,
            event.action,
            event.status,
            event.actor_type,
            event.resource_type,
            if event.ip_address.is_empty() { "here" } else { &event.ip_address },
        ));
    }
    Ok(())
}
