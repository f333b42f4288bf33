//! The split shape: services in programs of their own over one PostgreSQL and one Redis.

use std::path::Path;
use std::process::Command;

use anyhow::Result;

use super::product::{Product, Programs, program};
use crate::servers::{Servers, free_port};

/// Services with backend-api first, for the others call it.
pub(super) const SERVICES: &[&str] = &["backend-api", "frontend-api", "worker", "cron", "mcp-gateway"];

/// What is needed to publish.
pub(super) const HANDS: &[&str] = &["backend-api", "worker", "cron"];

/// Starts services, backend-api first, each told the further variables too.
pub(super) fn start(
    services: &[&'static str],
    servers: &Servers,
    data: &Path,
    further: &[(String, String)],
) -> Result<Programs> {
    let backend = format!("127.0.0.1:{}", free_port()?);
    let mut running = Programs::default();
    for name in services {
        let host = if *name == "backend-api" {
            backend.clone()
        } else {
            format!("127.0.0.1:{}", free_port()?)
        };
        let mut command = service(name, &host, &backend, servers, data)?;
        command.envs(further.iter().map(|(name, value)| (name, value)));
        running.add(name, Product::start(command, host, data)?);
    }
    Ok(running)
}

fn service(name: &str, host: &str, backend: &str, servers: &Servers, data: &Path) -> Result<Command> {
    let mut command = Command::new(program(&format!("postern-{name}"))?);
    command
        .env("POSTERN__SERVER__LISTEN", host)
        .env("POSTERN__SERVER__DATA_DIR", data);
    command.env("BACKEND_INTERNAL_URL", format!("http://{backend}"));
    command.env(
        "POSTERN__SERVER__SERVICE_TOKEN",
        "one-token-of-a-benchmark-for-all-five",
    );
    command.env("JWT_SECRET", "one-secret-of-a-benchmark-for-all-five");
    if name == "backend-api" {
        command.env("DATABASE_URL", &servers.postgres_url);
    }
    if ["backend-api", "worker"].contains(&name) {
        command.env("REDIS_URL", &servers.redis_url);
    }
    Ok(command)
}
