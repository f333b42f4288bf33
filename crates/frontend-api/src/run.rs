//! The web UI as a service of its own.

use postern_telemetry::http::traced;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::deps::Deps;
use crate::router::router;

/// Why the web UI stopped serving.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// The listener failed.
    #[error("cannot serve the web UI")]
    Serve(#[from] std::io::Error),
}

/// Serves the web UI on `listener` until `shutdown` is cancelled.
pub async fn run(deps: Deps, listener: TcpListener, shutdown: CancellationToken) -> Result<(), RunError> {
    let router = traced(router(deps, shutdown.clone()));
    Ok(postern_telemetry::serve(listener, router, shutdown).await?)
}
