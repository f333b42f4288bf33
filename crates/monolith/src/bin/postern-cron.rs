//! A metronome alone, over gRPC to `postern-backend-api`.

use std::process::ExitCode;

use postern_monolith::serve;

fn main() -> ExitCode {
    serve::remote("postern-cron", |process, backend| {
        Box::pin(serve::cron(process, backend))
    })
}
