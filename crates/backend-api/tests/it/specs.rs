//! Answers against the vendor's OpenAPI document, where the environment says that it lies at hand.

use std::path::PathBuf;

use serde_json::{Value as Json, json};

use crate::cases::{form, png, post};
use crate::desk::Desk;
use crate::uploads::upload;

/// Fields where the vendor's code differs from its document, and clients know the code.
const DEVIATIONS: &[&str] = &["settings", "organizationId", "updatedAt"];

/// The types in which an answer differs from a schema; what a schema does not name is nobody's business.
fn differences(spec: &Json, schema: &Json, answer: &Json, at: &str, found: &mut Vec<String>) {
    if let Some(name) = schema["$ref"].as_str() {
        let pointer = name.trim_start_matches('#');
        let target = spec
            .pointer(pointer)
            .unwrap_or_else(|| panic!("{name} leads nowhere"));
        return differences(spec, target, answer, at, found);
    }
    let fits = match schema["type"].as_str() {
        Some("object") => answer.is_object(),
        Some("array") => answer.is_array(),
        Some("string") => answer.is_string() || answer.is_null(),
        Some("number" | "integer") => answer.is_number() || answer.is_null(),
        Some("boolean") => answer.is_boolean(),
        _ => true,
    };
    if !fits {
        found.push(format!("{at} is not of type {}", schema["type"]));
    }
    for item in answer.as_array().into_iter().flatten() {
        differences(spec, &schema["items"], item, &format!("{at}[]"), found);
    }
    for (name, inner) in schema["properties"].as_object().into_iter().flatten() {
        match answer.get(name) {
            _ if DEVIATIONS.contains(&name.as_str()) => {}
            Some(value) => differences(spec, inner, value, &format!("{at}.{name}"), found),
            None if schema["required"]
                .as_array()
                .is_some_and(|all| all.contains(&json!(name))) =>
            {
                found.push(format!("{at}.{name} is missing"));
            }
            None => {}
        }
    }
}

#[tokio::test]
async fn answers_have_the_types_of_the_vendors_document() {
    let Some(folder) = std::env::var_os("POSTERN_SPECS_DIR") else {
        return;
    };
    let text = std::fs::read(PathBuf::from(folder).join("postiz-public-api.openapi.json")).unwrap();
    let spec: Json = serde_json::from_slice(&text).unwrap();
    let desk = Desk::new().await;
    let channel = desk.channel("ada-1").await;
    let created = desk.post("/public/v1/posts", post(&[&channel], "hello")).await;
    let id = created.json()[0]["postId"].as_str().unwrap().to_owned();
    let (kind, content) = form("file", "a.png", &png());
    let window = "startDate=2027-01-01&endDate=2027-12-31";
    let answers = [
        ("/posts", "post", created),
        (
            "/posts",
            "get",
            desk.get(&format!("/public/v1/posts?{window}")).await,
        ),
        ("/is-connected", "get", desk.get("/public/v1/is-connected").await),
        ("/integrations", "get", desk.get("/public/v1/integrations").await),
        ("/groups", "get", desk.get("/public/v1/groups").await),
        (
            "/find-slot/{id}",
            "get",
            desk.get(&format!("/public/v1/find-slot/{}", channel.id)).await,
        ),
        (
            "/integration-settings/{id}",
            "get",
            desk.get(&format!("/public/v1/integration-settings/{}", channel.id))
                .await,
        ),
        ("/upload", "post", upload(&desk, &kind, content).await),
        (
            "/posts/{id}/status",
            "put",
            desk.put(
                &format!("/public/v1/posts/{id}/status"),
                json!({"status": "draft"}),
            )
            .await,
        ),
        (
            "/posts/{id}/settings",
            "put",
            desk.put(
                &format!("/public/v1/posts/{id}/settings"),
                json!({"settings": {"audience": "friends"}}),
            )
            .await,
        ),
        (
            "/posts/{id}",
            "delete",
            desk.delete(&format!("/public/v1/posts/{id}")).await,
        ),
    ];
    let mut found = Vec::new();
    for (path, method, got) in answers {
        assert!(got.status.is_success(), "{method} {path}: {}", got.text());
        let schema =
            &spec["paths"][path][method]["responses"]["200"]["content"]["application/json"]["schema"];
        assert!(schema.is_object(), "{method} {path} is not described");
        differences(
            &spec,
            schema,
            &got.json(),
            &format!("{method} {path}"),
            &mut found,
        );
    }
    assert_eq!(found, Vec::<String>::new());
}
