//! The tools of the first generation, and toolsets.

use http::StatusCode;
use postern_domain::id::ChannelId;
use serde_json::{Value, json};

use crate::client::{Gate, new_era};
use crate::tools::{mastodon, refused, text};

fn post(channel: &str, kind: &str, images: Value) -> Value {
    json!({
        "type": kind, "configId": "x", "generatePictures": false, "date": "2027-01-16T09:00:00",
        "providerId": channel, "posts": [{ "text": "Hi", "images": images }, { "text": "more", "images": [] }],
    })
}

async fn names(gate: &Gate, query: &str) -> Vec<String> {
    let mut request = new_era("full", "tools/list", json!({}), json!({}));
    *request.uri_mut() = format!("/mcp{query}").parse().unwrap();
    let answer = gate.send(request).await.json();
    let tools = answer["result"]["tools"].as_array().cloned().unwrap_or_default();
    tools
        .iter()
        .map(|tool| tool["name"].as_str().unwrap_or_default().to_owned())
        .collect()
}

#[tokio::test]
async fn old_prompts_still_find_their_three_tools() {
    let gate = Gate::new();
    for name in ["POSTIZ_GET_CONFIG_ID", "POSTIZ_CONFIGURATION_PRERUN"] {
        let id = gate.call(name, json!({})).await;
        assert!(text(&id).contains("2027-01-15T08:00:00 UTC"), "{}", text(&id));
    }
    let listed = gate.call("POSTIZ_PROVIDERS_LIST", json!({})).await;
    let providers: Value = serde_json::from_str(text(&listed)).unwrap();
    assert_eq!(providers[0]["id"], mastodon());
    assert_eq!(
        (&providers[0]["identifier"], &providers[0]["customer"]["name"]),
        (&json!("mastodon"), &json!("Acme"))
    );
    let made = gate
        .call("POSTIZ_SCHEDULE_POST", post(&mastodon(), "schedule", json!([])))
        .await;
    assert!(
        text(&made).contains("https://post.example.org/posts/post_"),
        "{}",
        text(&made)
    );
    assert_eq!(gate.fake.state().posts[0].post.entries.len(), 2);
}

#[tokio::test]
async fn what_is_wrong_with_an_old_call_is_told_as_with_any_other() {
    let gate = Gate::new();
    let unknown = ChannelId::from_bits(77).to_string();
    for (arguments, place, code) in [
        (
            post("nobody", "draft", json!([])),
            "$.providerId",
            "unknown_channel",
        ),
        (
            post(&unknown, "draft", json!([])),
            "$.providerId",
            "unknown_channel",
        ),
        (post(&mastodon(), "now", json!([])), "$.type", "malformed"),
        (
            post(&mastodon(), "draft", json!(["data:image/png;base64,AA"])),
            "$.posts[0].images[0]",
            "url_refused",
        ),
    ] {
        refused(
            &gate.call("POSTIZ_SCHEDULE_POST", arguments).await,
            &[(place, code)],
        );
    }
    let mut pictures = post(&mastodon(), "draft", json!([]));
    pictures["generatePictures"] = json!(true);
    refused(
        &gate.call("POSTIZ_SCHEDULE_POST", pictures).await,
        &[("$.generatePictures", "malformed")],
    );
    assert_eq!(gate.fake.state().posts.len(), 0);
}

#[tokio::test]
async fn toolsets_choose_what_is_listed_and_not_what_may_be_called() {
    let gate = Gate::new();
    assert_eq!(
        names(&gate, "?toolsets=media").await,
        ["create_media_upload", "list_media", "uploadFromUrlTool"]
    );
    assert_eq!(names(&gate, "?toolsets=media&readonly=1").await, ["list_media"]);
    assert_eq!(names(&gate, "?toolsets=postiz_v1").await.len(), 3);
    assert_eq!(names(&gate, "?toolsets=default,postiz_v1").await.len(), 27);
    let mut request = new_era("full", "tools/list", json!({}), json!({}));
    request
        .headers_mut()
        .insert("x-mcp-toolsets", "analytics".parse().unwrap());
    let answer = gate.send(request).await.json();
    assert_eq!(answer["result"]["tools"].as_array().map(Vec::len), Some(3));
    let mut request = new_era(
        "full",
        "tools/call",
        json!({ "name": "server_time", "arguments": {} }),
        json!({}),
    );
    *request.uri_mut() = "/mcp?toolsets=media".parse().unwrap();
    assert_eq!(gate.send(request).await.json()["result"]["isError"], false);
    let mut request = new_era("full", "tools/list", json!({}), json!({}));
    *request.uri_mut() = "/mcp?toolsets=media,teams".parse().unwrap();
    let wrong = gate.send(request).await;
    assert_eq!(wrong.status, StatusCode::BAD_REQUEST);
    assert!(
        wrong
            .text
            .contains("Unknown toolset `teams`. Known: posts, channels"),
        "{}",
        wrong.text
    );
}
