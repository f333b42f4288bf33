//! `cargo xtask schema`: the schema of both databases as files that can be read and compared.
//!
//! The dump is made by tests of the migrations, which compare it with the checked-in files, or write them when
//! `POSTERN_UPDATE_SCHEMA` is set; so what this command writes is what the tests hold.

use anyhow::Result;

use crate::process;
use crate::servers::{Servers, install_missing};
use crate::tools::{NEXTEST, cargo_with_tools};

/// Whether the files are written or compared.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Compare only, write nothing.
    #[arg(long)]
    check: bool,
}

/// Writes or compares `migrations/schema/{sqlite,postgres}.sql`.
pub(crate) fn run(args: &Args) -> Result<()> {
    let servers = Servers::start(&install_missing()?)?;
    NEXTEST.install()?;
    let mut tests = cargo_with_tools()?;
    tests.args([
        "nextest",
        "run",
        "--package=postern-migrations",
        "-E",
        "test(schema)",
    ]);
    tests.env("POSTERN_TEST_POSTGRES_URL", &servers.postgres_url);
    if !args.check {
        tests.env("POSTERN_UPDATE_SCHEMA", "1");
    }
    let outcome = process::run(&mut tests);
    drop(servers);
    outcome
}
