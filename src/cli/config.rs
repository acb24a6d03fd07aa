//! `gridkey config`

use std::io::{ErrorKind, Read, Write};
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand, ValueEnum};

use super::failure::{Exit, Failure};
use super::load::ConfigArgs;
use super::output::{Output, OutputArgs, Table, say};
use crate::app::App;
use crate::config::{example_toml, reference_markdown};
use crate::seed::{self, ApplyError, Ground, Hashes, Mode, Report, Rules, SeedFile};
use crate::tenants::Slug;

/// Check, show, write and apply configuration.
#[derive(Debug, Args)]
pub struct Config {
    #[command(flatten)]
    config: ConfigArgs,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Tell everything that is wrong with the configuration.
    Check,
    /// List every setting, what counts, and where it comes from. Secrets are hidden.
    Show(OutputArgs),
    /// Write a commented file with every setting.
    Init {
        /// Where to; `-` is standard output. A file that exists is left alone.
        #[arg(default_value = "gridkey.toml")]
        file: PathBuf,
    },
    /// Print the reference of all settings, in Markdown.
    Reference,
    /// Tell what `apply` would do to organisations and all that belongs to them, and change nothing.
    Plan {
        #[command(flatten)]
        what: Wanted,
    },
    /// Bring organisations and all that belongs to them to what a file says. Nothing is deleted without --prune.
    Apply {
        /// Only tell what would be done.
        #[arg(long)]
        dry_run: bool,
        #[command(flatten)]
        what: Wanted,
    },
    /// Print a file that says what is there: applied to an empty server, it makes the same again. Passwords and secrets
    /// stand in it as hashes.
    Export {
        /// Only this organisation.
        #[arg(long, value_name = "SLUG")]
        tenant: Option<Slug>,
        /// The form of the file.
        #[arg(long, value_enum, default_value_t = Form::Toml)]
        output: Form,
    },
}

/// A file, and how much of it counts.
#[derive(Debug, Args)]
struct Wanted {
    /// The file; `-` is standard input.
    file: PathBuf,
    /// Delete what belongs to an organisation that the file describes and is not named in the file. People, service
    /// accounts and applications go to the recycle bin. Super admins stay.
    #[arg(long)]
    prune: bool,
    #[command(flatten)]
    list: OutputArgs,
}

/// The form of a file.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Form {
    /// A seed file.
    Toml,
}

/// Does what was asked.
pub fn run(args: &Config) -> Result<(), Failure> {
    match &args.command {
        Command::Check => {
            let settings = args.config.load()?.effective.len();
            say(format!("the configuration is right ({settings} settings)"));
        }
        Command::Show(list) => {
            let mut table = Table::new(&["setting", "value", "source"]);
            for setting in args.config.load()?.effective {
                table.row([
                    Some(setting.key.to_owned()),
                    Some(setting.value),
                    Some(setting.source.to_string()),
                ]);
            }
            table.print(list.output);
        }
        Command::Init { file } if is_standard(file) => say(example_toml().trim_end()),
        Command::Init { file } => init(file)?,
        Command::Reference => say(reference_markdown().trim_end()),
        Command::Plan { what } => carry_out(args, what, true)?,
        Command::Apply { what, dry_run } => carry_out(args, what, *dry_run)?,
        Command::Export { tenant, output: Form::Toml } => export(args, tenant.as_ref())?,
    }
    Ok(())
}

fn carry_out(args: &Config, what: &Wanted, dry_run: bool) -> Result<(), Failure> {
    let app = args.config.app()?;
    let report = apply(&app, &what.file, Mode { dry_run, prune: what.prune, ..Mode::default() })?;
    print(&report, dry_run, what.list.output);
    Ok(())
}

fn export(args: &Config, tenant: Option<&Slug>) -> Result<(), Failure> {
    let app = args.config.app()?;
    let now = app.now();
    let text = app.db.read_blocking(|conn| seed::export(conn, tenant, Hashes::Written, now))?;
    let slug = tenant.map(Slug::as_str).unwrap_or_default();
    let text =
        text.ok_or_else(|| Failure::new(Exit::NotFound, format!("there is no organisation \"{slug}\"")))?;
    say(text.trim_end());
    Ok(())
}

fn is_standard(file: &Path) -> bool {
    file.as_os_str() == "-"
}

fn init(path: &Path) -> Result<(), Failure> {
    let shown = path.display();
    // Readable for its owner alone, because the master key may be written into it.
    let created =
        super::private::create_new(path).and_then(|mut file| file.write_all(example_toml().as_bytes()));
    created.map_err(|why| match why.kind() {
        ErrorKind::AlreadyExists => {
            Failure::new(Exit::Conflict, format!("{shown} exists and was left alone"))
                .fix("name another file: gridkey config init FILE")
        }
        _ => Failure::failed(format!("{shown} cannot be written: {why}")),
    })?;
    say(format!("wrote {shown}"));
    say("next: set server.public_url and security.master_key in it, then run `gridkey config check`");
    Ok(())
}

/// Applies a seed file, or rehearses it. A server that runs notices within a second.
pub fn apply(app: &App, file: &Path, mode: Mode) -> Result<Report, Failure> {
    let origin = if is_standard(file) { "standard input".to_owned() } else { file.display().to_string() };
    let text = read(file).map_err(|why| {
        let exit = if why.kind() == ErrorKind::NotFound { Exit::NotFound } else { Exit::Failed };
        Failure::new(exit, format!("{origin} cannot be read: {why}"))
    })?;
    apply_text(app, &text, &origin, mode)
}

/// Applies a seed file's text, called `origin` in messages.
pub fn apply_text(app: &App, text: &str, origin: &str, mode: Mode) -> Result<Report, Failure> {
    let rules = Rules { development: app.config.security.development };
    let file = SeedFile::parse(text, origin, rules).map_err(|why| Failure::new(Exit::Usage, why))?;
    file.check_profiles(app.profiles).map_err(|why| Failure::new(Exit::Usage, why))?;
    let report = seed::apply(&Ground::of(app), app.now(), file, mode);
    app.forget();
    report.map_err(|why| match why {
        ApplyError::Refused(errors) => Failure::new(Exit::Usage, errors),
        ApplyError::Changed => Failure::new(Exit::Conflict, why),
        ApplyError::Database(why) => why.into(),
        ApplyError::Password(why) => {
            Failure::failed(format!("a password of {origin} could not be hashed: {why}"))
        }
    })
}

fn read(file: &Path) -> std::io::Result<String> {
    if !is_standard(file) {
        return std::fs::read_to_string(file);
    }
    let mut text = String::new();
    std::io::stdin().read_to_string(&mut text)?;
    Ok(text)
}

fn print(report: &Report, dry_run: bool, output: Output) {
    match output {
        Output::Table => {
            say(report.to_string());
            if dry_run {
                say("this was a dry run: nothing was changed");
            }
        }
        Output::Json | Output::Yaml => say(output.document(&report.changes)),
    }
}
