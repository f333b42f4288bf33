//! What a tool gives back, and the form in which clients get it.

use std::fmt::Write as _;

use postern_domain::{BackendError, Code, Problem};
use postern_wire::problem::retry_after;
use rmcp::model::{CallToolResult, ContentBlock, InputRequiredResult};
use serde::Serialize;
use serde_json::{Value, json};

/// Longest text of a result, in bytes. Above about 50 kB some hosts hide a result from their model.
pub(crate) const LONGEST_TEXT: usize = 40_000;

/// A call that did what was asked.
#[derive(Debug)]
pub(crate) struct Done {
    /// One line for the reader, put before the facts; the compatible tools have none.
    summary: Option<String>,
    /// The text, where it is not made of the facts.
    text: Option<String>,
    /// The facts.
    structured: Value,
}

/// A call that did not.
#[derive(Debug)]
pub(crate) enum Stop {
    /// Something is wrong with it; nothing was done.
    Refused(Refused),
    /// A person has to be asked first.
    Ask(Box<InputRequiredResult>),
}

/// Everything that is wrong with a call.
#[derive(Debug)]
pub(crate) struct Refused {
    /// The violations, never empty.
    pub(crate) problems: Vec<Problem>,
    /// The call that helps.
    pub(crate) next: Option<String>,
    /// Seconds after which the same call may succeed.
    pub(crate) retry_after_s: Option<u64>,
}

impl Done {
    /// Facts alone, as the compatible tools answer: the text is their JSON.
    pub(crate) fn plain(facts: &impl Serialize) -> Result<Self, Stop> {
        Ok(Self {
            summary: None,
            text: None,
            structured: to_value(facts)?,
        })
    }

    /// A line for the reader, then the facts.
    pub(crate) fn told(summary: impl Into<String>, facts: &impl Serialize) -> Result<Self, Stop> {
        Ok(Self {
            summary: Some(summary.into()),
            text: None,
            structured: to_value(facts)?,
        })
    }

    /// A text that is the whole answer, as tools without structure give it.
    pub(crate) fn only(text: String) -> Self {
        Self {
            structured: json!({ "result": text }),
            summary: None,
            text: Some(text),
        }
    }

    /// The word for the audit log: a call may end with a question that the client asks itself.
    pub(crate) fn outcome(&self) -> &'static str {
        match self.structured.get("status").and_then(Value::as_str) {
            Some("confirmation_required") => "asked",
            Some("declined") => "declined",
            _ => "done",
        }
    }

    /// The facts alone.
    pub(crate) fn into_facts(self) -> Value {
        self.structured
    }

    /// The result as clients get it.
    pub(crate) fn into_result(self) -> CallToolResult {
        let text = match (self.text, self.summary) {
            (Some(text), _) => text,
            (None, Some(summary)) => format!("{summary}\n{}", self.structured),
            (None, None) => self.structured.to_string(),
        };
        let mut result = CallToolResult::success(vec![ContentBlock::text(cut(text))]);
        result.structured_content = Some(self.structured);
        result
    }
}

fn to_value(facts: &impl Serialize) -> Result<Value, Stop> {
    serde_json::to_value(facts).map_err(|_| Stop::from(BackendError::Internal))
}

/// Cuts at a character boundary and says so; tools page their lists, so that this stays the exception.
fn cut(mut text: String) -> String {
    const NOTE: &str = "\n[cut: ask for less at a time]";
    if text.len() > LONGEST_TEXT {
        text.truncate(text.floor_char_boundary(LONGEST_TEXT - NOTE.len()));
        text.push_str(NOTE);
    }
    text
}

impl Refused {
    /// A refusal for these reasons.
    pub(crate) fn new(problems: Vec<Problem>) -> Self {
        Self {
            problems,
            next: None,
            retry_after_s: None,
        }
    }

    /// Names the call that helps.
    #[must_use]
    pub(crate) fn next(mut self, next: impl Into<String>) -> Self {
        self.next = Some(next.into());
        self
    }

    /// The word for the audit log.
    pub(crate) fn code(&self) -> Code {
        self.problems
            .first()
            .map_or(Code::Internal, |problem| problem.code)
    }

    /// The refusal as readers get it: every problem with its place, what was received, what is allowed, and the fix.
    pub(crate) fn to_text(&self) -> String {
        let count = self.problems.len();
        let mut text = match count {
            1 => "Refused for 1 reason:".to_owned(),
            count => format!("Refused for {count} reasons:"),
        };
        for (index, problem) in self.problems.iter().enumerate() {
            let _ = write!(
                text,
                "\n{}. {} {}.",
                index + 1,
                path(&problem.field),
                problem.detail
            );
            if let Some(given) = &problem.given {
                let _ = write!(text, " Received: {}.", quoted(given));
            }
            if let Some(allowed) = &problem.allowed {
                let _ = write!(text, " Allowed: {allowed}.");
            }
            let _ = write!(text, " Fix: {}.", problem.fix);
        }
        if let Some(next) = &self.next {
            let _ = write!(text, "\nNext: {next}");
        }
        text
    }

    /// The refusal as programs get it.
    pub(crate) fn to_value(&self) -> Value {
        let first = self.problems.first();
        let mut error = json!({
            "code": self.code().as_str(),
            "message": first.map_or("", |problem| problem.detail.as_str()),
            "retryable": self.is_retryable(),
            "problems": self.problems.iter().map(problem_value).collect::<Vec<_>>(),
        });
        if let Some(problem) = first.filter(|problem| !problem.field.is_empty()) {
            error["field"] = json!(path(&problem.field));
        }
        if let Some(seconds) = self.retry_after_s {
            error["retry_after_s"] = json!(seconds);
        }
        error
    }

