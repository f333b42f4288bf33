//! Serving a router until told to stop.

use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use axum::serve::ListenerExt;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::ResultExt;

/// How long open requests may go on after the stop.
const GRACE: Duration = Duration::from_secs(10);

/// Serves `router` on `listener` until `stop` is cancelled, then lets open requests end, at most ten seconds.
///
/// HTTP/1 and HTTP/2 without TLS share the port. Handlers find the peer in `ConnectInfo<SocketAddr>`.
/// Streams without an end have to watch the token themselves, or they use up the ten seconds.
pub async fn serve(listener: TcpListener, router: Router, stop: CancellationToken) -> std::io::Result<()> {
    let listener = listener.tap_io(|stream| {
        // A small answer must not wait for the acknowledgement of the one before.
        stream
            .set_nodelay(true)
            .warn_on_error("turning off delayed sending");
    });
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    let server = axum::serve(listener, service).with_graceful_shutdown(stop.clone().cancelled_owned());
    let grace_over = async {
        stop.cancelled().await;
        tokio::time::sleep(GRACE).await;
    };
    tokio::select! {
        ended = server => ended,
        () = grace_over => {
            tracing::warn!("requests were still open at the end of the grace period");
            Ok(())
        }
    }
}
