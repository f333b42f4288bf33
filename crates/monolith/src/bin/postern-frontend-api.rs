//! The web UI alone, over gRPC to `postern-backend-api`.

use std::process::ExitCode;

fn main() -> ExitCode {
    postern_monolith::serve::frontend_api()
}
