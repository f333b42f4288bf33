//! Clients of a fake, in process and over a socket.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use postern_domain::ports::Backend;
use postern_domain::secret::Secret;
use postern_proto::{Client, ClientOptions, routes};
use tokio::net::TcpListener;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

pub(crate) const TOKEN: &str = "service-token";

pub(crate) fn options(url: String) -> ClientOptions {
    ClientOptions {
        url,
        token: Secret::new(TOKEN),
        public_media_base: "https://media.example.org/uploads/".into(),
        on_request: |_| {},
        timeout: Duration::from_secs(10),
    }
}

pub(crate) fn router(backend: Arc<dyn Backend>, stop: &CancellationToken) -> Router {
    routes(backend, Secret::new(TOKEN), stop.clone())
}

pub(crate) fn in_process(backend: Arc<dyn Backend>) -> Client {
    let router = router(backend, &CancellationToken::new());
    Client::in_process(router, options(String::new())).unwrap()
}

/// A listener that stops when it is told to or dropped.
pub(crate) struct Listening {
    pub(crate) client: Client,
    pub(crate) url: String,
    pub(crate) stop: CancellationToken,
    tasks: JoinSet<()>,
}

impl Listening {
    pub(crate) async fn to(backend: Arc<dyn Backend>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        Self::on(listener, CancellationToken::new(), backend)
    }

    pub(crate) fn on(listener: TcpListener, stop: CancellationToken, backend: Arc<dyn Backend>) -> Self {
        let router = router(backend, &stop);
        Self::serve(listener, router, stop)
    }

    pub(crate) fn serve(listener: TcpListener, router: Router, stop: CancellationToken) -> Self {
        let url = format!("http://{}", listener.local_addr().unwrap());
        let stopped = stop.clone().cancelled_owned();
        let mut tasks = JoinSet::new();
        tasks.spawn(async move {
            let serving = axum::serve(listener, router).with_graceful_shutdown(stopped);
            serving.await.unwrap();
        });
        Self {
            client: Client::connect_lazy(options(url.clone())).unwrap(),
            url,
            stop,
            tasks,
        }
    }

    /// Waits until the listener has let all connections go.
    pub(crate) async fn ended(mut self) {
        drop(self.client);
        while self.tasks.join_next().await.is_some() {}
    }
}
