//! The error bodies of the compatible routes: three families, each with `code`, `fix` and `errors` added.

use std::time::Duration;

use postern_domain::channel::Channel;
use postern_domain::{BackendError, Code, Problem};
use schemars::JsonSchema;
use serde_json::{Map, Value as Json, json};

use crate::postiz::place::place;
use crate::postiz::violation::FieldError;
use crate::problem::{problem, retry_after};

/// An error as a compatible route answers it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The HTTP status.
    pub status: u16,
    /// The body.
    pub body: Json,
    /// When to come back, for errors that pass.
    pub retry_after: Option<Duration>,
}

/// The body of a refusal on compatible routes: which of the first members are there depends on its family.
#[derive(JsonSchema)]
#[schemars(rename_all = "camelCase")]
#[expect(dead_code, reason = "only the shape of this type is used")]
pub struct CompatibleRefusal {
    /// A text, where the routes of the API speak themselves.
    msg: Option<String>,
    /// A text, or a list of them: one for each violation.
    message: Option<Json>,
    /// The words of the status.
    error: Option<String>,
    /// The status.
    status_code: Option<u16>,
    /// The provider whose rules a post broke.
    provider: Option<String>,
    /// The channel whose rules a post broke.
    name: Option<String>,
    /// The code, one of a closed list.
    #[schemars(required)]
    code: String,
    /// What to do about the first violation.
    fix: Option<String>,
    /// All violations.
    errors: Option<Vec<FieldError>>,
}

/// The channel whose rules a post broke, as the body of such a rejection names it.
#[derive(Debug, Clone, Copy)]
pub struct Rejected<'a> {
    /// The channel.
    pub channel: &'a Channel,
}

impl Refusal {
    /// `{"msg": text}`: how the routes of this API speak themselves.
    pub fn msg(status: u16, text: &str, error: &BackendError) -> Self {
        Self::with(status, &[("msg", json!(text))], error)
    }

    /// `{"message": text, "error": ..., "statusCode": ...}`: a refusal with one text.
    pub fn text(status: u16, text: &str, error: &BackendError) -> Self {
        let head = match reason(status) {
            Some(reason) => vec![
                ("message", json!(text)),
                ("error", json!(reason)),
                ("statusCode", json!(status)),
            ],
            None => vec![("statusCode", json!(status)), ("message", json!(text))],
        };
        Self::with(status, &head, error)
    }

    /// `{"message": [text, ...], ...}` with status 400: a body that breaks rules, all of them told.
    pub fn list(error: &BackendError) -> Self {
        let lines: Vec<String> = error.problems().iter().map(line).collect();
        let head = [
            ("message", json!(lines)),
            ("error", json!("Bad Request")),
            ("statusCode", json!(400)),
        ];
        Self::with(400, &head, error)
    }

    /// `{"statusCode": 400, "provider", "name", "message"}`: a post that breaks the rules of a platform.
    pub fn rejected(by: Rejected<'_>, error: &BackendError) -> Self {
        let words: Vec<String> = error.problems().iter().map(line).collect();
        let head = [
            ("statusCode", json!(400)),
            ("provider", json!(by.channel.provider.as_str())),
            ("name", json!(by.channel.name)),
            ("message", json!(words.join("; "))),
        ];
        Self::with(400, &head, error)
    }

    /// An error where the route has no words of its own for it.
    pub fn of(error: &BackendError) -> Self {
        let first = || error.problems().first().map(line).unwrap_or_default();
        match error {
            BackendError::Refused(problems) if is_too_large(problems) => {
                Self::text(413, "request entity too large", error)
            }
            BackendError::Refused(problems) if is_unreadable(problems) => {
                let text = error.problems().first().map(|first| first.detail.clone());
                Self::text(400, &text.unwrap_or_default(), error)
            }
            BackendError::Refused(_) => Self::list(error),
            BackendError::Conflict(problem) => Self::text(conflict(problem.code), &first(), error),
            BackendError::NotFound { .. } => Self::msg(404, "Not found", error),
            BackendError::Unauthenticated => Self::msg(401, "Invalid API key", error),
            BackendError::Forbidden(_) => Self::msg(403, &first(), error),
            BackendError::RateLimited { .. } => {
                Self::text(429, "ThrottlerException: Too Many Requests", error)
            }
            BackendError::Unavailable { .. } => Self::text(503, &first(), error),
            BackendError::Internal => Self::text(500, "Internal server error", error),
        }
    }

