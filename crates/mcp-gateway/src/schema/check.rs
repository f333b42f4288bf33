//! Reads arguments against a normalised schema: lenient about spelling, complete about what is wrong.

use postern_domain::{Code, Problem};
use serde_json::{Map, Value};

/// What becomes of members that the schema does not name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unknown {
    /// They are left out silently, as the compatible tools do.
    Drop,
    /// They are a problem, for a misspelt field would otherwise be ignored.
    Refuse,
}

/// Brings `value` into the form that `schema` describes and notes everything that does not fit.
///
/// Lenient: numbers and booleans may be texts, arrays and objects may be texts of JSON, `null` is the same as absent.
pub(crate) fn check(
    schema: &Map<String, Value>,
    value: Value,
    unknown: Unknown,
    problems: &mut Vec<Problem>,
) -> Value {
    Reader { unknown, problems }.read(schema, value, String::new())
}

struct Reader<'a> {
    unknown: Unknown,
    problems: &'a mut Vec<Problem>,
}

impl Reader<'_> {
    fn read(&mut self, schema: &Map<String, Value>, value: Value, at: String) -> Value {
        let kind = schema.get("type").and_then(Value::as_str).unwrap_or("any");
        let value = loosen(kind, value, at.ends_with("/value"));
        let fits = match kind {
            "object" => value.is_object(),
            "array" => value.is_array(),
            "string" => value.is_string(),
            "boolean" => value.is_boolean(),
            "integer" => value.is_i64() || value.is_u64(),
            "number" => value.is_number(),
            _ => true,
        };
        if !fits {
            self.note_kind(kind, schema, &value, at);
            return value;
        }
        match value {
            Value::Object(members) => Value::Object(self.read_object(schema, members, &at)),
            Value::Array(items) => self.read_array(schema, items, &at),
            Value::String(_) | Value::Number(_) => {
                self.check_scalar(schema, &value, at);
                value
            }
            Value::Bool(_) | Value::Null => value,
        }
    }

    fn read_object(
        &mut self,
        schema: &Map<String, Value>,
        members: Map<String, Value>,
        at: &str,
    ) -> Map<String, Value> {
        let empty = Map::new();
        let known = schema
            .get("properties")
            .and_then(Value::as_object)
            .unwrap_or(&empty);
        let mut read = Map::new();
        for (name, value) in members {
            let below = pointer(at, &name);
            match known.get(&name).and_then(Value::as_object) {
                Some(_) if value.is_null() => {}
                Some(child) => {
                    let value = self.read(child, value, below);
                    read.insert(name, value);
                }
                None if self.unknown == Unknown::Drop => {}
                None => self.note_unknown(&name, known, below),
            }
        }
        for name in required(schema) {
            if !read.contains_key(name)
                && !self
                    .problems
                    .iter()
                    .any(|problem| problem.field == pointer(at, name))
            {
                self.note_missing(name, known.get(name), at);
            }
        }
        read
    }

    fn read_array(&mut self, schema: &Map<String, Value>, items: Vec<Value>, at: &str) -> Value {
        let count = items.len() as u64;
        let bound = |key: &str| schema.get(key).and_then(Value::as_u64);
        if bound("minItems").is_some_and(|least| count < least)
            || bound("maxItems").is_some_and(|most| count > most)
        {
            let allowed = match (bound("minItems").unwrap_or(0), bound("maxItems")) {
                (least, Some(most)) => format!("{least} to {most} items"),
                (least, None) => format!("at least {least} items"),
            };
            self.problems.push(
                Problem::new(
                    Code::Malformed,
                    at,
                    "has the wrong number of items",
                    "change the number of items",
                )
                .given(format!("{count} items"))
                .allowed(allowed),
            );
        }
        let Some(child) = schema.get("items").and_then(Value::as_object) else {
            return Value::Array(items);
        };
        let read = items
            .into_iter()
            .enumerate()
            .map(|(index, item)| self.read(child, item, format!("{at}/{index}")));
        Value::Array(read.collect())
    }

    fn check_scalar(&mut self, schema: &Map<String, Value>, value: &Value, at: String) {
        if let Some(allowed) = schema.get("enum").and_then(Value::as_array)
            && !allowed.contains(value)
        {
            let names: Vec<_> = allowed.iter().filter_map(Value::as_str).collect();
            self.problems.push(
                Problem::new(
                    Code::Malformed,
                    at,
                    "is not one of the allowed values",
                    "use one of the allowed values",
                )
                .given(value.as_str().unwrap_or_default())
                .allowed(names.join(", ")),
            );
            return;
        }
        let bound = |key: &str| schema.get(key).and_then(Value::as_f64);
        let Some(number) = value.as_f64() else { return };
        if bound("minimum").is_some_and(|least| number < least)
            || bound("maximum").is_some_and(|most| number > most)
        {
            let allowed = match (bound("minimum"), bound("maximum")) {
                (Some(least), Some(most)) => format!("{least} to {most}"),
                (Some(least), None) => format!("{least} or more"),
                (None, most) => format!("{} or less", most.unwrap_or(f64::MAX)),
            };
            self.problems.push(
                Problem::new(
                    Code::Malformed,
                    at,
                    "is out of bounds",
                    "use a number within the bounds",
                )
                .given(value)
                .allowed(allowed),
            );
        }
    }

    fn note_kind(&mut self, kind: &str, schema: &Map<String, Value>, value: &Value, at: String) {
        let field = if at.is_empty() {
            "the arguments".to_owned()
        } else {
            format!("`{}`", last(&at))
        };
        self.problems.push(
            Problem::new(
                Code::Malformed,
                at,
                format!("is not {}", article(kind)),
                format!("send {field} as {}", article(kind)),
            )
            .given(article(kind_of(value)))
            .allowed(describe(kind, schema)),
        );
    }

    fn note_missing(&mut self, name: &str, schema: Option<&Value>, at: &str) {
        let schema = schema.and_then(Value::as_object);
        let kind = schema
            .and_then(|schema| schema.get("type"))
            .and_then(Value::as_str)
            .unwrap_or("any");
        let allowed = schema.map_or_else(|| article(kind).to_owned(), |schema| describe(kind, schema));
        self.problems.push(
            Problem::new(
                Code::MissingField,
                pointer(at, name),
                "is missing",
                format!("send `{name}`"),
            )
            .given("nothing")
            .allowed(allowed),
        );
    }

    fn note_unknown(&mut self, name: &str, known: &Map<String, Value>, at: String) {
        let names: Vec<_> = known.keys().map(String::as_str).collect();
        let fix = match crate::nearest::nearest(name, &names) {
            Some(near) => format!("did you mean `{near}`? Otherwise leave it out"),
            None => "leave it out".to_owned(),
        };
        self.problems.push(
            Problem::new(Code::Malformed, at, "is not a field of this tool", fix)
                .given(name)
                .allowed(names.join(", ")),
        );
    }
}

