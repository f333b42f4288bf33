//! One span, one log line and one sample per request.

use std::time::Instant;

use axum::Router;
use axum::extract::Request;
use axum::middleware::{self, Next};
use axum::response::Response;
use http::StatusCode;
use tracing::field::Empty;
use tracing::{Instrument, Span};

use super::route::{method, route};
use crate::metrics::REQUEST_DURATION;
use crate::propagate;

/// Status of a request whose caller went away before the answer; the number that nginx uses.
const CALLER_GONE: u16 = 499;

/// Wraps all routes that `router` has so far.
///
/// Each request gets a span that joins the caller's trace and is named by method and route, one log line
/// `request` at `info` with `http.request.method`, `http.route`, `http.response.status_code` and
/// `duration_ms`, and one sample of `http_server_request_duration_seconds`.
/// The duration ends with the head of the answer: a stream is not waited for.
/// A caller that went away counts as status 499. Services mounted with `nest_service` do not tell their
/// routes and appear as `unmatched`; mount them with `route_service`.
pub fn traced(router: Router) -> Router {
    router.layer(middleware::from_fn(trace))
}

async fn trace(request: Request, next: Next) -> Response {
    let mut entry = Entry::open(method(&request), route(&request), &request);
    let span = entry.span.clone();
    let response = next.run(request).instrument(span).await;
    entry.close(response.status().as_u16());
    response
}

/// A request that is being answered.
struct Entry {
    method: &'static str,
    route: String,
    started: Instant,
    span: Span,
    is_open: bool,
}

impl Entry {
    fn open(method: &'static str, route: String, request: &Request) -> Self {
        let span = tracing::info_span!(
            "request",
            otel.name = %format_args!("{method} {route}"),
            otel.kind = "server",
            otel.status_code = Empty,
            http.request.method = method,
            http.route = route,
            http.response.status_code = Empty,
        );
        propagate::adopt(&span, propagate::extract_headers(request.headers()));
        Self {
            method,
            route,
            started: Instant::now(),
            span,
            is_open: true,
        }
    }

    fn close(&mut self, status: u16) {
        self.is_open = false;
        let duration = self.started.elapsed();
        self.span.record("http.response.status_code", status);
        if status >= StatusCode::INTERNAL_SERVER_ERROR.as_u16() {
            self.span.record("otel.status_code", "ERROR");
        }
        let labels = [
            ("route", self.route.clone()),
            ("method", self.method.to_owned()),
            ("status", status.to_string()),
        ];
        metrics::histogram!(REQUEST_DURATION.name, &labels).record(duration.as_secs_f64());
        self.span.in_scope(|| {
            tracing::info!(
                http.request.method = self.method,
                http.route = self.route,
                http.response.status_code = status,
                duration_ms = u64::try_from(duration.as_millis()).unwrap_or(u64::MAX),
                "request"
            );
        });
    }
}

impl Drop for Entry {
    fn drop(&mut self) {
        if self.is_open {
            self.close(CALLER_GONE);
        }
    }
}
