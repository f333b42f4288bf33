//! The `postern` program: server and command line.

use std::process::ExitCode;

fn main() -> ExitCode {
    postern_monolith::cli::main()
}
