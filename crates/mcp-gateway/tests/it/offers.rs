//! Prompts, resources, completion and subscriptions.

use axum::body::BodyDataStream;
use futures::StreamExt as _;
use postern_domain::event::Event;
use serde_json::{Value, json};

use crate::client::{Gate, new_era};
use crate::tools::{mastodon, scheduled};

async fn ask_as(gate: &Gate, key: &str, method: &str, params: Value) -> Value {
    gate.send(new_era(key, method, params, json!({}))).await.json()
}

async fn ask(gate: &Gate, method: &str, params: Value) -> Value {
    ask_as(gate, "full", method, params).await
}

fn names(answer: &Value, list: &str, name: &str) -> Vec<String> {
    let items = answer["result"][list].as_array().cloned().unwrap_or_default();
    items
        .iter()
        .map(|item| item[name].as_str().unwrap_or_default().to_owned())
        .collect()
}

#[tokio::test]
async fn prompts_are_for_keys_that_can_make_use_of_them() {
    let gate = Gate::new();
    let all = ask(&gate, "prompts/list", json!({})).await;
    assert_eq!(
        names(&all, "prompts", "name"),
        ["monthly_report", "plan_week", "repurpose_article", "review_queue"]
    );
    assert_eq!(
        (&all["result"]["cacheScope"], &all["result"]["ttlMs"]),
        (&json!("private"), &json!(300_000))
    );
    let reader = ask_as(&gate, "reader", "prompts/list", json!({})).await;
    assert_eq!(names(&reader, "prompts", "name"), ["review_queue"]);
    let hidden = ask_as(
        &gate,
        "reader",
        "prompts/get",
        json!({ "name": "plan_week", "arguments": {} }),
    )
    .await;
    assert_eq!(hidden["error"]["code"], -32602);
    assert!(
        hidden["error"]["message"]
            .as_str()
            .unwrap()
            .ends_with("Available: review_queue."),
        "{hidden}"
    );
}

#[tokio::test]
async fn a_prompt_is_written_out_with_its_arguments() {
    let gate = Gate::new();
    let params = json!({ "name": "plan_week", "arguments": { "topic": "tea", "channels": "Acme news" } });
    let prompt = ask(&gate, "prompts/get", params).await;
    let text = prompt["result"]["messages"][0]["content"]["text"]
        .as_str()
        .unwrap();
    assert!(
        text.contains("Topic: tea")
            && text.contains("the channels Acme news")
            && text.contains("bulk_schedule"),
        "{text}"
    );
    let missing = ask(&gate, "prompts/get", json!({ "name": "plan_week" })).await;
    assert_eq!(missing["error"]["message"], "The prompt plan_week needs topic.");
    for name in ["monthly_report", "review_queue"] {
        let prompt = ask(&gate, "prompts/get", json!({ "name": name })).await;
        assert_eq!(prompt["result"]["messages"][0]["role"], "user", "{name}");
    }
}

#[tokio::test]
async fn prompts_name_tools_that_exist() {
    let gate = Gate::new();
    let tools = names(&ask(&gate, "tools/list", json!({})).await, "tools", "name");
    for name in ["monthly_report", "plan_week", "repurpose_article", "review_queue"] {
        let arguments = json!({ "topic": "a", "article": "b" });
        let prompt = ask(
            &gate,
            "prompts/get",
            json!({ "name": name, "arguments": arguments }),
        )
        .await;
        let text = prompt["result"]["messages"][0]["content"]["text"]
            .as_str()
            .unwrap_or_default()
            .to_owned();
        let words = text.split(|letter: char| !(letter.is_ascii_alphanumeric() || letter == '_'));
        for word in words.filter(|word| word.contains('_') && *word != "dry_run") {
            assert!(tools.iter().any(|tool| tool == word), "{name}: {word}");
        }
    }
}

