//! Settings of a channel as models send them: pairs of texts.

use postern_domain::manifest::{Field, FieldKind};
use postern_domain::value::{Settings, Value};
use postern_wire::postiz::coerce;
use postern_wire::value::from_json;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value as Json;

/// One setting.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub(crate) struct Pair {
    /// The name of the setting, from the settings schema of integrationSchema
    pub(crate) key: String,
    /// The value as text; true, false, numbers and JSON for settings that take those
    #[serde(default)]
    pub(crate) value: Option<String>,
}

/// Reads settings; `fields` tells which of them are no texts.
pub(crate) fn read(pairs: &[Pair], fields: &[Field]) -> Settings {
    let known = |key: &str| {
        fields
            .iter()
            .find(|field| field.key == key)
            .map(|field| &field.kind)
    };
    let mut settings: Settings = pairs
        .iter()
        .map(|pair| (pair.key.clone(), one(pair.value.as_deref(), known(&pair.key))))
        .collect();
    coerce(&mut settings, fields);
    settings
}

fn one(text: Option<&str>, kind: Option<&FieldKind>) -> Value {
    let Some(text) = text else { return Value::Null };
    let json = || serde_json::from_str::<Json>(text.trim()).ok();
    match kind {
        Some(FieldKind::List) => match json() {
            Some(Json::Array(items)) => from_json(&Json::Array(items)),
            _ => Value::List(text.split(',').map(|item| Value::from(item.trim())).collect()),
        },
        // An unknown setting is kept as it came; what looks like JSON is meant as JSON.
        Some(FieldKind::Media) | None => match json() {
            Some(json @ (Json::Object(_) | Json::Array(_) | Json::Bool(_))) => from_json(&json),
            _ => Value::from(text),
        },
        Some(
            FieldKind::Text { .. }
            | FieldKind::Password
            | FieldKind::Url
            | FieldKind::Choice(_)
            | FieldKind::Bool
            | FieldKind::Integer { .. },
        ) => Value::from(text),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn field(key: &str, kind: FieldKind) -> Field {
        Field {
            key: key.into(),
            label: key.into(),
            help: String::new(),
            kind,
            required: key == "title",
            default: None,
        }
    }

    #[test]
    fn values_become_what_their_setting_takes() {
        let fields = [
            field("title", FieldKind::Text { min: 1, max: 9 }),
            field("made", FieldKind::Bool),
            field("count", FieldKind::Integer { min: 0, max: 9 }),
            field("labels", FieldKind::List),
        ];
        for (key, text, wanted) in [
            ("title", "5", Value::from("5")),
            ("made", "True", Value::Bool(true)),
            ("made", "perhaps", Value::from("perhaps")),
            ("count", "5", Value::Integer(5)),
            ("count", "five", Value::from("five")),
            ("labels", "a, b", Value::List(vec!["a".into(), "b".into()])),
            ("labels", "[\"a\"]", Value::List(vec!["a".into()])),
            ("other", "{\"a\":1}", from_json(&json!({"a": 1}))),
            ("other", "5", Value::from("5")),
        ] {
            let pair = Pair {
                key: key.into(),
                value: Some(text.into()),
            };
            assert_eq!(read(&[pair], &fields)[key], wanted, "{key} {text}");
        }
    }
}
