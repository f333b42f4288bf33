//! Chores of the repository, each a subcommand of `cargo xtask`.
//!
//! `test` sets up what the tests need and runs them, `tidy` holds the rules that no compiler knows, `graph` measures
//! the crates against their budget, `provider new` lays down a provider, `schema` and `codegen` write produced files,
//! `bench` prints the figures of the product, `chaos` breaks it on purpose.
//! The crate leans on next to nothing, so that the first command after a clone answers within seconds; what needs the
//! product runs it as a program.

#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a command line tool speaks through its output"
)]

mod bench;
mod chaos;
mod codegen;
mod deny;
mod environment;
mod graph;
mod packages;
mod process;
mod provider;
mod repo;
mod rust_text;
mod schema;
mod servers;
mod test;
mod tidy;
mod tools;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::process::Exit;

#[derive(Parser)]
#[command(name = "cargo xtask", about = "Chores of the Postern repository")]
struct Cli {
    #[command(subcommand)]
    chore: Chore,
}

#[derive(Subcommand)]
enum Chore {
    /// Set up what the tests need (databases, browser, SDKs) and run all of them.
    Test(test::Args),
    /// Hold the rules that no compiler knows.
    Tidy(tidy::Args),
    /// Measure the crate graph against its budget.
    Graph(graph::Args),
    /// Judge the dependency tree: licences, bans, fences, sources.
    Deny,
    /// Lay down the files of a provider.
    #[command(subcommand)]
    Provider(provider::Command),
    /// Write (or compare) the checked-in schema of both databases.
    Schema(schema::Args),
    /// Write the produced files: .env.example, docs/configuration.md, snapshots of documents.
    Codegen,
    /// Print the figures of the release build.
    Bench(bench::Args),
    /// Break the product on purpose, and see that nothing is lost and nothing doubled.
    Chaos(chaos::Args),
}

fn main() -> ExitCode {
    let result = match Cli::parse().chore {
        Chore::Test(args) => test::run(&args),
        Chore::Tidy(args) => tidy::run(&args),
        Chore::Graph(args) => graph::run(&args),
        Chore::Deny => deny::run(),
        Chore::Provider(command) => provider::run(&command),
        Chore::Schema(args) => schema::run(&args),
        Chore::Codegen => codegen::run(),
        Chore::Bench(args) => bench::run(&args),
        Chore::Chaos(args) => chaos::run(&args),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xtask: {error:#}");
            error
                .downcast_ref::<Exit>()
                .map_or(ExitCode::FAILURE, |exit| ExitCode::from(exit.code))
        }
    }
}
