//! What `cargo xtask bench` measures the product against, as a program of its own.
//!
//! `platform` is a platform that answers at once and keeps a ledger of what arrived when; `bare` is the least that
//! publishing can cost, one request and one prepared update; `sql` runs statements on the database of either shape.
//! They stand in a program because they need an async runtime, an HTTP client and a database driver, and the chores
//! of the repository are to start within seconds.

mod bare;
mod ledger;
mod platform;
mod request;
mod sql;

use anyhow::Result;
use clap::{Parser, Subcommand};

/// A yardstick.
#[derive(Parser)]
struct Cli {
    #[command(subcommand)]
    yardstick: Yardstick,
}

#[derive(Subcommand)]
enum Yardstick {
    /// Serve the static platform until killed; its address is the first line of output.
    Platform,
    /// Send requests and store their answers, as bare as can be; prints JSON.
    Bare(bare::Args),
    /// Run the statements of standard input; prints the rows, columns apart by tabs.
    Sql(sql::Args),
}

#[tokio::main]
async fn main() -> Result<()> {
    match Cli::parse().yardstick {
        Yardstick::Platform => platform::serve().await,
        Yardstick::Bare(args) => bare::run(args).await,
        Yardstick::Sql(args) => sql::run(args).await,
    }
}

/// One line on standard output, for whoever started this program.
fn say(line: &str) -> Result<()> {
    use std::io::Write;
    let mut output = std::io::stdout().lock();
    writeln!(output, "{line}")?;
    Ok(output.flush()?)
}
