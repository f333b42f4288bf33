//! The list of tools keeps the rules that the strictest hosts set.

use std::collections::HashSet;

use serde_json::{Value, json};

use crate::client::Gate;

async fn tools(gate: &Gate) -> Vec<Value> {
    gate.new_era("tools/list", json!({})).await.json()["result"]["tools"]
        .as_array()
        .cloned()
        .unwrap_or_default()
}

/// What is wrong with an input schema, each with its place.
fn findings(schema: &Value, at: &str, depth: usize, found: &mut Vec<String>) {
    let mut note = |what: &str| found.push(format!("{at}: {what}"));
    let Some(object) = schema.as_object() else {
        return note("is not an object");
    };
    for key in [
        "$ref", "$defs", "$schema", "oneOf", "anyOf", "allOf", "not", "const",
    ] {
        if object.contains_key(key) {
            note(&format!("has {key}"));
        }
    }
    let Some(kind) = object.get("type").and_then(Value::as_str) else {
        return note("has no single type");
    };
    let said = object
        .get("description")
        .and_then(Value::as_str)
        .unwrap_or_default();
    if !at.is_empty() && said.len() <= 5 {
        note("has no description");
    }
    if object.get("default").is_some_and(Value::is_null) {
        note("has a null default");
    }
    if depth > 4 {
        note("is nested too deeply");
    }
    match kind {
        "object" => {
            if object.get("additionalProperties") != Some(&json!(false)) {
                note("is open");
            }
            let properties = object
                .get("properties")
                .and_then(Value::as_object)
                .cloned()
                .unwrap_or_default();
            if properties.len() > 12 {
                note("has more than 12 properties");
            }
            for required in object
                .get("required")
                .and_then(Value::as_array)
                .into_iter()
                .flatten()
            {
                if !required
                    .as_str()
                    .is_some_and(|name| properties.contains_key(name))
                {
                    note("requires what it does not have");
                }
            }
            for (name, child) in &properties {
                if name.ends_with("id") && child["type"] != "string" {
                    found.push(format!("{at}/{name}: an id that is not a text"));
                }
                findings(child, &format!("{at}/{name}"), depth + 1, found);
            }
        }
        "array" => match object.get("items") {
            // Items are described by their array.
            Some(items) => {
                let mut items = items.clone();
                items["description"] = json!("described by its array");
                findings(&items, &format!("{at}/*"), depth, found);
            }
            None => note("has no items"),
        },
        "string" | "integer" | "number" | "boolean" => {}
        _ => note("has an unknown type"),
    }
}

#[tokio::test]
async fn input_schemas_are_plain() {
    let mut found = Vec::new();
    for tool in tools(&Gate::new()).await {
        let name = tool["name"].as_str().unwrap_or_default().to_owned();
        assert_eq!(tool["inputSchema"]["type"], "object", "{name}");
        let mut of_tool = Vec::new();
        findings(&tool["inputSchema"], "", 0, &mut of_tool);
        found.extend(of_tool.into_iter().map(|finding| format!("{name} {finding}")));
    }
    assert!(found.is_empty(), "{found:#?}");
}

/// Bare schemas and lists of types, which the inspector reports for outputs as well.
fn loose_ends(schema: &Value, at: &str, found: &mut Vec<String>) {
    match schema {
        Value::Bool(_) if !at.ends_with("/additionalProperties") => found.push(format!("{at}: bare")),
        Value::Object(object) => {
            let says = ["type", "anyOf", "enum", "properties", "items"]
                .iter()
                .any(|key| object.contains_key(*key));
            if !says {
                found.push(format!("{at}: says nothing"));
            }
            if object.get("type").is_some_and(Value::is_array) {
                found.push(format!("{at}: list of types"));
            }
            for key in ["$schema", "$defs", "$ref"] {
                if object.contains_key(key) {
                    found.push(format!("{at}: has {key}"));
                }
            }
            for (name, child) in object
                .get("properties")
                .and_then(Value::as_object)
                .into_iter()
                .flatten()
            {
                loose_ends(child, &format!("{at}/{name}"), found);
            }
            for key in ["items", "additionalProperties"] {
                if let Some(child) = object.get(key) {
                    loose_ends(child, &format!("{at}/{key}"), found);
                }
            }
            for child in object
                .get("anyOf")
                .and_then(Value::as_array)
                .into_iter()
                .flatten()
            {
                loose_ends(child, &format!("{at}/anyOf"), found);
            }
        }
        _ => {}
    }
}

#[tokio::test]
async fn every_tool_declares_its_result_as_an_object() {
    let mut found = Vec::new();
    for tool in tools(&Gate::new()).await {
        let name = tool["name"].as_str().unwrap_or_default();
        assert_eq!(tool["outputSchema"]["type"], "object", "{name}");
        // Some clients hold refusals against the schema as well.
        let error = &tool["outputSchema"]["properties"]["error"];
        let is_object = error["type"] == "object" || error["anyOf"][1]["type"] == "object";
        assert!(is_object, "{name}: {error}");
        assert!(tool["outputSchema"].get("required").is_none(), "{name}");
        loose_ends(&tool["outputSchema"], name, &mut found);
    }
    assert!(found.is_empty(), "{found:#?}");
}

#[tokio::test]
async fn names_titles_hints_and_descriptions_are_complete() {
    let compatible = [
        "groupList",
        "integrationList",
        "integrationSchedulePostTool",
        "integrationSchema",
        "postSettingsTool",
        "postsListTool",
        "triggerTool",
        "uploadFromUrlTool",
    ];
    let mut seen = HashSet::new();
    for tool in tools(&Gate::new()).await {
        let name = tool["name"].as_str().unwrap_or_default().to_owned();
        let snake = name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_')
            && (3..=40).contains(&name.len());
        assert!(snake || compatible.contains(&name.as_str()), "{name}");
        let hints = &tool["annotations"];
        for hint in [
            "readOnlyHint",
            "destructiveHint",
            "idempotentHint",
            "openWorldHint",
        ] {
            assert!(hints[hint].is_boolean(), "{name} {hint}");
        }
        assert!(
            hints["title"].as_str().is_some_and(|title| !title.is_empty()),
            "{name}"
        );
        assert_eq!(tool["title"], hints["title"], "{name}");
        let description = tool["description"].as_str().unwrap_or_default();
        assert!(
            (80..=2000).contains(&description.len()),
            "{name}: {}",
            description.len()
        );
        assert!(
            !(hints["readOnlyHint"] == true && hints["destructiveHint"] == true),
            "{name}"
        );
        assert!(seen.insert(name.clone()), "{name} twice");
    }
}

#[tokio::test]
async fn the_whole_list_is_small_enough_for_every_host() {
    let tools = tools(&Gate::new()).await;
    assert!(tools.len() <= 24, "{}", tools.len());
    let size = json!(tools).to_string().len();
    assert!(size <= 60_000, "{size}");
}
