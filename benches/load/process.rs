//! Server processes as the kernel sees them: processor time, resident memory, and their end.

use std::fs;
use std::io::{BufRead, BufReader};
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};

use super::instance::Site;

/// How long a server may take to stop before it is killed.
const PATIENCE: Duration = Duration::from_secs(5);

/// A server that runs, and is killed when this is dropped.
pub struct Process {
    child: Child,
    address: SocketAddr,
}

/// The unit in which the kernel counts processor time, in parts of a second.
static TICKS: OnceLock<f64> = OnceLock::new();

fn ticks() -> Result<f64> {
    if let Some(known) = TICKS.get() {
        return Ok(*known);
    }
    let ticks = output_of(Command::new("getconf").arg("CLK_TCK"))?.trim().parse()?;
    Ok(*TICKS.get_or_init(|| ticks))
}

impl Process {
    /// Takes charge of a process.
    pub const fn new(child: Child, address: SocketAddr) -> Self {
        Self { child, address }
    }

    /// Where it listens.
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// User and system time of all its threads, those that have ended too.
    pub fn cpu_seconds(&self) -> Result<f64> {
        let text = self.read("stat")?;
        // The second field is the program's name in parentheses, which may hold anything.
        let (_, fields) = text.rsplit_once(") ").context("an odd /proc/PID/stat")?;
        let mut times = fields.split(' ').skip(11).map(str::parse::<f64>);
        let (Some(user), Some(system)) = (times.next(), times.next()) else {
            anyhow::bail!("a short /proc/PID/stat");
        };
        Ok((user? + system?) / ticks()?)
    }

    /// Memory that is really there, in MiB.
    pub fn resident_mib(&self) -> Result<f64> {
        self.mib("VmRSS:")
    }

    /// The part of it that no file stands behind, in MiB.
    pub fn anonymous_mib(&self) -> Result<f64> {
        self.mib("RssAnon:")
    }

    fn mib(&self, name: &str) -> Result<f64> {
        let text = self.read("status")?;
        let line =
            text.lines().find_map(|line| line.strip_prefix(name)).with_context(|| format!("no {name}"))?;
        let kib: f64 = line.trim().trim_end_matches(" kB").parse()?;
        Ok(kib / 1024.0)
    }

    /// Fails when the process has ended.
    pub fn still_runs(&mut self) -> Result<()> {
        match self.child.try_wait()? {
            None => Ok(()),
            Some(status) => anyhow::bail!("the server ended by itself: {status}"),
        }
    }

    /// Asks it to stop, and waits until it has.
    pub fn stop(mut self) -> Result<()> {
        let status = Command::new("sh")
            .arg("-c")
            .arg(format!("kill -TERM {}", self.child.id()))
            .status()
            .context("kill")?;
        ensure!(status.success(), "the server could not be stopped");
        let begun = Instant::now();
        while self.child.try_wait()?.is_none() && begun.elapsed() < PATIENCE {
            std::thread::sleep(Duration::from_millis(5));
        }
        Ok(())
    }

    fn read(&self, name: &str) -> Result<String> {
        let path = format!("/proc/{}/{name}", self.child.id());
        fs::read_to_string(&path).with_context(|| format!("reading {path}"))
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// The floor program: a server that runs all the time, and loops that are run on demand.
pub struct Floor {
    program: PathBuf,
    site: Site,
    /// The server.
    pub server: Process,
}

impl Floor {
    /// Starts its server; its databases go into the site's folder.
    pub fn start(program: &Path, site: &Site) -> Result<Self> {
        let mut child = site
            .prepare(Command::new(program).arg("serve").arg(&site.folder))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .context("starting the floor program")?;
        let mut line = String::new();
        BufReader::new(child.stdout.take().context("no output")?).read_line(&mut line)?;
        let port = line.trim().parse().context("the floor program printed no port")?;
        let server = Process::new(child, SocketAddr::from((Ipv4Addr::LOCALHOST, port)));
        Ok(Self { program: program.to_owned(), site: site.clone(), server })
    }

    /// Durable commits of one row, in a second.
    pub fn commits(&self, time: Duration) -> Result<f64> {
        self.figure(&["commits", &self.site.folder.to_string_lossy(), &time.as_secs_f64().to_string()])
    }

    /// Rotations of one row without waiting for the disk, in a second.
    pub fn rotations(&self, time: Duration) -> Result<f64> {
        self.figure(&["rotations", &self.site.folder.to_string_lossy(), &time.as_secs_f64().to_string()])
    }

    /// Password hashes in a second of processor time.
    pub fn argon2(&self, time: Duration) -> Result<f64> {
        self.figure(&["argon2", &time.as_secs_f64().to_string()])
    }

    fn figure(&self, arguments: &[&str]) -> Result<f64> {
        output_of(self.site.prepare(Command::new(&self.program).args(arguments)))?
            .trim()
            .parse()
            .context("the floor printed no number")
    }
}

/// RSA-2048 signatures of OpenSSL in a second of processor time.
pub fn openssl_signatures(seconds: u64) -> Result<f64> {
    let seconds = seconds.to_string();
    let text = output_of(Command::new("openssl").args(["speed", "-mr", "-seconds", &seconds, "rsa2048"]))?;
    // "+F2:<place>:<bits>:<signatures a second>:<verifications a second>"
    let line = text
        .lines()
        .find_map(|line| line.strip_prefix("+F2:"))
        .context("openssl speed said nothing known")?;
    let rate: f64 = line.split(':').nth(2).context("a short line from openssl speed")?.parse()?;
    ensure!(rate > 1.0, "openssl speed said {line}");
    Ok(rate)
}

/// What a program printed; its complaint, when it failed.
pub fn output_of(command: &mut Command) -> Result<String> {
    let name = command.get_program().to_string_lossy().into_owned();
    let output = command.stdin(Stdio::null()).output().with_context(|| format!("starting {name}"))?;
    ensure!(output.status.success(), "{name} failed: {}", String::from_utf8_lossy(&output.stderr).trim());
    Ok(String::from_utf8(output.stdout)?)
}
