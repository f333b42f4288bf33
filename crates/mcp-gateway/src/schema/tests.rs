use serde_json::{Map, json};

use super::*;

fn schema() -> Map<String, Value> {
    let schema = json!({
        "type": "object",
        "properties": {
            "id": {"type": "string", "description": "The id"},
            "limit": {"type": "integer", "minimum": 1, "maximum": 100},
            "dry": {"type": "boolean"},
            "kind": {"type": "string", "enum": ["draft", "schedule"]},
            "items": {"type": "array", "minItems": 1, "items": {
                "type": "object", "properties": {"key": {"type": "string"}}, "required": ["key"],
            }},
        },
        "required": ["id", "items"],
    });
    schema.as_object().cloned().unwrap_or_default()
}

fn read(value: Value, unknown: Unknown) -> (Value, Vec<(String, &'static str)>) {
    let mut problems = Vec::new();
    let value = check(&schema(), value, unknown, &mut problems);
    (
        value,
        problems
            .into_iter()
            .map(|problem| (problem.field, problem.code.as_str()))
            .collect(),
    )
}

#[test]
fn spelling_is_forgiven() {
    let given = json!({"id": 7, "limit": "20", "dry": "False", "kind": null, "items": "[{\"key\":\"a\"}]"});
    let wanted = json!({"id": "7", "limit": 20, "dry": false, "items": [{"key": "a"}]});
    assert_eq!(read(given, Unknown::Refuse), (wanted, vec![]));
}

#[test]
fn all_problems_are_told_at_once() {
    let given =
        json!({"limit": 500, "dry": "perhaps", "kind": "now", "items": [{"key": "a"}, {}, 3], "limt": 1});
    let (_, problems) = read(given, Unknown::Refuse);
    let wanted = [
        ("/limit", "malformed"),
        ("/dry", "malformed"),
        ("/kind", "malformed"),
        ("/items/1/key", "missing_field"),
        ("/items/2", "malformed"),
        ("/limt", "malformed"),
        ("/id", "missing_field"),
    ];
    assert_eq!(problems, wanted.map(|(field, code)| (field.to_owned(), code)));
}

#[test]
fn unknown_fields_are_dropped_where_clients_rely_on_it() {
    let given = json!({"id": "a", "items": [{"key": "a", "more": 1}], "more": 1});
    assert_eq!(
        read(given, Unknown::Drop),
        (json!({"id": "a", "items": [{"key": "a"}]}), vec![])
    );
}

#[test]
fn a_misspelt_field_is_answered_with_the_nearest_one() {
    let mut problems = Vec::new();
    check(
        &schema(),
        json!({"id": "a", "items": [{"key": "a"}], "limt": 1}),
        Unknown::Refuse,
        &mut problems,
    );
    assert_eq!(problems.len(), 1);
    assert!(problems[0].fix.contains("`limit`"), "{}", problems[0].fix);
}

#[test]
fn counts_are_bounded() {
    let (_, problems) = read(json!({"id": "a", "items": []}), Unknown::Refuse);
    assert_eq!(problems, [("/items".to_owned(), "malformed")]);
}