    /// A refused body of `POST /posts`, in the family that clients know for its first violation.
    ///
    /// `rejected` is the channel of the first violation, where it is known.
    pub fn of_create(error: &BackendError, rejected: Option<Rejected<'_>>) -> Self {
        let BackendError::Refused(problems) = error else {
            return Self::of(error);
        };
        let lacks_channel =
            |problem: &Problem| problem.code == Code::MissingField && problem.field.ends_with("/channel");
        if problems.iter().all(lacks_channel) {
            return Self::text(400, "All posts must have an integration id", error);
        }
        if is_unreadable(problems) {
            return Self::of(error);
        }
        let is_form = |problem: &Problem| family(problem.code) == Family::Form;
        if problems.iter().any(is_form) {
            return Self::list(error);
        }
        let unknown = problems
            .iter()
            .find(|problem| problem.code == Code::UnknownChannel);
        if let Some(problem) = unknown {
            let id = problem.given.as_deref().unwrap_or_default();
            return Self::text(400, &format!("Integration with id {id} not found"), error);
        }
        match rejected {
            Some(by) => Self::rejected(by, error),
            None => Self::of(error),
        }
    }

    fn with(status: u16, head: &[(&str, Json)], error: &BackendError) -> Self {
        let (_, code) = problem(error);
        let problems = error.problems();
        let mut body: Map<String, Json> = head
            .iter()
            .map(|(key, value)| ((*key).to_owned(), value.clone()))
            .collect();
        body.insert("code".into(), json!(code.as_str()));
        body.insert("fix".into(), json!(problems.first().map(|first| &first.fix)));
        let errors: Vec<Json> = problems.iter().map(violation).collect();
        body.insert("errors".into(), Json::Array(errors));
        Self {
            status,
            body: Json::Object(body),
            retry_after: retry_after(error),
        }
    }
}

/// The 404 of a route or method that does not exist, for example `Cannot GET /public/v1/x`.
pub fn unknown_route(method: &str, path: &str) -> Refusal {
    let error = BackendError::NotFound {
        what: "route",
        id: String::new(),
    };
    let mut refusal = Refusal::text(404, &format!("Cannot {method} {path}"), &error);
    refusal.body["fix"] = json!("look the route and its method up in the documentation of the API");
    if let Some(members) = refusal.body.as_object_mut() {
        members.remove("errors");
    }
    refusal
}

/// What a violation is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Family {
    /// The form of the request.
    Form,
    /// The rules of a platform, or the state of things.
    Rule,
}

fn family(code: Code) -> Family {
    match code {
        Code::Malformed
        | Code::MissingField
        | Code::NoChannel
        | Code::SettingMissing
        | Code::SettingInvalid
        | Code::TimeNaive
        | Code::TimeMalformed
        | Code::PublishTimePassed
        | Code::RecurrenceInvalid
        | Code::MediaUnknown
        | Code::UrlRefused
        | Code::FetchFailed => Family::Form,
        _ => Family::Rule,
    }
}

/// Clients of these routes know a wrong state as 400; a conflict is one only where they asked for the check.
fn conflict(code: Code) -> u16 {
    match code {
        Code::VersionConflict | Code::IdempotencyMismatch => 409,
        _ => 400,
    }
}

fn is_too_large(problems: &[Problem]) -> bool {
    problems
        .first()
        .is_some_and(|problem| problem.code == Code::BodyTooLarge)
}

/// Whether the body as a whole was not understood; clients then get the parser's words alone.
fn is_unreadable(problems: &[Problem]) -> bool {
    let [only] = problems else { return false };
    only.code == Code::Malformed && only.field.is_empty()
}

/// One problem in a line, as validators of such APIs write it: the field, then its rule.
fn line(problem: &Problem) -> String {
    let field = place(&problem.field);
    let mut text = match field.as_str() {
        "" => problem.detail.clone(),
        field if problem.detail.starts_with("must ") => format!("{field} {}", problem.detail),
        field => format!("{field}: {}", problem.detail),
    };
    let facts: Vec<String> = [("given", &problem.given), ("allowed", &problem.allowed)]
        .into_iter()
        .filter_map(|(name, fact)| Some(format!("{name}: {}", fact.as_deref()?)))
        .collect();
    if !facts.is_empty() {
        text = format!("{text} ({})", facts.join("; "));
    }
    text
}

fn violation(problem: &Problem) -> Json {
    let mut members = Map::new();
    members.insert("field".into(), json!(place(&problem.field)));
    members.insert("code".into(), json!(problem.code.as_str()));
    members.insert("detail".into(), json!(problem.detail));
    if let Some(given) = &problem.given {
        members.insert("given".into(), json!(given));
    }
    if let Some(allowed) = &problem.allowed {
        members.insert("allowed".into(), json!(allowed));
    }
    members.insert("fix".into(), json!(problem.fix));
    Json::Object(members)
}

/// The word that goes with a status, for those statuses whose bodies carry one.
fn reason(status: u16) -> Option<&'static str> {
    match status {
        400 => Some("Bad Request"),
        404 => Some("Not Found"),
        409 => Some("Conflict"),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
