//! The owner of the data alone: REST, media, and gRPC for the other services.

use std::process::ExitCode;

use postern_monolith::serve;

fn main() -> ExitCode {
    serve::backend_api("postern-backend-api")
}
