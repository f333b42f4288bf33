//! Brings generated schemas into the form that the strictest hosts take: inline, one `type` per node, no nulls.

use serde_json::{Map, Value, json};

/// Which way a schema looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Side {
    /// What a tool takes: objects are closed.
    Input,
    /// What a tool gives: objects stay open, so that fields can be added.
    Output,
}

/// The keys that hold sub-schemas by name.
const NAMED: [&str; 1] = ["properties"];
/// The keys that hold lists of sub-schemas.
const LISTS: [&str; 3] = ["anyOf", "oneOf", "allOf"];
/// The keys that hold one sub-schema.
const SINGLE: [&str; 2] = ["items", "additionalProperties"];
/// Number formats of Rust, which no other language knows.
const KNOWN_FORMATS: [&str; 4] = ["date-time", "date", "uri", "email"];

/// Normalises a schema and all that is in it.
pub(crate) fn normalise(schema: &mut Value, side: Side) {
    let Some(object) = schema.as_object_mut() else {
        return;
    };
    for key in ["$schema", "title"] {
        object.remove(key);
    }
    drop_null(object);
    fold_constants(object);
    if object.get("default") == Some(&Value::Null) {
        object.remove("default");
    }
    if object
        .get("format")
        .and_then(Value::as_str)
        .is_some_and(|format| !KNOWN_FORMATS.contains(&format))
    {
        object.remove("format");
    }
    if let Some(constant) = object.remove("const") {
        object.insert("enum".into(), json!([constant]));
    }
    one_paragraph(object);
    close(object, side);
    for key in NAMED {
        if let Some(Value::Object(children)) = object.get_mut(key) {
            children.values_mut().for_each(|child| normalise(child, side));
        }
    }
    for key in LISTS {
        if let Some(Value::Array(children)) = object.get_mut(key) {
            for child in children {
                normalise(child, side);
            }
        }
    }
    for key in SINGLE {
        if let Some(child) = object.get_mut(key) {
            normalise(child, side);
        }
    }
}

/// Takes the descriptions off what lies deeper than the members of the whole.
pub(crate) fn shorten(schema: &mut Value, depth: usize) {
    let Some(object) = schema.as_object_mut() else {
        return;
    };
    if depth > 1 {
        object.remove("description");
    }
    for key in NAMED {
        if let Some(Value::Object(children)) = object.get_mut(key) {
            children.values_mut().for_each(|child| shorten(child, depth + 1));
        }
    }
    for key in SINGLE {
        if let Some(child) = object.get_mut(key) {
            shorten(child, depth + 1);
        }
    }
    for key in LISTS {
        if let Some(Value::Array(children)) = object.get_mut(key) {
            for child in children {
                shorten(child, depth);
            }
        }
    }
}

/// `["string", "null"]` becomes `"string"`, `anyOf: [X, null]` becomes X: absence is said by leaving a field out.
fn drop_null(object: &mut Map<String, Value>) {
    if let Some(Value::Array(types)) = object.get_mut("type") {
        types.retain(|kind| kind != "null");
        if let [only] = types.as_slice() {
            let only = only.clone();
            object.insert("type".into(), only);
        }
    }
    if let Some(Value::Array(values)) = object.get_mut("enum") {
        values.retain(|value| !value.is_null());
    }
    let Some(Value::Array(branches)) = object.get_mut("anyOf") else {
        return;
    };
    branches.retain(|branch| branch.get("type").and_then(Value::as_str) != Some("null"));
    if branches.len() != 1 {
        return;
    }
    let Some(Value::Object(only)) = branches.pop() else {
        return;
    };
    object.remove("anyOf");
    for (key, value) in only {
        // What is said at the field is closer to the matter than what is said at its type.
        object.entry(key).or_insert(value);
    }
}

/// `oneOf` of documented constants becomes one `enum`.
fn fold_constants(object: &mut Map<String, Value>) {
    let Some(Value::Array(branches)) = object.get("oneOf") else {
        return;
    };
    let mut values = Vec::new();
    for branch in branches {
        match (branch.get("const"), branch.get("enum")) {
            (Some(value), _) => values.push(value.clone()),
            (None, Some(Value::Array(more))) => values.extend(more.iter().cloned()),
            _ => return,
        }
    }
    object.remove("oneOf");
    object.insert("type".into(), json!("string"));
    object.insert("enum".into(), Value::Array(values));
}

/// Doc comments wrap their lines; descriptions do not.
fn one_paragraph(object: &mut Map<String, Value>) {
    if let Some(Value::String(text)) = object.get_mut("description") {
        *text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    }
}

fn close(object: &mut Map<String, Value>, side: Side) {
    if object.get("type").and_then(Value::as_str) != Some("object") {
        return;
    }
    match side {
        Side::Input => {
            object.entry("properties").or_insert_with(|| json!({}));
            object.insert("additionalProperties".into(), json!(false));
        }
        Side::Output if object.contains_key("properties") => {
            object.remove("additionalProperties");
        }
        Side::Output => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(side: Side, mut given: Value, wanted: &Value) {
        normalise(&mut given, side);
        assert_eq!(&given, wanted);
    }

    #[test]
    fn absence_is_not_null() {
        check(
            Side::Input,
            json!({"type": ["string", "null"], "default": null}),
            &json!({"type": "string"}),
        );
        check(
            Side::Input,
            json!({"description": "d", "anyOf": [{"type": "integer", "format": "uint8", "description": "e"}, {"type": "null"}]}),
            &json!({"description": "d", "type": "integer"}),
        );
    }

    #[test]
    fn only_the_members_of_the_whole_keep_their_descriptions() {
        let mut schema = json!({
            "type": "object",
            "properties": { "a": { "description": "kept", "type": "array", "items": {
                "description": "gone", "type": "object", "properties": { "b": { "description": "gone", "type": "string" } },
            } } },
        });
        shorten(&mut schema, 0);
        assert_eq!(schema["properties"]["a"]["description"], "kept");
        assert!(!schema.to_string().contains("gone"), "{schema}");
    }

    #[test]
    fn documented_constants_are_an_enum() {
        check(
            Side::Input,
            json!({"oneOf": [{"const": "a", "description": "x"}, {"enum": ["b", "c"], "type": "string"}]}),
            &json!({"type": "string", "enum": ["a", "b", "c"]}),
        );
    }

    #[test]
    fn taken_objects_are_closed_and_given_ones_open() {
        let given =
            json!({"$schema": "x", "title": "T", "type": "object", "properties": {"a": {"type": "object"}}});
        check(
            Side::Input,
            given.clone(),
            &json!({"type": "object", "properties": {"a": {"type": "object", "properties": {}, "additionalProperties": false}}, "additionalProperties": false}),
        );
        check(
            Side::Output,
            given,
            &json!({"type": "object", "properties": {"a": {"type": "object"}}}),
        );
    }
}
