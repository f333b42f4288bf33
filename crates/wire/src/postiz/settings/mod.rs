//! What a provider asks for: the answer of `GET /integration-settings/:id`, and settings as clients send them.

use postern_domain::manifest::{Field, FieldKind, Manifest};
use postern_domain::value::{Settings, Value};
use serde_json::{Map, Value as Json, json};

use crate::value::{from_json, to_json};

/// What is said where a provider has no settings.
pub const NO_SETTINGS: &str = "No additional settings required";

/// The key by which clients name the provider inside settings; it is overwritten whatever they say.
pub(in crate::postiz) const TYPE: &str = "__type";

/// `{"output": {"rules", "maxLength", "settings", "tools"}}`; without a manifest all of it is empty.
pub fn integration_settings(manifest: Option<&Manifest>) -> Json {
    let output = match manifest {
        Some(manifest) => json!({
            "rules": manifest.rules,
            "maxLength": manifest.limits.text_max,
            "settings": settings_schema(manifest),
            "tools": tools_of(manifest),
        }),
        None => json!({ "rules": "", "maxLength": 0, "settings": {}, "tools": [] }),
    };
    json!({ "output": output })
}

/// The JSON schema of a provider's settings, or the text [`NO_SETTINGS`].
pub fn settings_schema(manifest: &Manifest) -> Json {
    if manifest.settings.is_empty() {
        return json!(NO_SETTINGS);
    }
    let properties: Map<String, Json> = manifest
        .settings
        .iter()
        .map(|field| (field.key.clone(), property(field)))
        .collect();
    let required: Vec<&str> = manifest
        .settings
        .iter()
        .filter(|field| field.required)
        .map(|field| field.key.as_str())
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
            let values: Vec<&String> = choices.iter().map(|(value, _)| value).collect();
            json!({ "type": "string", "enum": values })
        }
        FieldKind::Integer { min, max } => json!({ "type": "integer", "minimum": min, "maximum": max }),
        FieldKind::Media => {
            let text = json!({ "type": "string" });
            json!({ "type": "object", "properties": { "id": text, "path": text }, "required": ["id", "path"] })
        }
        FieldKind::List => json!({ "type": "array", "items": { "type": "string" } }),
    };
    let words: Vec<&str> = [field.label.as_str(), field.help.as_str()]
        .into_iter()
        .filter(|text| !text.is_empty())
        .collect();
    property["description"] = json!(words.join(". "));
    if let Some(default) = &field.default {
        property["default"] = to_json(default);
    }
    property
}

/// The look-ups of a provider: `[{methodName, description, dataSchema: [{key, type, description}]}]`.
pub fn tools_of(manifest: &Manifest) -> Json {
    let tools = manifest.helpers.iter().map(|helper| {
        let data: Vec<Json> = helper
            .arguments
            .iter()
            .map(|(key, description, kind)| json!({ "key": key, "type": kind, "description": description }))
            .collect();
        json!({ "methodName": helper.name, "description": helper.description, "dataSchema": data })
    });
    tools.collect()
}

/// Turns texts into what their setting takes, as clients without types send them: `"false"` for a switch, `"5"`
/// for a number. What does not fit stays as it came, to be refused with its own words.
pub fn coerce(settings: &mut Settings, form: &[Field]) {
    for field in form {
        let Some(Value::Text(text)) = settings.get(&field.key) else {
            continue;
        };
        let fitting = match &field.kind {
            FieldKind::Bool => crate::lenient::truth(&json!(text)).map(Value::Bool),
            FieldKind::Integer { .. } => text.trim().parse().ok().map(Value::Integer),
            FieldKind::Text { .. }
            | FieldKind::Password
            | FieldKind::Url
            | FieldKind::Choice(_)
            | FieldKind::Media
            | FieldKind::List => None,
        };
        if let Some(value) = fitting {
            settings.insert(field.key.clone(), value);
        }
    }
}

/// Settings without the key that names the provider.
pub(in crate::postiz) fn without_type(members: &Map<String, Json>) -> Settings {
    members
        .iter()
        .filter(|(key, _)| *key != TYPE)
        .map(|(key, json)| (key.clone(), from_json(json)))
        .collect()
}

#[cfg(test)]
mod tests;
