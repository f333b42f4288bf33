use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;

/// Stands between a client and Redis and can cut the line.
pub(crate) struct Proxy {
    address: SocketAddr,
    is_open: watch::Sender<bool>,
    loses_answers: Arc<AtomicBool>,
    _tasks: JoinSet<()>,
}

impl Proxy {
    /// A proxy to the server of `url`.
    pub(crate) async fn before(url: &str) -> Self {
        let server = url
            .trim_start_matches("redis://")
            .split('/')
            .next()
            .unwrap_or_default()
            .rsplit('@')
            .next()
            .unwrap_or_default()
            .to_owned();
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("an address");
        let (is_open, watched) = watch::channel(true);
        let loses_answers = Arc::new(AtomicBool::new(false));
        let mut tasks = JoinSet::new();
        tasks.spawn(serve(listener, server, watched, Arc::clone(&loses_answers)));
        Self {
            address,
            is_open,
            loses_answers,
            _tasks: tasks,
        }
    }

    pub(crate) fn url(&self) -> String {
        format!("redis://{}", self.address)
    }

    /// Cuts all lines and refuses new ones.
    pub(crate) fn cut(&self) {
        self.is_open.send_replace(false);
    }

    /// Lets lines be made again.
    pub(crate) fn mend(&self) {
        self.loses_answers.store(false, Ordering::SeqCst);
        self.is_open.send_replace(true);
    }

    /// Passes the next requests on, but instead of their answers cuts the line.
    pub(crate) fn lose_answers(&self) {
        self.loses_answers.store(true, Ordering::SeqCst);
    }
}

async fn serve(
    listener: TcpListener,
    server: String,
    is_open: watch::Receiver<bool>,
    loses_answers: Arc<AtomicBool>,
) {
    let mut lines = JoinSet::new();
    while let Ok((client, _)) = listener.accept().await {
        if !*is_open.borrow() {
            continue;
        }
        let Ok(upstream) = TcpStream::connect(&server).await else {
            continue;
        };
        lines.spawn(line(
            client,
            upstream,
            is_open.clone(),
            Arc::clone(&loses_answers),
        ));
    }
}

async fn line(
    client: TcpStream,
    upstream: TcpStream,
    mut is_open: watch::Receiver<bool>,
    loses_answers: Arc<AtomicBool>,
) {
    let (from_client, to_client) = client.into_split();
    let (from_server, to_server) = upstream.into_split();
    tokio::select! {
        () = pump(from_client, to_server, None) => {}
        () = pump(from_server, to_client, Some(loses_answers)) => {}
        _ = is_open.wait_for(|open| !open) => {}
    }
}

async fn pump(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, ends: Option<Arc<AtomicBool>>) {
    let mut buffer = vec![0; 64 * 1024];
    while let Ok(read @ 1..) = from.read(&mut buffer).await {
        let is_lost = ends.as_ref().is_some_and(|ends| ends.load(Ordering::SeqCst));
        if is_lost || to.write_all(&buffer[..read]).await.is_err() {
            return;
        }
    }
}
