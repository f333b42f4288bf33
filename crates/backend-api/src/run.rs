//! The service as a whole.

use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::{Deps, relay, router};

/// Serves all routes on `listener` and relays the outbox, until `stop` is cancelled.
///
/// Errors: when the listener breaks; the relay then ends as well.
pub async fn run(deps: Deps, listener: TcpListener, stop: CancellationToken) -> std::io::Result<()> {
    let relay_stop = stop.child_token();
    let router = postern_telemetry::http::traced(router(deps.clone(), stop.clone()));
    let serving = async {
        let served = postern_telemetry::serve(listener, router, stop).await;
        relay_stop.cancel();
        served
    };
    let (served, ()) = tokio::join!(serving, relay::run(deps, relay_stop.clone()));
    served
}
