//! Settings of a channel: their schema for models, and what models send back.

use postern_domain::manifest::{Field, FieldKind};
use postern_domain::value::{Settings, Value};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Map, Value as Json, json};

use crate::shape::value::{from_json, to_json};

/// What is said where a platform has no settings.
const NONE: &str = "No additional settings required";

/// One setting.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub(crate) struct Pair {
    /// The name of the setting, from the settings schema of integrationSchema
    pub(crate) key: String,
    /// The value as text; true, false, numbers and JSON for settings that take those
    #[serde(default)]
    pub(crate) value: Option<String>,
}

/// The schema of a platform's settings, or the words that there are none.
pub(crate) fn schema(fields: &[Field]) -> Json {
    if fields.is_empty() {
        return json!(NONE);
    }
    let properties: Map<_, _> = fields
        .iter()
        .map(|field| (field.key.clone(), property(field)))
        .collect();
    let required: Vec<_> = fields
        .iter()
        .filter(|field| field.required)
        .map(|field| &field.key)
        .collect();
    json!({ "type": "object", "properties": properties, "required": required })
}

fn property(field: &Field) -> Json {
    let mut property = match &field.kind {
        FieldKind::Text { min, max } => json!({ "type": "string", "minLength": min, "maxLength": max }),
        FieldKind::Password => json!({ "type": "string" }),
        FieldKind::Url => json!({ "type": "string", "format": "uri" }),
        FieldKind::Bool => json!({ "type": "boolean" }),
        FieldKind::Choice(choices) => {
            let values: Vec<_> = choices.iter().map(|(value, _)| value).collect();
            json!({ "type": "string", "enum": values })
        }
        FieldKind::Integer { min, max } => json!({ "type": "integer", "minimum": min, "maximum": max }),
        FieldKind::Media => {
            let path = json!({ "type": "string" });
            json!({ "type": "object", "properties": { "id": path, "path": path }, "required": ["id", "path"] })
        }
        FieldKind::List => json!({ "type": "array", "items": { "type": "string" } }),
    };
    let words: Vec<_> = [&field.label, &field.help]
        .into_iter()
        .filter(|text| !text.is_empty())
        .cloned()
        .collect();
    property["description"] = json!(words.join(". "));
    if let Some(default) = &field.default {
        property["default"] = to_json(default);
    }
    property
}

/// Reads settings; `fields` tells which of them are no texts.
pub(crate) fn read(pairs: &[Pair], fields: &[Field]) -> Settings {
    let known = |key: &str| {
        fields
            .iter()
            .find(|field| field.key == key)
            .map(|field| &field.kind)
    };
    pairs
        .iter()
        .map(|pair| (pair.key.clone(), one(pair.value.as_deref(), known(&pair.key))))
        .collect()
}

fn one(text: Option<&str>, kind: Option<&FieldKind>) -> Value {
    let Some(text) = text else { return Value::Null };
    let json = || serde_json::from_str::<Json>(text.trim()).ok();
    let keep = || Value::Text(text.to_owned());
    match kind {
        Some(FieldKind::Text { .. } | FieldKind::Password | FieldKind::Url | FieldKind::Choice(_)) => keep(),
        Some(FieldKind::Bool) => match text.trim().to_ascii_lowercase().as_str() {
            "true" | "1" | "yes" => Value::Bool(true),
            "false" | "0" | "no" | "" => Value::Bool(false),
            _ => keep(),
        },
        Some(FieldKind::Integer { .. }) => json()
            .filter(Json::is_number)
            .map_or_else(keep, |json| from_json(&json)),
        Some(FieldKind::List) => match json() {
            Some(Json::Array(items)) => from_json(&Json::Array(items)),
            _ => Value::List(text.split(',').map(|item| Value::from(item.trim())).collect()),
        },
        // An unknown setting is kept as it came; what looks like JSON is meant as JSON.
        Some(FieldKind::Media) | None => match json() {
            Some(json @ (Json::Object(_) | Json::Array(_) | Json::Bool(_))) => from_json(&json),
            _ => keep(),
        },
    }
}

#[cfg(test)]
mod tests {
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

    #[test]
    fn a_platform_without_settings_says_so() {
        assert_eq!(schema(&[]), json!("No additional settings required"));
        let schema = schema(&[field("title", FieldKind::Text { min: 1, max: 9 })]);
        assert_eq!(schema["required"], json!(["title"]));
        assert_eq!(schema["properties"]["title"]["maxLength"], 9);
    }
}