#[tokio::test]
async fn resources_are_listed_and_read() {
    let gate = Gate::new();
    let parts = scheduled(&gate).await;
    let listed = ask(&gate, "resources/list", json!({})).await;
    let uris = names(&listed, "resources", "uri");
    assert_eq!(uris[0], "channels://all");
    assert!(
        uris.contains(&format!("analytics://{}/30d", mastodon())),
        "{uris:?}"
    );
    let post = uris
        .iter()
        .find(|uri| uri.starts_with("post://"))
        .expect("a post")
        .clone();
    let templates = ask(&gate, "resources/templates/list", json!({})).await;
    assert_eq!(
        names(&templates, "resourceTemplates", "uriTemplate"),
        ["analytics://{channel}/{range}", "media://{id}", "post://{id}"]
    );
    gate.call("uploadFromUrlTool", json!({ "url": "https://example.com/a.png" }))
        .await;
    let media = gate.fake.state().media[0].id;
    for (uri, holds) in [
        ("channels://all".to_owned(), "Acme news"),
        (post, "scheduled"),
        (format!("post://{}", parts[0]), "scheduled"),
        (format!("media://{media}"), "image/png"),
        (format!("analytics://{}/7d", mastodon()), "by_day"),
        ("analytics://all/90d".to_owned(), "by_day"),
    ] {
        let read = ask(&gate, "resources/read", json!({ "uri": uri })).await;
        let content = &read["result"]["contents"][0];
        assert_eq!(
            (&content["uri"], &content["mimeType"]),
            (&json!(uri), &json!("application/json")),
            "{read}"
        );
        let text: Value = serde_json::from_str(content["text"].as_str().unwrap()).unwrap();
        assert!(text.to_string().contains(holds), "{uri}: {text}");
    }
}

#[tokio::test]
async fn what_cannot_be_read_says_so_in_the_words_of_each_revision() {
    let gate = Gate::new();
    for uri in [
        "post://post_1",
        "media://nothing",
        "channels://some",
        "file:///etc/passwd",
        "analytics://nobody/7d",
    ] {
        let newest = ask(&gate, "resources/read", json!({ "uri": uri })).await;
        assert_eq!(
            (&newest["error"]["code"], &newest["error"]["data"]["uri"]),
            (&json!(-32602), &json!(uri)),
            "{uri}"
        );
        let older = gate.old("resources/read", json!({ "uri": uri })).await;
        assert_eq!(older.code(), -32002, "{uri}: {}", older.text);
    }
    let hidden = ask_as(
        &gate,
        "idle",
        "resources/read",
        json!({ "uri": "channels://all" }),
    )
    .await;
    assert_eq!(hidden["error"]["code"], -32602);
    assert!(
        hidden["error"]["message"]
            .as_str()
            .unwrap()
            .contains("channels:read"),
        "{hidden}"
    );
    let templates = ask_as(&gate, "idle", "resources/templates/list", json!({})).await;
    assert_eq!(names(&templates, "resourceTemplates", "name"), ["analytics"]);
    let cursor = ask(&gate, "resources/list", json!({ "cursor": "nonsense" })).await;
    assert_eq!(cursor["error"]["code"], -32602, "{cursor}");
}

#[tokio::test]
async fn resources_come_page_by_page() {
    let gate = Gate::new();
    for index in 0..60 {
        let day = json!([{ "channels": ["x"], "content": format!("Part {index}"), "publish_at": "2027-02-16T09:00:00Z" }]);
        gate.call("bulk_schedule", json!({ "posts": day })).await;
        gate.fake.state().now = Some(crate::fake::NOW.plus(std::time::Duration::from_secs(60 * index)));
    }
    let first = ask(&gate, "resources/list", json!({})).await;
    let cursor = first["result"]["nextCursor"].clone();
    assert!(cursor.is_string(), "{first}");
    let second = ask(&gate, "resources/list", json!({ "cursor": cursor })).await;
    assert_eq!(names(&second, "resources", "uri").len(), 10);
    assert!(second["result"].get("nextCursor").is_none());
}

