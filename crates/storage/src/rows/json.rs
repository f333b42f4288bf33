//! The domain's values as JSON columns.

use postern_domain::value::{Settings, Value};
use serde_json::{Map, Number, Value as Json};

/// What stands in the column. Numbers that JSON does not know become null.
pub(super) fn to_json(value: &Value) -> Json {
    match value {
        Value::Null => Json::Null,
        Value::Bool(truth) => Json::Bool(*truth),
        Value::Integer(number) => Json::from(*number),
        Value::Number(number) => Number::from_f64(*number).map_or(Json::Null, Json::Number),
        Value::Text(text) => Json::String(text.clone()),
        Value::List(list) => Json::Array(list.iter().map(to_json).collect()),
        Value::Map(map) => settings_to_json(map),
    }
}

/// What a column's value means.
pub(super) fn from_json(json: Json) -> Value {
    match json {
        Json::Null => Value::Null,
        Json::Bool(truth) => Value::Bool(truth),
        Json::Number(number) => number.as_i64().map_or_else(
            || Value::Number(number.as_f64().unwrap_or_default()),
            Value::Integer,
        ),
        Json::String(text) => Value::Text(text),
        Json::Array(list) => Value::List(list.into_iter().map(from_json).collect()),
        Json::Object(map) => Value::Map(map_from_json(map)),
    }
}

/// Settings for their column.
pub(super) fn settings_to_json(settings: &Settings) -> Json {
    let pairs = settings.iter().map(|(key, value)| (key.clone(), to_json(value)));
    Json::Object(pairs.collect())
}

/// Settings out of their column; none when it holds something else.
pub(super) fn settings_from_json(json: Json) -> Option<Settings> {
    match json {
        Json::Object(map) => Some(map_from_json(map)),
        Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_) | Json::Array(_) => None,
    }
}

fn map_from_json(map: Map<String, Json>) -> Settings {
    map.into_iter()
        .map(|(key, value)| (key, from_json(value)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_read_back() {
        let map = Settings::from([
            ("whole".to_owned(), Value::Integer(-7)),
            ("part".to_owned(), Value::Number(1.5)),
            ("round".to_owned(), Value::Number(2.0)),
            ("text".to_owned(), Value::from("ä\n\"")),
            (
                "list".to_owned(),
                Value::List(vec![Value::Null, Value::Bool(true)]),
            ),
            ("map".to_owned(), Value::Map(Settings::new())),
        ]);
        let text = to_json(&Value::Map(map.clone())).to_string();
        let read = serde_json::from_str(&text).unwrap();
        assert_eq!(settings_from_json(read), Some(map));
        assert_eq!(settings_from_json(Json::Bool(true)), None);
    }
}
