//! Serving and stopping.

use axum::Router;
use axum::routing::get;
use postern_telemetry::{Options, Supervisor, init, serve};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// An address where nothing listens: the port was free a moment ago.
async fn dead_address() -> String {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a port is free");
    listener.local_addr().expect("it is bound").to_string()
}

async fn get_root(address: &str) -> String {
    let mut stream = TcpStream::connect(address).await.expect("the server listens");
    let request = format!("GET / HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n");
    stream
        .write_all(request.as_bytes())
        .await
        .expect("the request is taken");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.expect("the answer ends");
    answer
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_with_a_dead_collector_serves_and_stops() {
    let collector = format!("http://{}", dead_address().await);
    let guard = init(&Options {
        otlp_endpoint: Some(collector),
        ..Options::default()
    })
    .expect("a collector need not answer");
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a port is free");
    let address = listener.local_addr().expect("it is bound").to_string();
    let router = Router::new().route("/", get(async || "here"));

    let supervisor = Supervisor::new();
    let server = serve(
        listener,
        postern_telemetry::http::traced(router),
        supervisor.token(),
    );
    supervisor.spawn("http", server);
    let answer = get_root(&address).await;
    assert!(
        answer.starts_with("HTTP/1.1 200 OK") && answer.ends_with("here"),
        "{answer}"
    );

    supervisor.stop();
    supervisor.wait().await.expect("the server stops when asked");
    guard.shutdown().await;
}

#[tokio::test]
async fn a_signal_stops_all_tasks() {
    let supervisor = Supervisor::new();
    supervisor.stop_on_signals().expect("the system takes handlers");
    let token = supervisor.token();
    supervisor.spawn("patient", async move {
        token.cancelled().await;
        Ok::<_, std::io::Error>(())
    });
    let own = std::process::id().to_string();
    let killed = tokio::process::Command::new("kill")
        .args(["-TERM", &own])
        .status()
        .await;
    assert!(killed.expect("there is a kill").success());
    supervisor.wait().await.expect("the task ends when asked");
}
