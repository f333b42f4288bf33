//! A worker alone, over gRPC to `postern-backend-api` and Redis streams.

use std::process::ExitCode;

use postern_monolith::serve;

fn main() -> ExitCode {
    serve::remote("postern-worker", |process, backend| {
        Box::pin(serve::worker_over_redis(process, backend))
    })
}
