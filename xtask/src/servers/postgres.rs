//! A PostgreSQL of one run.

use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result};

use super::{Launch, Place};
use crate::process::run_quietly;

/// Settings of the server: loopback only, no durability, room for many tests at once.
const SETTINGS: &[&str] = &[
    "listen_addresses=127.0.0.1",
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "max_connections=300",
    "shared_buffers=128MB",
    "log_min_messages=warning",
];

/// Makes the data folder.
pub(super) fn create(place: &Place, binaries: &Path) -> Result<()> {
    let mut command = as_account(place, &binaries.join("initdb"));
    command.arg("--pgdata").arg(data(place));
    command.args([
        "--auth=trust",
        "--username=postgres",
        "--encoding=UTF8",
        "--locale=C",
    ]);
    command.args(["--no-sync", "--no-instructions"]);
    run_quietly(&mut command).map(drop)
}

/// Starts the server on `port`.
pub(super) fn launch(place: &Place, binaries: &Path, port: u16) -> Result<Launch> {
    let log = place.folder.join("postgres.log");
    let mut command = as_account(place, &binaries.join("postgres"));
    command.arg("-D").arg(data(place)).args(["-p", &port.to_string()]);
    command
        .arg("-c")
        .arg(format!("unix_socket_directories={}", place.folder.display()));
    for setting in SETTINGS {
        command.args(["-c", setting]);
    }
    command
        .stdout(Stdio::null())
        .stderr(std::fs::File::create(&log)?)
        .process_group(0);
    let child = command.spawn().context("`postgres` could not be started")?;
    let probe = binaries.join("pg_isready");
    let port = port.to_string();
    let url = format!("postgres://postgres@127.0.0.1:{port}/postgres");
    let is_ready = Box::new(move || {
        let mut asked = Command::new(&probe);
        asked
            .args(["-q", "-h", "127.0.0.1", "-p", &port])
            .status()
            .is_ok_and(|status| status.success())
    });
    Ok(Launch {
        child,
        url,
        name: "postgres",
        log,
        is_ready,
    })
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
