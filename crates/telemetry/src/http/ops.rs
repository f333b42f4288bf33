//! Probes and figures for operators: `/api/health`, `/api/ready`, `/metrics`.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use futures::future::BoxFuture;
use http::{StatusCode, header};
use serde_json::{Value, json};

use crate::metrics;

/// How long the checks of one readiness probe may take.
const PROBE_TIMEOUT: Duration = Duration::from_secs(5);

/// Asks everything the service leans on.
pub type ReadyCheck = Arc<dyn Fn() -> BoxFuture<'static, Readiness> + Send + Sync>;

/// What a readiness probe found, by name of what was asked (`database`, `bus`, `migrations`, `backend`).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Readiness {
    /// The answers; none means ready.
    pub checks: BTreeMap<&'static str, Check>,
}

/// One answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Check {
    /// It answers.
    Up,
    /// It does not, with one line for operators. No secrets: the probe answers anybody.
    Down(String),
}

impl Readiness {
    /// Adds one answer: down with the error's message, or up.
    #[must_use]
    pub fn with<E: std::fmt::Display>(mut self, name: &'static str, answer: Result<(), E>) -> Self {
        let check = answer.map_or_else(|error| Check::Down(error.to_string()), |()| Check::Up);
        self.checks.insert(name, check);
        self
    }

    /// Whether everything answers.
    pub fn is_ready(&self) -> bool {
        self.checks.values().all(|check| *check == Check::Up)
    }
}

/// `GET /api/health` (always 200 while the process lives), `GET /api/ready` (200 or 503 with each check)
/// and `GET /metrics` (404 without a recorder).
///
/// To be merged outside of [`traced`](super::traced): probes come every few seconds and are not steps of
/// anything.
pub fn ops_router(ready: ReadyCheck) -> Router {
    Router::new()
        .route("/api/health", get(async || Json(json!({ "status": "ok" }))))
        .route("/api/ready", get(answer_ready))
        .route("/metrics", get(answer_metrics))
        .with_state(ready)
}

async fn answer_ready(State(ready): State<ReadyCheck>) -> Response {
    let readiness = probe(&ready, PROBE_TIMEOUT).await;
    let checks: serde_json::Map<String, Value> = readiness
        .checks
        .iter()
        .map(|(name, check)| ((*name).to_owned(), check_json(check)))
        .collect();
    let (status, word) = if readiness.is_ready() {
        (StatusCode::OK, "ready")
    } else {
        (StatusCode::SERVICE_UNAVAILABLE, "unready")
    };
    (status, Json(json!({ "status": word, "checks": checks }))).into_response()
}

/// What the checks find, or that they did not answer in time.
async fn probe(ready: &ReadyCheck, deadline: Duration) -> Readiness {
    let found = tokio::time::timeout(deadline, ready()).await;
    found.unwrap_or_else(|_| Readiness::default().with("probe", Err("no answer in time")))
}

fn check_json(check: &Check) -> Value {
    match check {
        Check::Up => json!({ "status": "up" }),
        Check::Down(detail) => json!({ "status": "down", "detail": detail }),
    }
}

async fn answer_metrics() -> Response {
    const TEXT: &str = "text/plain; version=0.0.4; charset=utf-8";
    match metrics::render() {
        Some(text) => ([(header::CONTENT_TYPE, TEXT)], text).into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

#[cfg(test)]
mod tests {
    use futures::FutureExt;

    use super::*;

    #[tokio::test]
    async fn a_check_without_an_answer_is_not_waited_for() {
        let never: ReadyCheck = Arc::new(|| futures::future::pending().boxed());
        let found = probe(&never, Duration::ZERO).await;
        assert_eq!(found.checks["probe"], Check::Down("no answer in time".into()));
        assert!(!found.is_ready());
    }
}
