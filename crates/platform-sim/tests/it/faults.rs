//! Faults over a real socket, where connections can be dropped.

use std::path::PathBuf;
use std::time::Duration;

use postern_platform_sim::{Fault, FaultKind, Operation, Options, Platform, Sim, Times, serve};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::task::JoinSet;

/// A served simulator and the way to stop it.
struct Served {
    sim: Sim,
    address: String,
    stop: oneshot::Sender<()>,
    task: JoinSet<std::io::Result<()>>,
}

impl Served {
    async fn start(state_file: Option<PathBuf>) -> Self {
        let sim = Sim::new(Options {
            state_file,
            ..Options::default()
        });
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address").to_string();
        let (stop, stopped) = oneshot::channel::<()>();
        let mut task = JoinSet::new();
        let served = sim.clone();
        task.spawn(async move {
            serve(served, listener, async {
                let _ = stopped.await;
            })
            .await
        });
        Self {
            sim,
            address,
            stop,
            task,
        }
    }

    async fn stop(mut self) {
        let _ = self.stop.send(());
        let ended = tokio::time::timeout(Duration::from_secs(10), self.task.join_next())
            .await
            .expect("in time");
        ended.expect("a task").expect("no panic").expect("saved");
    }

    /// Sends a request and reads until the connection closes; `None` when not a byte came back.
    async fn ask(&self, method: &str, path: &str, headers: &str, body: &str) -> Option<(u16, String)> {
        let mut stream = TcpStream::connect(&self.address).await.expect("connected");
        let request = format!(
            "{method} {path} HTTP/1.1\r\nhost: {}\r\nconnection: close\r\ncontent-length: {}\r\n{headers}\r\n{body}",
            self.address,
            body.len()
        );
        stream.write_all(request.as_bytes()).await.expect("sent");
        let mut bytes = Vec::new();
        let read = tokio::time::timeout(Duration::from_secs(10), stream.read_to_end(&mut bytes))
            .await
            .expect("in time");
        if read.is_err() || bytes.is_empty() {
            return None;
        }
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let status = text
            .split(' ')
            .nth(1)
            .and_then(|status| status.parse().ok())
            .unwrap_or(0);
        Some((
            status,
            text.split_once("\r\n\r\n")
                .map(|(_, body)| body.to_owned())
                .unwrap_or_default(),
        ))
    }

    async fn login(&self) -> (String, String) {
        let body = json!({ "identifier": "ada", "password": "sandbox" }).to_string();
        let (_, text) = self
            .ask(
                "POST",
                "/bluesky/xrpc/com.atproto.server.createSession",
                "content-type: application/json\r\n",
                &body,
            )
            .await
            .expect("an answer");
        let answer: Value = serde_json::from_str(&text).expect("json");
        (
            answer["did"].as_str().expect("a did").to_owned(),
            answer["accessJwt"].as_str().expect("a token").to_owned(),
        )
    }

    async fn put(&self, (did, token): &(String, String), text: &str) -> Option<(u16, String)> {
        let record =
            json!({ "$type": "app.bsky.feed.post", "text": text, "createdAt": "2025-11-20T09:00:00.000Z" });
        let body = json!({ "repo": did, "collection": "app.bsky.feed.post", "rkey": "3m5zabcdefg2x", "record": record, "swapRecord": null }).to_string();
        self.ask(
            "POST",
            "/bluesky/xrpc/com.atproto.repo.putRecord",
            &format!("content-type: application/json\r\nauthorization: Bearer {token}\r\n"),
            &body,
        )
        .await
    }

    fn plan(&self, kind: FaultKind, delay_ms: u64) {
        self.sim.add_fault(Fault {
            platform: Some(Platform::Bluesky),
            operation: Operation::Commit,
            kind,
            times: Times::Count(1),
            delay_ms,
        });
    }
}

#[tokio::test]
async fn each_fault_does_what_its_name_says_and_the_post_exists_once() {
    let served = Served::start(None).await;
    let ada = served.login().await;
    for (kind, want, stored) in [
        (FaultKind::Reset, None, 0),
        (FaultKind::ServerError, Some(503), 0),
        (FaultKind::RateLimit, Some(429), 0),
        (FaultKind::Delay, Some(200), 1),
        (FaultKind::HoldAnswer, Some(200), 1),
        (FaultKind::LostAnswer, None, 1),
        (FaultKind::StoredServerError, Some(503), 1),
        (FaultKind::NoId, Some(200), 1),
    ] {
        served.sim.reset();
        let ada = served.login().await;
        served.plan(kind, 1);
        let answer = served.put(&ada, "once").await;
        assert_eq!(answer.as_ref().map(|(status, _)| *status), want, "{kind:?}");
        assert_eq!(served.sim.journal().len(), stored, "{kind:?}");
        if kind == FaultKind::NoId {
            assert!(answer.is_some_and(|(_, body)| !body.contains("uri")));
        }
        let again = served.put(&ada, "once").await;
        assert_eq!(
            again.map(|(status, _)| status),
            Some(200),
            "{kind:?} strikes once"
        );
        assert_eq!(served.sim.journal().len(), 1, "{kind:?}");
    }
    served.plan(FaultKind::ExpireToken, 0);
    assert!(
        served
            .put(&ada, "once")
            .await
            .is_some_and(|(status, body)| status == 400 && body.contains("InvalidToken")
                || body.contains("ExpiredToken"))
    );
    let dropped = served
        .sim
        .requests()
        .iter()
        .filter(|request| request.status.is_none())
        .count();
    assert_eq!(dropped, 0, "a reset forgets captured requests too");
    served.stop().await;
}

#[tokio::test]
async fn an_expired_token_stays_expired() {
    let served = Served::start(None).await;
    let ada = served.login().await;
    served.plan(FaultKind::ExpireToken, 0);
    for _ in 0..2 {
        assert!(
            served
                .put(&ada, "x")
                .await
                .is_some_and(|(status, body)| status == 400 && body.contains("ExpiredToken"))
        );
    }
    let fresh = served.login().await;
    assert_eq!(served.put(&fresh, "x").await.map(|(status, _)| status), Some(200));
    served.stop().await;
}

#[tokio::test]
async fn a_fault_waits_for_a_request_that_succeeds() {
    let served = Served::start(None).await;
    let ada = served.login().await;
    served.plan(FaultKind::LostAnswer, 0);
    let refused = served.put(&ada, &"x".repeat(301)).await;
    assert_eq!(refused.map(|(status, _)| status), Some(400));
    assert_eq!(served.put(&ada, "good").await, None);
    assert_eq!(served.sim.journal().len(), 1);
    assert!(
        served
            .sim
            .requests()
            .iter()
            .any(|request| request.status.is_none())
    );
    served.stop().await;
}

#[tokio::test]
async fn posts_and_tokens_survive_a_restart() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("sandbox.json");
    let served = Served::start(Some(file.clone())).await;
    let ada = served.login().await;
    assert_eq!(
        served.put(&ada, "kept").await.map(|(status, _)| status),
        Some(200)
    );
    served.stop().await;
    let served = Served::start(Some(file)).await;
    assert_eq!(served.sim.journal()[0].text, "kept");
    assert_eq!(
        served.put(&ada, "kept").await.map(|(status, _)| status),
        Some(200),
        "the token still works"
    );
    assert_eq!(served.sim.journal().len(), 1);
    served.stop().await;
}
