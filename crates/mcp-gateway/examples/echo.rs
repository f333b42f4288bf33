//! A gateway over a fake backend, to point real clients at: `echo 5055`, or `echo --stdio KEY`. The key `full` may do all.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "an example talks to its user"
)]

#[path = "../tests/it/fake/mod.rs"]
mod fake;

use std::error::Error;
use std::sync::Arc;

use postern_mcp_gateway::{Deps, Limits, Settings, run, run_stdio};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let port = arguments.first().cloned().unwrap_or_else(|| "0".into());
    let mut settings = Settings::new(
        format!("http://localhost:{port}")
            .parse()
            .or("http://localhost".parse())?,
        "0.0.0",
    );
    settings.limits = Limits {
        reads_per_minute: None,
        writes_per_minute: None,
        ..Limits::default()
    };
    let fake = fake::Fake::new();
    let deps = Deps {
        backend: Arc::new(fake.clone()),
        clock: Arc::new(fake),
        settings,
        secret: [7; 32],
    };
    if port == "--stdio" {
        let key = arguments.get(1).cloned().unwrap_or_default();
        if let Err(error) = run_stdio(deps, &key).await {
            eprintln!("{error}");
        }
        return Ok(());
    }
    let listener = TcpListener::bind(format!("127.0.0.1:{port}")).await?;
    println!("listening on {}", listener.local_addr()?);
    run(deps, listener, CancellationToken::new()).await?;
    Ok(())
}
