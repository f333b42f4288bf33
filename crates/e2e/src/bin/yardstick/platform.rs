//! A platform that answers at once: as little of HTTP/1.1 and of Mastodon as publishing needs.

use std::sync::Arc;

use anyhow::Result;
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

use crate::ledger::Ledger;
use crate::request::Request;
use crate::say;

/// The largest request; posts of a benchmark are short.
const LARGEST: usize = 64 * 1024;

/// Serves on a free port of the loopback interface.
pub(crate) async fn serve() -> Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let url = format!("http://{}", listener.local_addr()?);
    say(&url)?;
    let ledger = Arc::new(Ledger::default());
    let mut connections = JoinSet::new();
    loop {
        let (stream, _) = listener.accept().await?;
        stream.set_nodelay(true)?;
        connections.spawn(connection(stream, Arc::clone(&ledger), url.clone()));
        while connections.try_join_next().is_some() {}
    }
}

/// Answers the requests of one connection until it ends or says something else than HTTP.
async fn connection(mut stream: TcpStream, ledger: Arc<Ledger>, url: String) {
    let mut bytes = Vec::with_capacity(4096);
    while let Ok(1..) = stream.read_buf(&mut bytes).await {
        while let Some(request) = Request::first(&bytes) {
            let length = request.length;
            let Ok(answer) = answer(&request, &ledger, &url) else {
                return;
            };
            if stream.write_all(&answer).await.is_err() {
                return;
            }
            bytes.drain(..length);
        }
        if bytes.len() > LARGEST {
            return;
        }
    }
}

fn answer(request: &Request<'_>, ledger: &Ledger, url: &str) -> Result<Vec<u8>> {
    match (request.method, request.path) {
        ("POST", path) if path.ends_with("/api/v1/statuses") => {
            let id = ledger.note(request.key, request.number());
            let status = json!({
                "id": id.to_string(),
                "created_at": "2026-01-01T00:00:00.000Z",
                "url": format!("{url}/@bench/{id}"),
                "content": "",
            });
            Ok(reply("200 OK", &serde_json::to_vec(&status)?))
        }
        ("GET", "/ledger") => Ok(reply("200 OK", &ledger.to_json()?)),
        ("GET", "/ledger/count") => Ok(reply("200 OK", ledger.count().to_string().as_bytes())),
        ("DELETE", "/ledger") => {
            ledger.clear();
            Ok(reply("200 OK", b"{}"))
        }
        _ => Ok(reply("404 Not Found", br#"{"error":"Record not found"}"#)),
    }
}

fn reply(status: &str, body: &[u8]) -> Vec<u8> {
    let length = body.len();
    let head =
        format!("HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n");
    [head.as_bytes(), body].concat()
}
