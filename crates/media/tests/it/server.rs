use std::net::SocketAddr;
use std::sync::Arc;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

/// An HTTP server that answers each request by a function and then closes the line.
pub(crate) struct Server {
    address: SocketAddr,
    _task: JoinSet<()>,
}

/// A request as it came.
pub(crate) struct Request {
    /// Method and path, for example `GET /a.png`.
    pub(crate) line: String,
    /// Head in lower case.
    pub(crate) head: String,
    pub(crate) body: Vec<u8>,
}

impl Server {
    /// Starts on a free port of this machine.
    pub(crate) async fn start(answer: impl Fn(Request) -> Vec<u8> + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("an address");
        let mut task = JoinSet::new();
        task.spawn(serve(listener, Arc::new(answer)));
        Self { address, _task: task }
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// As `host:port`.
    pub(crate) fn place(&self) -> String {
        self.address.to_string()
    }

    pub(crate) fn port(&self) -> u16 {
        self.address.port()
    }
}

/// An answer with a status such as `200 OK`, more lines of the head, and a body.
pub(crate) fn answer(status: &str, head: &str, body: &[u8]) -> Vec<u8> {
    let head = format!(
        "HTTP/1.1 {status}\r\nContent-Length: {}\r\n{head}\r\n",
        body.len()
    );
    [head.as_bytes(), body].concat()
}

async fn serve<F: Fn(Request) -> Vec<u8> + Send + Sync + 'static>(listener: TcpListener, answer: Arc<F>) {
    let mut lines = JoinSet::new();
    while let Ok((stream, _)) = listener.accept().await {
        lines.spawn(line(stream, Arc::clone(&answer)));
    }
}

async fn line(mut stream: TcpStream, answer: Arc<impl Fn(Request) -> Vec<u8>>) {
    let mut bytes = Vec::new();
    let head_end = loop {
        let found = bytes.windows(4).position(|window| window == b"\r\n\r\n");
        if let Some(at) = found {
            break at + 4;
        }
        if stream.read_buf(&mut bytes).await.unwrap_or(0) == 0 {
            return;
        }
    };
    let head = String::from_utf8_lossy(&bytes[..head_end]).into_owned();
    let length: usize = head
        .to_ascii_lowercase()
        .lines()
        .find_map(|line| line.strip_prefix("content-length: ")?.parse().ok())
        .unwrap_or(0);
    while bytes.len() < head_end + length {
        if stream.read_buf(&mut bytes).await.unwrap_or(0) == 0 {
            return;
        }
    }
    let request = Request {
        line: head.split(" HTTP/").next().unwrap_or_default().to_owned(),
        head: head.to_ascii_lowercase(),
        body: bytes.split_off(head_end),
    };
    // A client that leaves early has its reasons.
    let _ = stream.write_all(&answer(request)).await;
    let _ = stream.shutdown().await;
}
