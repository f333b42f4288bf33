//! A PostgreSQL of one run.

use std::fs::OpenOptions;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result};

use crate::launch::{Launch, Place};
use crate::process::run;

/// Where Debian keeps the server programs of PostgreSQL, one folder per version.
const DEBIAN: &str = "/usr/lib/postgresql";

/// The superuser of every private server.
const SUPERUSER: &str = "postgres";

/// Settings of the server: loopback only, nothing is forced to the disk, room for many tests at once.
const SETTINGS: &[&str] = &[
    "listen_addresses=127.0.0.1",
    "fsync=off",
    "full_page_writes=off",
    "max_connections=300",
    "shared_buffers=128MB",
    "log_min_messages=warning",
];

/// What survives the end of the server's processes. A crash of the machine is survived by neither.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Durability {
    /// The last commits may be lost when the server is killed: for tests that never kill it.
    Quick,
    /// What was answered is kept, as every installation has it.
    Kept,
}

/// How the server goes down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shutdown {
    /// Ends transactions and writes everything out.
    Fast,
    /// Drops everything at once; the next start recovers from the log.
    Immediate,
}

/// The folder with the newest PostgreSQL programs of Debian.
pub fn installed() -> Option<PathBuf> {
    let mut versions: Vec<(u32, PathBuf)> = std::fs::read_dir(DEBIAN)
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| {
            Some((
                entry.file_name().to_str()?.parse().ok()?,
                entry.path().join("bin"),
            ))
        })
        .filter(|(_, folder)| folder.join("initdb").exists())
        .collect();
    versions.sort();
    versions.pop().map(|(_, folder)| folder)
}

/// Its address.
pub(crate) fn url(port: u16) -> String {
    format!("postgres://{SUPERUSER}@127.0.0.1:{port}/postgres")
}

/// Makes the data folder.
pub(crate) fn create(place: &Place, binaries: &Path) -> Result<()> {
    let mut command = as_account(place, &binaries.join("initdb"));
    command.arg("--pgdata").arg(data(place));
    command.args([
        "--auth=trust",
        &format!("--username={SUPERUSER}"),
        "--encoding=UTF8",
        "--locale=C",
    ]);
    command.args(["--no-sync", "--no-instructions"]);
    run(&mut command).map(drop)
}

/// Starts the server on `port`.
pub(crate) fn launch(place: &Place, binaries: &Path, port: u16, durability: Durability) -> Result<Launch> {
    let log = place.folder.join("postgres.log");
    let mut command = as_account(place, &binaries.join("postgres"));
    command.arg("-D").arg(data(place)).args(["-p", &port.to_string()]);
    command
        .arg("-c")
        .arg(format!("unix_socket_directories={}", place.folder.display()));
    let commit = match durability {
        Durability::Quick => "synchronous_commit=off",
        Durability::Kept => "synchronous_commit=on",
    };
    for setting in SETTINGS.iter().chain([&commit]) {
        command.args(["-c", setting]);
    }
    command
        .stdout(Stdio::null())
        .stderr(OpenOptions::new().create(true).append(true).open(&log)?)
        .process_group(0);
    let child = command.spawn().context("`postgres` could not be started")?;
    let probe = binaries.join("pg_isready");
    let port = port.to_string();
    let is_ready = Box::new(move || {
        let mut asked = Command::new(&probe);
        asked
            .args(["-q", "-h", "127.0.0.1", "-p", &port])
            .status()
            .is_ok_and(|status| status.success())
    });
    Ok(Launch {
        child,
        name: "postgres",
        log,
        is_ready,
    })
}

/// The signal for a way to go down.
pub(crate) fn signal(shutdown: Shutdown) -> &'static str {
    match shutdown {
        Shutdown::Fast => "-INT",
        Shutdown::Immediate => "-QUIT",
    }
}

/// What a query answers, as `psql` prints it without any decoration.
pub(crate) fn query(binaries: &Path, port: u16, database: &str, sql: &str) -> Result<String> {
    let mut command = Command::new(binaries.join("psql"));
    command.args(["-X", "-A", "-t", "-q", "-v", "ON_ERROR_STOP=1"]);
    command.args(["-h", "127.0.0.1", "-p", &port.to_string(), "-U", SUPERUSER]);
    command.args(["-d", database, "-c", sql]);
    run(&mut command).map(|text| text.trim_end().to_owned())
}

fn data(place: &Place) -> PathBuf {
    place.folder.join("postgres")
}

/// A command that runs as the unprivileged account, for the server refuses to run as root.
fn as_account(place: &Place, program: &Path) -> Command {
    let mut command = Command::new(program);
    command.current_dir(&place.folder).stdin(Stdio::null());
    if let Some(account) = &place.account {
        command.uid(account.uid).gid(account.gid);
    }
    command
}
