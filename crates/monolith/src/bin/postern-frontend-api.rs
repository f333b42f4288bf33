//! The web UI alone, over gRPC to `postern-backend-api`.

use std::process::ExitCode;

use postern_monolith::serve;

fn main() -> ExitCode {
    serve::remote("postern-frontend-api", |process, backend| {
        Box::pin(serve::frontend(process, backend))
    })
}
