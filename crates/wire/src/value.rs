//! The domain's own values as JSON, and back.

use postern_domain::value::{Settings, Value};
use serde_json::{Map, Value as Json, json};

/// JSON of a value; a number that JSON cannot say becomes null.
pub fn to_json(value: &Value) -> Json {
    match value {
        Value::Null => Json::Null,
        Value::Bool(truth) => json!(truth),
        Value::Integer(number) => json!(number),
        Value::Number(number) => json!(number),
        Value::Text(text) => json!(text),
        Value::List(items) => items.iter().map(to_json).collect(),
        Value::Map(members) => Json::Object(object(members)),
    }
}

/// A JSON object of settings.
pub fn object(settings: &Settings) -> Map<String, Json> {
    settings
        .iter()
        .map(|(key, value)| (key.clone(), to_json(value)))
        .collect()
}

/// The value of some JSON; whole numbers beyond 64 bits lose precision.
pub fn from_json(json: &Json) -> Value {
    match json {
        Json::Null => Value::Null,
        Json::Bool(truth) => Value::Bool(*truth),
        Json::Number(number) => match number.as_i64() {
            Some(whole) => Value::Integer(whole),
            None => Value::Number(number.as_f64().unwrap_or_default()),
        },
        Json::String(text) => Value::Text(text.clone()),
        Json::Array(items) => Value::List(items.iter().map(from_json).collect()),
        Json::Object(members) => Value::Map(settings(members)),
    }
}

/// The settings of a JSON object.
pub fn settings(members: &Map<String, Json>) -> Settings {
    members
        .iter()
        .map(|(key, json)| (key.clone(), from_json(json)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_comes_back_as_it_went() {
        let json = json!({"a": [1, -2, 2.5, "x", true, null], "b": {"c": {}}});
        assert_eq!(to_json(&from_json(&json)), json);
    }

    #[test]
    fn numbers_that_json_cannot_say_become_null() {
        assert_eq!(to_json(&Value::Number(f64::NAN)), Json::Null);
    }
}
