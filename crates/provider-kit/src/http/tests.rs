//! What the client makes of servers that behave badly.

use std::time::Duration;

use futures::StreamExt;
use postern_domain::ports::ByteStream;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::Instant;

use super::{Call, Http, Lost, Part, Reply};
use crate::redact::Redactions;

/// A server that reads one request and answers with these bytes; empty means that it hangs up.
async fn server(answer: Vec<u8>) -> (String, tokio::task::JoinHandle<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    #[expect(clippy::disallowed_methods, reason = "the server ends with its one request")]
    let seen = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let request = request(&mut stream).await;
        // A client that hung up has seen enough.
        drop(stream.write_all(&answer).await);
        request
    });
    (base, seen)
}

/// Head and body of one request.
async fn request(stream: &mut TcpStream) -> String {
    let mut bytes = Vec::new();
    loop {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head.lines().find_map(|line| {
                line.to_ascii_lowercase()
                    .strip_prefix("content-length: ")?
                    .parse()
                    .ok()
            });
            if body.len() >= length.unwrap_or(0) {
                return text;
            }
        }
        let mut chunk = [0; 4096];
        let read = stream.read(&mut chunk).await.unwrap();
        if read == 0 {
            return text;
        }
        bytes.extend_from_slice(&chunk[..read]);
    }
}

async fn send(base: &str, call: Call, within: Duration) -> Result<Reply, Lost> {
    let http = Http::new([base], false);
    http.send(call, Instant::now() + within, &Redactions::default())
        .await
}

const SOON: Duration = Duration::from_secs(10);

#[tokio::test]
async fn nothing_was_sent_where_nobody_listens_or_no_time_is_left() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let lost = send(&base, Call::get(format!("{base}/x")), SOON)
        .await
        .unwrap_err();
    assert!(matches!(lost, Lost::Unreachable { .. }), "{lost:?}");
    let lost = send(&base, Call::get(format!("{base}/x")), Duration::ZERO)
        .await
        .unwrap_err();
    assert!(!lost.may_have_arrived(), "{lost:?}");
}

#[tokio::test]
async fn what_was_sent_and_not_answered_may_have_arrived() {
    let huge = format!(
        "HTTP/1.1 200 OK\r\ncontent-length: 9000000\r\n\r\n{}",
        "x".repeat(9_000_000)
    );
    for answer in [
        Vec::new(),
        b"HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhalf".to_vec(),
        huge.into_bytes(),
    ] {
        let (base, seen) = server(answer).await;
        let lost = send(&base, Call::post(format!("{base}/x")), SOON)
            .await
            .unwrap_err();
        assert!(lost.may_have_arrived(), "{lost:?}");
        assert_eq!(lost.host(), "127.0.0.1");
        seen.await.unwrap();
    }
}

#[tokio::test]
async fn a_silent_server_is_left_at_the_deadline() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let lost = send(&base, Call::get(format!("{base}/x")), Duration::from_millis(200))
        .await
        .unwrap_err();
    assert!(lost.may_have_arrived(), "{lost:?}");
}

#[tokio::test]
async fn redirects_are_answers_and_are_not_followed() {
    let (base, seen) =
        server(b"HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1:1/\r\ncontent-length: 0\r\n\r\n".to_vec())
            .await;
    let reply = send(&base, Call::get(format!("{base}/x")), SOON).await.unwrap();
    assert_eq!(reply.status, 302);
    seen.await.unwrap();
}

#[tokio::test]
async fn strangers_inside_are_refused_before_anything_is_sent() {
    let http = Http::new([], false);
    for url in [
        "http://127.0.0.1:1/",
        "https://127.0.0.1:1/",
        "https://localhost/",
        "nonsense",
    ] {
        let sent = http
            .send(Call::get(url), Instant::now() + SOON, &Redactions::default())
            .await;
        assert!(matches!(sent, Err(Lost::Refused { .. })), "{url}: {sent:?}");
    }
}

#[tokio::test]
async fn files_are_sent_with_their_exact_length() {
    let file = |text: &'static str| -> ByteStream {
        let chunks: Vec<std::io::Result<Vec<u8>>> = text
            .as_bytes()
            .chunks(3)
            .map(|chunk| Ok(chunk.to_vec()))
            .collect();
        futures::stream::iter(chunks).boxed()
    };
    let ok = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}".to_vec();
    let (base, seen) = server(ok.clone()).await;
    let call = Call::put(format!("{base}/x")).stream("image/png", 8, file("12345678"));
    assert!(send(&base, call, SOON).await.unwrap().is_success());
    let told = seen.await.unwrap();
    assert!(
        told.contains("content-length: 8\r\n") && told.ends_with("12345678"),
        "{told}"
    );
    assert!(!told.contains("transfer-encoding"), "{told}");

    let (base, seen) = server(ok).await;
    let parts = vec![
        Part::text("description", "a door"),
        Part::file("file", "a.png", "image/png", 4, file("1234")),
    ];
    let call = Call::post(format!("{base}/x")).multipart(parts);
    assert!(send(&base, call, SOON).await.unwrap().is_success());
    let told = seen.await.unwrap();
    let (head, body) = told.split_once("\r\n\r\n").unwrap();
    assert!(
        head.contains(&format!("content-length: {}", body.len())),
        "{told}"
    );
    assert!(
        body.contains("filename=\"a.png\"\r\ncontent-type: image/png\r\n\r\n1234\r\n")
            || body.contains("filename=\"a.png\"\r\nContent-Type: image/png\r\n\r\n1234\r\n"),
        "{told}"
    );
}

#[tokio::test]
async fn a_file_that_cannot_be_read_is_no_doubt() {
    let broken: ByteStream =
        futures::stream::iter([Ok(b"12".to_vec()), Err(std::io::ErrorKind::UnexpectedEof.into())]).boxed();
    let (base, _seen) = server(Vec::new()).await;
    let call = Call::put(format!("{base}/x")).stream("image/png", 8, broken);
    let lost = send(&base, call, SOON).await.unwrap_err();
    assert!(matches!(lost, Lost::Unreadable { .. }), "{lost:?}");
}
