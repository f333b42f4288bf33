//! Publishing at once needs a person's yes, in whichever way the client can ask.

use std::time::Duration;

use http::StatusCode;
use postern_domain::id::ChannelId;
use serde_json::{Value, json};

use crate::client::{Answer, Gate, new_era};
use crate::fake::NOW;

async fn draft(gate: &Gate) -> String {
    let post = json!({
        "integrationId": ChannelId::from_bits(10).to_string(),
        "isPremium": false,
        "date": "2027-02-01",
        "shortLink": false,
        "type": "draft",
        "postsAndComments": [{ "content": "Hello", "attachments": [] }],
        "settings": [],
    });
    let result = gate
        .call("integrationSchedulePostTool", json!({ "socialPost": [post] }))
        .await;
    result["structuredContent"]["output"][0]["postId"]
        .as_str()
        .unwrap_or_default()
        .to_owned()
}

fn state(gate: &Gate) -> &'static str {
    gate.fake.state().posts[0].state.as_str()
}

/// Calls `publish_post` from a client that can show forms.
async fn with_forms(gate: &Gate, id: &str, more: Value) -> Answer {
    let mut params = json!({ "name": "publish_post", "arguments": { "id": id } });
    for (key, value) in more.as_object().into_iter().flatten() {
        params[key] = value.clone();
    }
    gate.send(new_era(
        "full",
        "tools/call",
        params,
        json!({ "elicitation": { "form": {} } }),
    ))
    .await
}

#[tokio::test]
async fn a_client_without_forms_gets_a_token_for_a_second_call() {
    let gate = Gate::new();
    let id = draft(&gate).await;
    let first = gate.call("publish_post", json!({ "id": id })).await;
    let waiting = &first["structuredContent"];
    assert_eq!(
        (&first["isError"], &waiting["status"]),
        (&json!(false), &json!("confirmation_required"))
    );
    assert_eq!(waiting["preview"]["channels"][0]["entries"][0]["text"], "Hello");
    assert_eq!(waiting["expires_at"], "2027-01-15T08:10:00.000Z");
    assert!(
        first["content"][0]["text"]
            .as_str()
            .is_some_and(|text| text.starts_with("Nothing has happened yet."))
    );
    assert_eq!(state(&gate), "draft");
    let token = waiting["confirmation_token"].clone();
    let arguments = json!({ "id": id, "confirmation_token": token });
    let second = gate.call("publish_post", arguments.clone()).await;
    assert_eq!(second["structuredContent"]["status"], "publishing", "{second:#}");
    assert_eq!(state(&gate), "scheduled");
}

#[tokio::test]
async fn a_token_holds_for_its_own_post_key_and_time_and_once() {
    let gate = Gate::new();
    let id = draft(&gate).await;
    let token = async || {
        gate.call("publish_post", json!({ "id": id })).await["structuredContent"]["confirmation_token"]
            .clone()
    };
    let with = async |key: &str, token: Value| {
        let result = gate
            .call_as(
                key,
                "publish_post",
                json!({ "id": id, "confirmation_token": token }),
            )
            .await;
        result["structuredContent"]["error"]["code"]
            .as_str()
            .unwrap_or_default()
            .to_owned()
    };
    assert_eq!(with("full", json!("nonsense")).await, "confirmation_invalid");
    assert_eq!(
        with("other", token().await).await,
        "confirmation_invalid",
        "another key"
    );
    let old = token().await;
    gate.call("update_post", json!({ "id": id, "tags": ["changed"] }))
        .await;
    assert_eq!(
        with("full", old).await,
        "confirmation_invalid",
        "the post was changed"
    );
    let late = token().await;
    gate.fake.state().now = Some(NOW.plus(Duration::from_secs(601)));
    assert_eq!(with("full", late).await, "confirmation_invalid", "too late");
    assert_eq!(state(&gate), "draft");
    let good = token().await;
    let id_of_good = gate.fake.state().claimed.len();
    assert_eq!(with("full", good.clone()).await, "");
    assert_eq!(gate.fake.state().claimed.len(), id_of_good + 1);
    assert_eq!(with("full", good).await, "confirmation_invalid", "used already");
}

#[tokio::test]
async fn a_client_with_forms_asks_its_user() {
    let gate = Gate::new();
    let id = draft(&gate).await;
    let asked = with_forms(&gate, &id, json!({})).await.json()["result"].clone();
    assert_eq!(asked["resultType"], "input_required", "{asked:#}");
    let request = &asked["inputRequests"]["confirm"];
    assert_eq!(request["method"], "elicitation/create");
    assert!(
        request["params"]["message"]
            .as_str()
            .is_some_and(|text| text.contains("Acme news") && text.contains("Hello"))
    );
    assert_eq!(
        request["params"]["requestedSchema"]["required"],
        json!(["confirm"])
    );
    assert_eq!(state(&gate), "draft");
    let answer = |action: &str, ticked: bool| json!({ "requestState": asked["requestState"], "inputResponses": { "confirm": { "action": action, "content": { "confirm": ticked } } } });
    for (action, ticked) in [("decline", true), ("cancel", true), ("accept", false)] {
        let result = with_forms(&gate, &id, answer(action, ticked)).await.json()["result"].clone();
        assert_eq!(
            result["structuredContent"]["status"], "declined",
            "{action} {ticked}"
        );
        assert_eq!(state(&gate), "draft");
    }
    let mut forged = answer("accept", true);
    forged["requestState"] = json!("AAAA");
    let result = with_forms(&gate, &id, forged).await.json()["result"].clone();
    assert_eq!(result["structuredContent"]["error"]["field"], "$.requestState");
    let unasked = json!({ "requestState": asked["requestState"], "inputResponses": { "other": {} } });
    assert_eq!(
        with_forms(&gate, &id, unasked).await.json()["result"]["resultType"],
        "input_required"
    );
    let yes = with_forms(&gate, &id, answer("accept", true)).await;
    assert_eq!(
        (yes.status, &yes.json()["result"]["structuredContent"]["status"]),
        (StatusCode::OK, &json!("publishing"))
    );
    assert_eq!(state(&gate), "scheduled");
}

#[tokio::test]
async fn a_dry_run_shows_and_does_nothing() {
    let gate = Gate::new();
    let id = draft(&gate).await;
    let result = gate
        .call("publish_post", json!({ "id": id, "dry_run": true }))
        .await;
    assert_eq!(result["structuredContent"]["status"], "preview");
    assert!(result["structuredContent"].get("confirmation_token").is_none());
    assert_eq!(state(&gate), "draft");
}

#[tokio::test]
async fn what_is_out_is_not_asked_about() {
    let gate = Gate::new();
    let id = draft(&gate).await;
    gate.call("cancel_post", json!({ "id": id })).await;
    let result = gate.call("publish_post", json!({ "id": id })).await;
    assert_eq!(result["structuredContent"]["error"]["code"], "post_settled");
}
