//! The body of `POST /integration-trigger/:id`.

use postern_domain::Problem;
use postern_domain::value::Settings;
use serde_json::Value as Json;

use super::create::missing;
use crate::{lenient, value};

/// A look-up at a platform.
#[derive(Debug, Clone, PartialEq)]
pub struct Trigger {
    /// Which.
    pub method: String,
    /// Its arguments.
    pub data: Settings,
}

/// Reads `{"methodName", "data"?: {...}}`.
pub fn parse_trigger(body: &Json) -> Result<Trigger, Problem> {
    let Some(method) = lenient::filled(body.get("methodName")) else {
        return Err(missing(
            "/methodName",
            "must be a string",
            "send the name of one of the tools that /integration-settings lists",
        ));
    };
    let data = match body.get("data") {
        Some(Json::Object(members)) => value::settings(members),
        _ => Settings::new(),
    };
    Ok(Trigger { method, data })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn data_may_be_left_out() {
        let read = parse_trigger(&json!({"methodName": "boards"})).unwrap();
        assert_eq!((read.method.as_str(), read.data.len()), ("boards", 0));
        let read = parse_trigger(&json!({"methodName": "q", "data": {"word": "rust"}})).unwrap();
        assert_eq!(read.data["word"].as_text(), Some("rust"));
        assert!(parse_trigger(&json!({"data": {}})).is_err());
    }
}
