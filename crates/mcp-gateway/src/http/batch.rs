//! Arrays of messages, which the revisions up to 2025-03-26 know: split, run in order, answered with one array.

use axum::body::Body;
use axum::response::Response;
use http::header::CONTENT_TYPE;
use http::{HeaderValue, StatusCode};
use http_body_util::BodyExt as _;
use serde_json::{Value, json};

use crate::http::refusal::{INTERNAL_ERROR, Refusal};

/// Most messages in one array.
pub(super) const MOST: usize = 50;

/// The answers of a batch, gathered one by one.
#[derive(Debug, Default)]
pub(super) struct Answers(Vec<Value>);

impl Answers {
    /// Adds the answer to one message, if it has one.
    pub(super) async fn add(&mut self, response: Response, id: Option<&Value>) {
        if response.status() == StatusCode::ACCEPTED {
            return;
        }
        let stream = is_stream(&response);
        let Ok(body) = response.into_body().collect().await else {
            let lost =
                Refusal::new(StatusCode::OK, INTERNAL_ERROR, "The answer was lost on its way.").answering(id);
            self.0.push(lost.to_message());
            return;
        };
        let body = body.to_bytes();
        if stream {
            self.0.extend(answers_of_stream(&body));
        } else if let Ok(answer) = serde_json::from_slice(&body) {
            self.0.push(answer);
        }
    }

    /// Adds the refusal of one message.
    pub(super) fn refuse(&mut self, refusal: &Refusal) {
        self.0.push(refusal.to_message());
    }

    /// The answer to the whole: an array, or nothing where nothing wanted an answer.
    pub(super) fn into_response(self) -> Response {
        if self.0.is_empty() {
            let mut response = Response::new(Body::empty());
            *response.status_mut() = StatusCode::ACCEPTED;
            return response;
        }
        let mut response = Response::new(Body::from(json!(self.0).to_string()));
        response
            .headers_mut()
            .insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        response
    }
}

/// Whether an answer is an event stream.
fn is_stream(response: &Response) -> bool {
    let kind = response.headers().get(CONTENT_TYPE);
    kind.is_some_and(|kind| kind.as_bytes().starts_with(b"text/event-stream"))
}

/// The final answers in an event stream; notifications on the way have no place in an array of answers.
fn answers_of_stream(body: &[u8]) -> Vec<Value> {
    String::from_utf8_lossy(body)
        .lines()
        .filter_map(|line| line.strip_prefix("data:"))
        .filter_map(|data| serde_json::from_str::<Value>(data.trim()).ok())
        .filter(|message| message.get("result").is_some() || message.get("error").is_some())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_answers_are_taken_from_a_stream() {
        let body = b": alive\n\ndata: {\"method\":\"notifications/progress\"}\n\nid: 1\ndata: {\"id\":1,\"result\":{}}\n\ndata:\n\n";
        assert_eq!(answers_of_stream(body), [json!({"id": 1, "result": {}})]);
    }
}
