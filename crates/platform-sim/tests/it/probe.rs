//! A simulator with a clock of its own, and short ways of asking it.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use axum::Router;
use axum::body::{Body, to_bytes};
use http::{HeaderMap, Request};
use jiff::Timestamp;
use postern_platform_sim::{Options, Sim};
use serde_json::Value;
use tower::ServiceExt;

pub(crate) const HOST: &str = "sim.test:4600";
pub(crate) const BASE: &str = "http://sim.test:4600";

/// A PNG of 2 by 3 pixels, as far as its header tells.
pub(crate) const PNG: &[u8] =
    b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x02\0\0\0\x03\x08\x02\0\0\0rest of the picture";
/// The start of an MP4.
pub(crate) const MP4: &[u8] = b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom and the rest of the video";
/// The start of a GIF.
pub(crate) const GIF: &[u8] = b"GIF89a\x02\0\x03\0 and the rest of the animation";

pub(crate) struct Probe {
    pub sim: Sim,
    router: Router,
    clock: Arc<AtomicI64>,
}

pub(crate) struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub bytes: Vec<u8>,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes).unwrap_or(Value::Null)
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }

    pub(crate) fn header(&self, name: &str) -> String {
        self.headers
            .get(name)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
            .to_owned()
    }

    /// A parameter of the address that the answer redirects to.
    pub(crate) fn back(&self, name: &str) -> Option<String> {
        let location = url::Url::parse(&self.header("location")).ok()?;
        location
            .query_pairs()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.into_owned())
    }

    /// The status, and the message wherever the platform puts it.
    pub(crate) fn refusal(&self) -> (u16, String) {
        (self.status, self.text())
    }
}

impl Probe {
    pub(crate) fn new() -> Self {
        let clock = Arc::new(AtomicI64::new(1_763_629_200_000));
        let told = clock.clone();
        let sim = Sim::with_clock(
            Options::default(),
            Arc::new(move || Timestamp::from_millisecond(told.load(Ordering::SeqCst)).expect("in range")),
        );
        Self {
            router: sim.router(),
            sim,
            clock,
        }
    }

    pub(crate) fn now(&self) -> i64 {
        self.clock.load(Ordering::SeqCst) / 1_000
    }

    pub(crate) fn wait(&self, secs: i64) {
        self.clock.fetch_add(secs * 1_000, Ordering::SeqCst);
    }

    pub(crate) async fn send(&self, request: Request<Body>) -> Answer {
        let (mut head, body) = request.into_parts();
        head.headers.insert("host", HOST.parse().expect("a host"));
        let response = self
            .router
            .clone()
            .oneshot(Request::from_parts(head, body))
            .await
            .expect("never fails");
        let (head, body) = response.into_parts();
        let bytes = to_bytes(body, 10_000_000).await.expect("a whole body").to_vec();
        Answer {
            status: head.status.as_u16(),
            headers: head.headers,
            bytes,
        }
    }

    pub(crate) async fn get(&self, path: &str, headers: &[(&str, &str)]) -> Answer {
        self.send(build("GET", path, headers, Vec::new())).await
    }

    pub(crate) async fn delete(&self, path: &str, headers: &[(&str, &str)]) -> Answer {
        self.send(build("DELETE", path, headers, Vec::new())).await
    }

    pub(crate) async fn post(&self, path: &str, headers: &[(&str, &str)], body: &Value) -> Answer {
        let mut headers = headers.to_vec();
        headers.push(("content-type", "application/json"));
        self.send(build("POST", path, &headers, body.to_string().into_bytes()))
            .await
    }

    pub(crate) async fn form(&self, path: &str, headers: &[(&str, &str)], fields: &[(&str, &str)]) -> Answer {
        let mut headers = headers.to_vec();
        headers.push(("content-type", "application/x-www-form-urlencoded"));
        self.send(build("POST", path, &headers, pairs(fields).into_bytes()))
            .await
    }

    pub(crate) async fn bytes(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> Answer {
        self.send(build(method, path, headers, body.to_vec())).await
    }

    pub(crate) async fn set(&self, settings: Value) {
        let answer = self.post("/_sim/settings", &[], &settings).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
    }

    pub(crate) async fn fault(&self, fault: Value) {
        let answer = self.post("/_sim/faults", &[], &fault).await;
        assert_eq!(answer.status, 201, "{}", answer.text());
    }

    /// The journal of one platform.
    pub(crate) async fn journal(&self, platform: &str) -> Vec<Value> {
        let answer = self.get(&format!("/_sim/journal?platform={platform}"), &[]).await;
        answer.json().as_array().cloned().unwrap_or_default()
    }
}

pub(crate) fn build(method: &str, path: &str, headers: &[(&str, &str)], body: Vec<u8>) -> Request<Body> {
    let mut request = Request::builder().method(method).uri(path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request.body(Body::from(body)).expect("a request")
}

pub(crate) fn pairs(fields: &[(&str, &str)]) -> String {
    url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs(fields)
        .finish()
}

/// A part of a form: name, file name and type where it is a file, content.
pub(crate) type FormPart<'a> = (&'a str, Option<(&'a str, &'a str)>, &'a [u8]);

/// A multipart body and its content type.
pub(crate) fn multipart(parts: &[FormPart<'_>]) -> (String, Vec<u8>) {
    let mut body = Vec::new();
    for (name, file, content) in parts {
        body.extend(format!("--edge\r\nContent-Disposition: form-data; name=\"{name}\"").bytes());
        if let Some((file_name, kind)) = file {
            body.extend(format!("; filename=\"{file_name}\"\r\nContent-Type: {kind}").bytes());
        }
        body.extend(b"\r\n\r\n");
        body.extend_from_slice(content);
        body.extend(b"\r\n");
    }
    body.extend(b"--edge--\r\n");
    ("multipart/form-data; boundary=edge".to_owned(), body)
}