    /// The result as clients get it.
    pub(crate) fn into_result(self) -> CallToolResult {
        let mut result = CallToolResult::error(vec![ContentBlock::text(cut(self.to_text()))]);
        result.structured_content = Some(json!({ "error": self.to_value() }));
        result
    }

    /// Whether the same call may succeed later.
    pub(crate) fn is_retryable(&self) -> bool {
        matches!(
            self.code(),
            Code::RateLimited | Code::Unavailable | Code::VersionConflict
        )
    }
}

impl From<Refused> for Stop {
    fn from(refused: Refused) -> Self {
        Self::Refused(refused)
    }
}

impl From<Problem> for Stop {
    fn from(problem: Problem) -> Self {
        Self::Refused(Refused::new(vec![problem]))
    }
}

impl From<Box<Problem>> for Stop {
    fn from(problem: Box<Problem>) -> Self {
        Self::from(*problem)
    }
}

impl From<BackendError> for Stop {
    fn from(error: BackendError) -> Self {
        let mut refused = Refused::new(error.problems());
        refused.retry_after_s = retry_after(&error).map(|wait| wait.as_secs().max(1));
        Self::Refused(refused)
    }
}

fn problem_value(problem: &Problem) -> Value {
    let mut value = json!({
        "code": problem.code.as_str(),
        "path": path(&problem.field),
        "detail": problem.detail,
        "fix": problem.fix,
    });
    if let Some(given) = &problem.given {
        value["received"] = json!(given);
    }
    if let Some(allowed) = &problem.allowed {
        value["allowed"] = json!(allowed);
    }
    value
}

/// A JSON pointer as a JSON path: `/posts/0/date` is `$.posts[0].date`.
pub(crate) fn path(pointer: &str) -> String {
    let mut path = String::from("$");
    for part in pointer.split('/').skip(1) {
        let part = part.replace("~1", "/").replace("~0", "~");
        let plain = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
        let _ = if !part.is_empty() && part.chars().all(|letter| letter.is_ascii_digit()) {
            write!(path, "[{part}]")
        } else if part.chars().all(plain) {
            write!(path, ".{part}")
        } else {
            write!(path, "[{}]", Value::String(part))
        };
    }
    path
}

/// Foreign words, marked as such and without what does not show.
fn quoted(text: &str) -> String {
    let shown: String = text
        .chars()
        .filter(|letter| !letter.is_control())
        .take(100)
        .collect();
    format!("`{}`", shown.replace('`', "'"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_passes_says_when_to_call_again() {
        let retry_after = std::time::Duration::from_secs(30);
        for (error, wanted) in [
            (BackendError::RateLimited { retry_after }, json!(30)),
            (BackendError::Unavailable { what: "backend" }, json!(2)),
            (BackendError::Internal, Value::Null),
        ] {
            let Stop::Refused(refused) = Stop::from(error.clone()) else {
                panic!("an error asks nobody");
            };
            let told = refused.to_value();
            assert_eq!(told["retry_after_s"], wanted, "{error}");
            assert_eq!(told["retryable"], !wanted.is_null(), "{error}");
        }
    }

    #[test]
    fn pointers_are_shown_as_paths() {
        for (pointer, wanted) in [
            ("", "$"),
            ("/socialPost/0/date", "$.socialPost[0].date"),
            ("/settings/plug--x", "$.settings[\"plug--x\"]"),
            ("/a~1b", "$[\"a/b\"]"),
        ] {
            assert_eq!(path(pointer), wanted);
        }
    }

    #[test]
    fn a_refusal_says_what_where_received_allowed_and_fix() {
        let refused = Refused::new(vec![
            Problem::new(
                Code::TimeNaive,
                "/publish_at",
                "has no zone or offset",
                "add an offset",
            )
            .given("2026-01-01T10:00\u{7}`x"),
            Problem::new(Code::NoChannel, "/channels", "is empty", "name a channel")
                .allowed("1 to 50 channels"),
        ])
        .next("call integrationList");
        let text = "Refused for 2 reasons:\n\
            1. $.publish_at has no zone or offset. Received: `2026-01-01T10:00'x`. Fix: add an offset.\n\
            2. $.channels is empty. Allowed: 1 to 50 channels. Fix: name a channel.\n\
            Next: call integrationList";
        assert_eq!(refused.to_text(), text);
        let value = refused.to_value();
        assert_eq!(value["code"], "time_naive");
        assert_eq!(value["field"], "$.publish_at");
        assert_eq!(value["problems"][1]["allowed"], "1 to 50 channels");
        assert_eq!(refused.into_result().is_error, Some(true));
    }

    #[test]
    fn long_texts_are_cut_between_letters() {
        let done = Done {
            summary: Some("ü".repeat(LONGEST_TEXT)),
            text: None,
            structured: json!({}),
        };
        let result = serde_json::to_value(done.into_result()).unwrap();
        let text = result["content"][0]["text"].as_str().unwrap();
        assert!(
            text.len() <= LONGEST_TEXT && text.ends_with("at a time]"),
            "{}",
            text.len()
        );
    }
}
