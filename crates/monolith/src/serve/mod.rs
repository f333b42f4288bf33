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
pub use doors::{frontend, mcp};
pub use hands::{cron, worker_over_redis};
pub use monolith::{ServeOptions, serve};
pub use process::Process;
pub(crate) use process::{DependencyMissing, complain, main, telemetry_options};
pub use remote::remote;

/// Runs `backend-api` alone.
pub fn backend_api(service: &'static str) -> ExitCode {
    main(service, None, Vec::new(), |process| {
        Box::pin(backend::run_alone(process))
    })
}
