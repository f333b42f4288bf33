//! The entrances: a router to merge, a service to run, and one connection on standard input and output.

use std::sync::Arc;

use axum::Router;
use postern_domain::BackendError;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::gateway::{Gateway, Shared};
use crate::http;
use crate::settings::Deps;

/// Why a connection on standard input and output came to nothing.
#[derive(Debug, thiserror::Error)]
pub enum StdioError {
    /// The key opens nothing.
    #[error("the api key is unknown, expired or revoked")]
    UnknownKey,
    /// The key could not be looked up.
    #[error("the api key could not be looked up")]
    Backend(#[source] BackendError),
    /// The client spoke something else, or went away in the middle.
    #[error("the client could not be served: {reason}")]
    Protocol {
        /// What went wrong.
        reason: String,
    },
}

/// The routes of the gateway, to be merged into another router; `stop` ends its open streams.
pub fn router(deps: Deps, stop: CancellationToken) -> Router {
    http::router(Arc::new(Shared::new(deps)), stop)
}

/// Serves the gateway on `listener` until `shutdown`.
pub async fn run(deps: Deps, listener: TcpListener, shutdown: CancellationToken) -> std::io::Result<()> {
    let router = router(deps, shutdown.clone());
    postern_telemetry::serve(listener, router, shutdown).await
}

/// Serves one client on standard input and output until it closes them.
///
/// Errors: when the key opens nothing at the start; afterwards a revoked key refuses each request.
pub async fn run_stdio(deps: Deps, key: &str) -> Result<(), StdioError> {
    let shared = Arc::new(Shared::new(deps));
    if shared
        .recognise(key)
        .await
        .map_err(StdioError::Backend)?
        .is_none()
    {
        return Err(StdioError::UnknownKey);
    }
    let gateway = Gateway::with_key(shared, key);
    let failed = |reason: String| StdioError::Protocol { reason };
    let running = rmcp::serve_server(gateway, rmcp::transport::stdio())
        .await
        .map_err(|error| failed(error.to_string()))?;
    running
        .waiting()
        .await
        .map_err(|error| failed(error.to_string()))?;
    Ok(())
}
