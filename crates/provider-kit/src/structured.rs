//! Between JSON and the domain's structured values.

use postern_domain::value::Value;
use serde_json::{Map, Number};

/// JSON as a structured value; numbers beyond 64 bits become fractions.
pub fn from_json(json: serde_json::Value) -> Value {
    match json {
        serde_json::Value::Null => Value::Null,
        serde_json::Value::Bool(truth) => Value::Bool(truth),
        serde_json::Value::Number(number) => match number.as_i64() {
            Some(whole) => Value::Integer(whole),
            None => Value::Number(number.as_f64().unwrap_or_default()),
        },
        serde_json::Value::String(text) => Value::Text(text),
        serde_json::Value::Array(items) => Value::List(items.into_iter().map(from_json).collect()),
        serde_json::Value::Object(members) => Value::Map(
            members
                .into_iter()
                .map(|(key, value)| (key, from_json(value)))
                .collect(),
        ),
    }
}

/// A structured value as JSON; a fraction that is no number becomes null.
pub fn to_json(value: &Value) -> serde_json::Value {
    match value {
        Value::Null => serde_json::Value::Null,
        Value::Bool(truth) => serde_json::Value::Bool(*truth),
        Value::Integer(whole) => serde_json::Value::from(*whole),
        Value::Number(number) => {
            Number::from_f64(*number).map_or(serde_json::Value::Null, serde_json::Value::Number)
        }
        Value::Text(text) => serde_json::Value::String(text.clone()),
        Value::List(items) => serde_json::Value::Array(items.iter().map(to_json).collect()),
        Value::Map(members) => {
            let members: Map<_, _> = members
                .iter()
                .map(|(key, value)| (key.clone(), to_json(value)))
                .collect();
            serde_json::Value::Object(members)
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn values_survive_the_way_there_and_back() {
        let json = json!({"a": [1, 2.5, "x", true, null], "b": {"c": {}}});
        assert_eq!(to_json(&from_json(json.clone())), json);
    }
}
