//! `postern health`: whether a running server answers, for container health checks.

use std::io::{Read, Write};
use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpStream};
use std::process::ExitCode;
use std::time::Duration;

use clap::Args;
use postern_config::{Settings, Sources};

use super::Shared;
use crate::serve::complain;

/// How long the server may take.
const PATIENCE: Duration = Duration::from_secs(3);

/// Ask a running server whether it is healthy.
#[derive(Debug, Args)]
pub(crate) struct Health {
    /// Ask whether everything it needs is there, too.
    #[arg(long)]
    ready: bool,
    /// Ask for this path instead.
    #[arg(long)]
    path: Option<String>,
}

pub(crate) fn health(shared: &Shared, options: &Health) -> ExitCode {
    let loaded = match Settings::load(&Sources::from_process(shared.file(), shared.overrides())) {
        Ok(loaded) => loaded,
        Err(error) => return complain(&format!("{error}"), 2),
    };
    let usual = if options.ready {
        "/api/ready"
    } else {
        "/api/health"
    };
    let path = options.path.as_deref().unwrap_or(usual);
    match ask(loaded.settings.server.listen, path) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => complain(&format!("{path} does not answer with 200"), 1),
        Err(error) => complain(&format!("{path}: {error}"), 1),
    }
}

fn ask(listen: SocketAddr, path: &str) -> std::io::Result<bool> {
    let host = if listen.ip().is_unspecified() {
        IpAddr::V4(Ipv4Addr::LOCALHOST)
    } else {
        listen.ip()
    };
    let mut stream = TcpStream::connect_timeout(&SocketAddr::new(host, listen.port()), PATIENCE)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    write!(
        stream,
        "GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
    )?;
    let mut answer = [0; 12];
    stream.read_exact(&mut answer)?;
    Ok(answer.ends_with(b" 200"))
}
