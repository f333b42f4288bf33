//! Resident memory of programs that have nothing to do.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use anyhow::Result;

use super::figure::Figure;
use super::product::{Product, folder, program};
use crate::servers::{Servers, free_port, install_missing};

/// How long a program is left alone before it is weighed.
const SETTLE: Duration = Duration::from_secs(5);

/// Programs of the split shape with the port each serves; backend-api first, for the others call it.
const SERVICES: &[&str] = &["backend-api", "frontend-api", "worker", "cron", "mcp-gateway"];

/// The whole product in one process.
pub(super) fn one_process() -> Result<Vec<Figure>> {
    let data = folder()?;
    // The second start weighs a server, not the making of a database.
    drop(Product::serve(data.path(), &[])?);
    let product = Product::serve(data.path(), &[])?;
    std::thread::sleep(SETTLE);
    let value = product.resident_mib()?;
    let note = format!("{} s after the start", SETTLE.as_secs());
    Ok(vec![Figure {
        name: "memory, one process, idle".to_owned(),
        value,
        unit: "MiB",
        limit: 45.0,
        note,
    }])
}

/// The five services of the split shape, together.
pub(super) fn five_services() -> Result<Vec<Figure>> {
    let servers = Servers::start(&install_missing()?)?;
    let data = folder()?;
    let backend = format!("127.0.0.1:{}", free_port()?);
    let mut running = Vec::new();
    for name in SERVICES {
        let host = if *name == "backend-api" {
            backend.clone()
        } else {
            format!("127.0.0.1:{}", free_port()?)
        };
        let command = service(name, &host, &backend, &servers, data.path())?;
        running.push((*name, Product::start(command, host, &data.path().join(name))?));
    }
    std::thread::sleep(SETTLE);
    let mut value = 0.0;
    let mut parts = Vec::new();
    for (name, product) in &running {
        let resident = product.resident_mib()?;
        value += resident;
        parts.push(format!("{name} {resident:.1}"));
    }
    // Callers go before the one they call.
    while running.pop().is_some() {}
    Ok(vec![Figure {
        name: "memory, five services, idle".to_owned(),
        value,
        unit: "MiB",
        limit: 120.0,
        note: parts.join(", "),
    }])
}

/// One service of the split shape.
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
