//! A Redis of one run, without persistence.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpStream};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result};

use super::{Launch, Place};

/// Starts the server on `port`.
pub(super) fn launch(place: &Place, program: &Path, port: u16) -> Result<Launch> {
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
    let url = format!("redis://127.0.0.1:{port}");
    Ok(Launch {
        child,
        url,
        name: "redis",
        log,
        is_ready: Box::new(move || answers(port).unwrap_or(false)),
    })
}

/// Whether the server says PONG.
fn answers(port: u16) -> std::io::Result<bool> {
    let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port))?;
    stream.set_read_timeout(Some(Duration::from_secs(1)))?;
    stream.write_all(b"PING\r\n")?;
    let mut reply = [0; 7];
    stream.read_exact(&mut reply)?;
    Ok(&reply == b"+PONG\r\n")
}
