//! The floor: what the work costs when nothing but the work is done.
//!
//! A server that reads the same request, makes the same signatures, moves the same row on and sends an answer of the same
//! size, a loop that commits, a loop that hashes passwords. Gridkey is measured as a ratio to these, in one run on one
//! machine, because a bare time says more about the machine than about the program. Owns no measurement of Gridkey: that
//! is `load`.

mod commits;
mod passwords;
mod rotate;
mod serve;

use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result, bail};

const USAGE: &str = "\
The floor of the benchmark; scripts/bench runs it.

  floor serve FOLDER                answers on a free loopback port, whose number it prints
  floor commits FOLDER SECONDS      durable commits of one row on SQLite, in a second
  floor rotations FOLDER SECONDS    rotations of one row on SQLite with synchronous=NORMAL, in a second
  floor argon2 SECONDS              password hashes (19 MiB, 2 passes) in a second of processor time";

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["serve", folder] => serve::run(Path::new(folder)),
        ["commits", folder, time] => print(commits::durable(Path::new(folder), seconds(time)?)?),
        ["rotations", folder, time] => print(commits::rotations(Path::new(folder), seconds(time)?)?),
        ["argon2", time] => print(passwords::rate(seconds(time)?)?),
        // `cargo bench` and `cargo test --benches` start every program of this folder to see whether it runs.
        [] | ["--bench" | "--test" | "--help"] => {
            println!("{USAGE}");
            Ok(())
        }
        _ => bail!("{USAGE}"),
    }
}

fn seconds(text: &str) -> Result<Duration> {
    let seconds: f64 = text.parse().with_context(|| format!("{text} is not a number of seconds"))?;
    Ok(Duration::try_from_secs_f64(seconds)?)
}

fn print(rate: f64) -> Result<()> {
    println!("{rate:.3}");
    Ok(())
}
