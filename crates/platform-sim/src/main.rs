//! `platform-sim`: the simulator on its own.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::Parser;
use postern_platform_sim::{Options, Sim, serve};
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};

/// Simulates Mastodon, Bluesky, X and LinkedIn on one address.
#[derive(Debug, Parser)]
#[command(name = "platform-sim", version)]
struct Arguments {
    /// Address to listen on; port 0 takes a free one.
    #[arg(long, value_name = "ADDR:PORT", default_value = "127.0.0.1:4600")]
    listen: SocketAddr,
    /// File that keeps accounts and posts over a restart.
    #[arg(long, value_name = "FILE")]
    state: Option<PathBuf>,
    /// Address under which clients reach it, where that differs from the Host header.
    #[arg(long, value_name = "URL")]
    base_url: Option<String>,
    /// Start of the random sequences.
    #[arg(long, default_value_t = 0)]
    seed: u64,
}

#[tokio::main]
async fn main() -> std::io::Result<()> {
    let arguments = Arguments::parse();
    let listener = TcpListener::bind(arguments.listen).await?;
    let sim = Sim::new(Options {
        base_url: arguments.base_url,
        state_file: arguments.state,
        seed: arguments.seed,
    });
    announce(listener.local_addr()?);
    serve(sim, listener, stopped()).await
}

#[expect(clippy::print_stdout, reason = "the one line by which scripts find the port")]
fn announce(address: SocketAddr) {
    println!("Sandbox running on http://{address}");
}

/// Ends with the first interrupt or termination signal.
async fn stopped() {
    let Ok(mut terminate) = signal(SignalKind::terminate()) else {
        return std::future::pending().await;
    };
    tokio::select! {
        _ = terminate.recv() => {}
        _ = tokio::signal::ctrl_c() => {}
    }
}
