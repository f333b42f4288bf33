//! The accept loop, made by hand so that a connection can be dropped instead of answered.

use std::convert::Infallible;
use std::future::Future;
use std::io;
use std::time::Duration;

use axum::body::Body;
use http::Request;
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto::Builder;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tower::ServiceExt;

use crate::pipeline::Dropped;
use crate::sim::Sim;

/// How long changes are gathered before the state file is written.
const SAVE_AFTER: Duration = Duration::from_millis(250);

/// Pause after a failed accept, so that a full process does not spin.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// Serves until `shutdown` ends, then cuts open connections and writes the state file.
///
/// # Errors
/// When the state file cannot be written at the end.
pub async fn serve(
    sim: Sim,
    listener: TcpListener,
    shutdown: impl Future<Output = ()> + Send,
) -> io::Result<()> {
    let mut tasks = JoinSet::new();
    if sim.keeps_state() {
        tasks.spawn(keep_saved(sim.clone()));
    }
    tokio::pin!(shutdown);
    loop {
        tokio::select! {
            () = &mut shutdown => break,
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => {
                    tasks.spawn(connection(sim.clone(), stream));
                }
                Err(_) => tokio::time::sleep(ACCEPT_PAUSE).await,
            },
            Some(_) = tasks.join_next(), if !tasks.is_empty() => {}
        }
    }
    tasks.shutdown().await;
    sim.save().map_err(io::Error::other)
}

async fn connection(sim: Sim, stream: TcpStream) {
    // Small answers must not wait for more data; without the option they only come later.
    let _ = stream.set_nodelay(true);
    let router = sim.router();
    let service = service_fn(move |request: Request<Incoming>| {
        let router = router.clone();
        async move {
            let Ok(response) = router
                .oneshot(request.map(Body::new))
                .await
                .map_err(|never: Infallible| never);
            if response.extensions().get::<Dropped>().is_some() {
                // An error makes hyper close the connection without a word, which is the point.
                return Err(io::Error::new(
                    io::ErrorKind::ConnectionAborted,
                    "connection dropped by a planned fault",
                ));
            }
            Ok(response)
        }
    });
    // A client that hangs up is none of our business.
    let _ = Builder::new(TokioExecutor::new())
        .http1_only()
        .serve_connection(TokioIo::new(stream), service)
        .await;
}

/// Writes the state file some time after each change, for as long as the server runs.
async fn keep_saved(sim: Sim) {
    loop {
        sim.changed().notified().await;
        tokio::time::sleep(SAVE_AFTER).await;
        let writer = sim.clone();
        // A write that fails is tried again after the next change and reported at shutdown.
        let _ = tokio::task::spawn_blocking(move || writer.save()).await;
    }
}
