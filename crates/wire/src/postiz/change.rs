//! The bodies of `PUT /posts/:id/status` and `PUT /posts/:id/settings`.

use postern_domain::value::Settings;
use postern_domain::{Code, Problem};
use serde_json::Value as Json;

use super::create::{missing, not_an_object};
use super::settings::without_type;
use crate::lenient;

/// What a post shall be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// A draft: nothing runs.
    Draft,
    /// Planned for its stored time.
    Schedule,
}

/// Reads `{"status": "draft" | "schedule"}`.
pub fn parse_status(body: &Json) -> Result<Status, Problem> {
    let word = lenient::filled(body.get("status")).unwrap_or_default();
    match word.to_ascii_lowercase().as_str() {
        "draft" => Ok(Status::Draft),
        "schedule" => Ok(Status::Schedule),
        _ => Err(Problem::new(
            Code::Malformed,
            "/status",
            "must be one of the following values: draft, schedule",
            "send {\"status\": \"draft\"} or {\"status\": \"schedule\"}",
        )
        .given(&word)
        .allowed("draft, schedule")),
    }
}

/// Reads `{"settings": {...}}`.
pub fn parse_settings(body: &Json) -> Result<Settings, Problem> {
    if !body.is_object() {
        return Err(not_an_object());
    }
    match body.get("settings") {
        Some(Json::Object(members)) => Ok(without_type(members)),
        _ => Err(missing(
            "/settings",
            "must be an object",
            "send {\"settings\": {...}}",
        )),
    }
}

/// Reads `{"releaseId"}`; what is wrong with it is for the use case to say.
pub fn parse_release_id(body: &Json) -> String {
    lenient::filled(body.get("releaseId")).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_two_states_can_be_asked_for() {
        for (body, want) in [
            (json!({"status": "draft"}), Some(Status::Draft)),
            (json!({"status": "SCHEDULE"}), Some(Status::Schedule)),
            (json!({"status": "now"}), None),
            (json!({}), None),
            (json!([]), None),
        ] {
            assert_eq!(parse_status(&body).ok(), want, "{body}");
        }
    }

    #[test]
    fn settings_lose_the_type_that_is_ours_to_say() {
        let read = parse_settings(&json!({"settings": {"__type": "x", "title": "t"}})).unwrap();
        assert_eq!(read.into_keys().collect::<Vec<_>>(), ["title"]);
        for body in [json!({}), json!({"settings": "x"}), json!(null)] {
            assert!(parse_settings(&body).is_err(), "{body}");
        }
    }
}
