//! `gridkey migrate`

use clap::{Args, Subcommand};

use super::failure::Failure;
use super::load::ConfigArgs;
use super::output::{OutputArgs, Table, say};
use crate::db::migrations;
use crate::server::database_options;

/// Bring the database's schema up to date. Needs only the settings of the database.
#[derive(Debug, Args)]
pub struct Migrate {
    #[command(flatten)]
    config: ConfigArgs,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// List the migrations and whether the database has them.
    Status(OutputArgs),
    /// Apply what is missing, as one transaction. Nodes that do so at once wait for each other.
    Run,
}

/// Does what was asked.
pub fn run(args: &Migrate) -> Result<(), Failure> {
    let options = database_options(&args.config.database()?);
    match &args.command {
        Command::Status(list) => {
            let mut table = Table::new(&["migration", "state"]);
            for step in migrations::status(&options)? {
                let state = if step.applied { "applied" } else { "missing" };
                table.row([Some(step.name), Some(state.to_owned())]);
            }
            table.print(list.output);
        }
        Command::Run => {
            let applied = migrations::run(&options)?;
            for name in &applied {
                say(format!("applied {name}"));
            }
            if applied.is_empty() {
                say("the schema is up to date");
            }
        }
    }
    Ok(())
}
