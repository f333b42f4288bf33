//! A Redis of one run, without persistence.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpStream};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, ensure};

use crate::launch::{Launch, Place};

/// Its address.
pub(crate) fn url(port: u16) -> String {
    format!("redis://127.0.0.1:{port}")
}

/// Starts the server on `port`.
pub(crate) fn launch(place: &Place, program: &Path, port: u16) -> Result<Launch> {
    let log = place.folder.join("redis.log");
    let mut command = Command::new(program);
    command.args([
        "--port",
        &port.to_string(),
        "--bind",
        "127.0.0.1",
        "--daemonize",
        "no",
    ]);
    command
        .args(["--save", "", "--appendonly", "no", "--dir"])
        .arg(&place.folder);
    command.current_dir(&place.folder).stdin(Stdio::null());
    command
        .stdout(std::fs::File::create(&log)?)
        .stderr(Stdio::null())
        .process_group(0);
    if let Some(account) = &place.account {
        command.uid(account.uid).gid(account.gid);
    }
    let child = command.spawn().context("`redis-server` could not be started")?;
    Ok(Launch {
        child,
        name: "redis",
        log,
        is_ready: Box::new(move || says(port, "PING", "+PONG").unwrap_or(false)),
    })
}

/// Forgets everything it holds.
pub(crate) fn flush(port: u16) -> Result<()> {
    ensure!(says(port, "FLUSHALL", "+OK")?, "redis was not emptied");
    Ok(())
}

/// Whether the server answers a command with these words.
fn says(port: u16, command: &str, words: &str) -> std::io::Result<bool> {
    let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port))?;
    stream.set_read_timeout(Some(Duration::from_secs(1)))?;
    stream.write_all(format!("{command}\r\n").as_bytes())?;
    let mut reply = vec![0; words.len()];
    stream.read_exact(&mut reply)?;
    Ok(reply == words.as_bytes())
}
