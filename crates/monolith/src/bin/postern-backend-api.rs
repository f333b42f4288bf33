//! The owner of the data alone: REST, media, and gRPC for the other services.

use std::process::ExitCode;

fn main() -> ExitCode {
    postern_monolith::serve::backend_api()
}