#[tokio::test]
async fn arguments_are_completed_from_the_workspace() {
    let gate = Gate::new();
    let parts = scheduled(&gate).await;
    let prompt = |name: &str| json!({ "type": "ref/prompt", "name": name });
    let template = |uri: &str| json!({ "type": "ref/resource", "uri": uri });
    let complete = async |reference: Value, name: &str, value: &str| {
        let params = json!({ "ref": reference, "argument": { "name": name, "value": value } });
        ask(&gate, "completion/complete", params).await
    };
    let values = |answer: &Value| answer["result"]["completion"]["values"].clone();
    let channels = complete(prompt("plan_week"), "channels", "acme").await;
    assert_eq!(values(&channels), json!(["Acme news", "Acme on X"]));
    let further = complete(prompt("plan_week"), "channels", "Acme news, on").await;
    assert_eq!(values(&further), json!(["Acme news, Acme on X"]));
    let months = complete(prompt("monthly_report"), "month", "2026-1").await;
    assert_eq!(values(&months), json!(["2026-12", "2026-11", "2026-10"]));
    let ranges = complete(template("analytics://{channel}/{range}"), "range", "").await;
    assert_eq!(values(&ranges), json!(["7d", "30d", "90d"]));
    let ids = complete(template("analytics://{channel}/{range}"), "channel", &mastodon()).await;
    assert_eq!(values(&ids), json!([mastodon()]));
    let posts = complete(template("post://{id}"), "id", "post_").await;
    assert_eq!(values(&posts).as_array().map(Vec::len), Some(1), "{parts:?}");
    assert_eq!(
        values(&complete(prompt("plan_week"), "topic", "t").await),
        json!([])
    );
    for (reference, name) in [
        (prompt("no_such"), "a"),
        (prompt("plan_week"), "no_such"),
        (template("post://{id}"), "no"),
        (template("no://"), "id"),
    ] {
        assert_eq!(values(&complete(reference, name, "").await), json!([]), "{name}");
    }
}

async fn next(body: &mut BodyDataStream, text: &mut String) -> Option<Value> {
    loop {
        if let Some((event, rest)) = text.clone().split_once("\n\n") {
            rest.clone_into(text);
            let data: String = event
                .lines()
                .filter_map(|line| line.strip_prefix("data:"))
                .map(str::trim)
                .collect();
            if let Ok(message) = serde_json::from_str(&data) {
                return Some(message);
            }
            continue;
        }
        let chunk = tokio::time::timeout(std::time::Duration::from_secs(20), body.next())
            .await
            .expect("news in time")?;
        text.push_str(std::str::from_utf8(&chunk.expect("a whole chunk")).expect("text"));
    }
}

#[tokio::test]
async fn a_followed_post_is_told_of_and_nothing_else() {
    let gate = Gate::new();
    scheduled(&gate).await;
    let (post, workspace) = {
        let state = gate.fake.state();
        (state.posts[0].post.id, state.posts[0].post.workspace)
    };
    let uri = format!("post://{post}");
    let wish = json!({ "notifications": { "resourceSubscriptions": [uri, "channels://all"], "toolsListChanged": true } });
    let response = gate
        .open(new_era("full", "subscriptions/listen", wish, json!({})))
        .await;
    let (mut body, mut text) = (response.into_body().into_data_stream(), String::new());
    let accepted = next(&mut body, &mut text).await.expect("an acknowledgement");
    assert_eq!(
        accepted["method"], "notifications/subscriptions/acknowledged",
        "{accepted:#}"
    );
    assert_eq!(
        accepted["params"]["notifications"],
        json!({ "resourceSubscriptions": [uri] }),
        "{accepted:#}"
    );
    // The handler listens as soon as it has acknowledged; until then nobody would hear.
    while gate.fake.state().listeners.is_empty() {
        tokio::task::yield_now().await;
    }
    let changed = |post| Event::PostChanged {
        workspace,
        post,
        state: "published".into(),
    };
    let other = changed(postern_domain::id::PostId::from_bits(5));
    for change in [other, changed(post)] {
        gate.fake.state().listeners[0].unbounded_send(change).unwrap();
    }
    let told = next(&mut body, &mut text).await.expect("a change");
    assert_eq!(
        (&told["method"], &told["params"]["uri"]),
        (&json!("notifications/resources/updated"), &json!(uri))
    );
    gate.fake.state().listeners.clear();
    let end = next(&mut body, &mut text).await.expect("the final result");
    assert!(end["result"].is_object(), "{end:#}");
}
