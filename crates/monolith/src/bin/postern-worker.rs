//! A worker alone, over gRPC to `postern-backend-api` and Redis streams.

use std::process::ExitCode;

fn main() -> ExitCode {
    postern_monolith::serve::worker()
}