/// Reads what clients send for want of types: texts of numbers, booleans and JSON; with `free`, JSON as text too.
fn loosen(kind: &str, value: Value, free: bool) -> Value {
    match (kind, &value) {
        ("string", Value::Number(_) | Value::Bool(_)) => return Value::String(value.to_string()),
        ("string", Value::Array(_) | Value::Object(_)) if free => return Value::String(value.to_string()),
        _ => {}
    }
    let Value::String(text) = &value else { return value };
    let trimmed = text.trim();
    let read: Option<Value> = match kind {
        "integer" | "number" => serde_json::from_str(trimmed).ok().filter(Value::is_number),
        "boolean" => match trimmed.to_ascii_lowercase().as_str() {
            "true" | "1" | "yes" => Some(Value::Bool(true)),
            "false" | "0" | "no" => Some(Value::Bool(false)),
            _ => None,
        },
        "array" => serde_json::from_str(trimmed).ok().filter(Value::is_array),
        "object" => serde_json::from_str(trimmed).ok().filter(Value::is_object),
        _ => None,
    };
    read.unwrap_or(value)
}

fn required(schema: &Map<String, Value>) -> impl Iterator<Item = &str> {
    schema
        .get("required")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
}

fn pointer(at: &str, name: &str) -> String {
    format!("{at}/{}", name.replace('~', "~0").replace('/', "~1"))
}

fn last(at: &str) -> &str {
    at.rsplit('/').next().unwrap_or(at)
}

fn article(kind: &str) -> &'static str {
    match kind {
        "object" => "an object",
        "array" => "an array",
        "string" => "a text",
        "boolean" => "true or false",
        "integer" => "a whole number",
        "number" => "a number",
        "null" => "null",
        _ => "a value",
    }
}

fn kind_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

fn describe(kind: &str, schema: &Map<String, Value>) -> String {
    let mut text = article(kind).to_owned();
    if let Some(values) = schema.get("enum").and_then(Value::as_array) {
        let names: Vec<_> = values.iter().filter_map(Value::as_str).collect();
        text = format!("one of {}", names.join(", "));
    } else if let Some(what) = schema.get("description").and_then(Value::as_str) {
        text = format!("{text}: {what}");
    }
    text
}
