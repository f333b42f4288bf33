//! Services of one process: each starter takes ports and gives a router; which of them run is a matter of settings.

mod backend;
mod doors;
mod hands;
mod monolith;
mod process;
mod remote;

use std::process::ExitCode;

pub use backend::Hosted;
pub(crate) use doors::mcp_deps;
pub use monolith::{ServeOptions, serve};
pub use process::Process;
pub(crate) use process::{DependencyMissing, complain, main, telemetry_options};

/// Runs `backend-api` alone: the owner of the data, REST, media, and gRPC for the other services.
pub fn backend_api() -> ExitCode {
    main("postern-backend-api", None, Vec::new(), |process| {
        Box::pin(backend::run_alone(process))
    })
}

/// Runs `frontend-api` alone, over gRPC to `backend-api`.
pub fn frontend_api() -> ExitCode {
    remote::remote("postern-frontend-api", |process, backend| {
        Box::pin(doors::frontend(process, backend))
    })
}

/// Runs `mcp-gateway` alone, over gRPC to `backend-api`.
pub fn mcp_gateway() -> ExitCode {
    remote::remote("postern-mcp-gateway", |process, backend| {
        Box::pin(doors::mcp(process, backend))
    })
}

/// Runs a worker alone, over gRPC to `backend-api` and Redis streams.
pub fn worker() -> ExitCode {
    remote::remote("postern-worker", |process, backend| {
        Box::pin(hands::worker_over_redis(process, backend))
    })
}

/// Runs a metronome alone, over gRPC to `backend-api`.
pub fn cron() -> ExitCode {
    remote::remote("postern-cron", |process, backend| {
        Box::pin(hands::cron(process, backend))
    })
}
