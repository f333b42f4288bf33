//! Many posts in one call, and one post found by its time.

use postern_domain::id::ChannelId;
use postern_domain::publication::State;
use serde_json::{Value, json};

use crate::client::{Gate, new_era};
use crate::tools::{mastodon, refused, text, x};

fn posts(count: usize) -> Value {
    let posts =
        (0..count).map(|index| json!({ "channels": [mastodon()], "content": format!("Part {index}") }));
    posts.collect()
}

fn times(result: &Value) -> Vec<String> {
    let posts = result["structuredContent"]["posts"]
        .as_array()
        .cloned()
        .unwrap_or_default();
    let time = |post: &Value| {
        post["publish_at"]["local"]
            .as_str()
            .unwrap_or_default()
            .to_owned()
    };
    posts.iter().map(time).collect()
}

fn stored(gate: &Gate) -> usize {
    let state = gate.fake.state();
    let live = state.posts.iter().filter(|view| {
        view.publications
            .iter()
            .any(|part| part.publication.state != State::Cancelled)
    });
    live.count()
}

#[tokio::test]
async fn five_posts_go_out_one_per_day_at_nine_also_when_the_clocks_change() {
    let gate = Gate::new();
    let arguments = json!({ "posts": posts(5), "first_at": "2027-03-26T09:00", "zone": "Europe/Berlin" });
    let result = gate.call("bulk_schedule", arguments).await;
    assert_eq!(result["structuredContent"]["status"], "stored", "{result:#}");
    let wanted = [
        "2027-03-26T09:00:00+01:00",
        "2027-03-27T09:00:00+01:00",
        "2027-03-28T09:00:00+02:00",
        "2027-03-29T09:00:00+02:00",
        "2027-03-30T09:00:00+02:00",
    ];
    assert_eq!(times(&result), wanted);
    assert_eq!(stored(&gate), 5);
}

#[tokio::test]
async fn a_channel_may_be_named_as_people_name_it() {
    let gate = Gate::new();
    let arguments = json!({
        "posts": [{ "channels": ["Twitter", "@acmenews", mastodon()], "content": "Hi", "publish_at": "2027-01-16T09:00:00Z" }],
    });
    let result = gate.call("bulk_schedule", arguments).await;
    let channels = &result["structuredContent"]["posts"][0]["channels"];
    assert_eq!(
        channels,
        &json!(["Acme on X (x)", "Acme news (mastodon)"]),
        "{result:#}"
    );
    let second = crate::fake::channels::channel(ChannelId::from_bits(99), "mastodon", "Acme jobs", None);
    gate.fake.state().channels.push(second);
    let unclear = json!({ "posts": [{ "channels": ["mastodon"], "content": "Hi" }], "mode": "draft" });
    let result = gate.call("bulk_schedule", unclear).await;
    refused(&result, &[("$.posts[0].channels[0]", "unknown_channel")]);
    assert!(
        text(&result).contains("Acme jobs on mastodon"),
        "{}",
        text(&result)
    );
}

#[tokio::test]
async fn nothing_is_stored_when_one_is_wrong_and_all_problems_are_told() {
    let gate = Gate::new();
    let arguments = json!({
        "posts": [
            { "channels": ["mastodon"], "content": "fine", "publish_at": "2027-01-16T09:00" },
            { "channels": ["mastadon", "nowhere at all"], "content": "b", "publish_at": "2027-01-16T09:00" },
            { "channels": ["x"], "content": "y".repeat(300), "publish_at": "2027-01-16T09:00" },
            { "channels": ["x"], "content": "late", "publish_at": "2026-01-16T09:00" },
            { "channels": ["x"], "content": "when" },
        ],
        "zone": "Europe/Berlin",
    });
    let result = gate.call("bulk_schedule", arguments.clone()).await;
    let wanted = [
        ("$.posts[1].channels[0]", "unknown_channel"),
        ("$.posts[1].channels[1]", "unknown_channel"),
        ("$.posts[3].publish_at", "publish_time_passed"),
        ("$.posts[4].publish_at", "missing_field"),
        ("$.posts[2].content", "text_too_long"),
    ];
    refused(&result, &wanted);
    assert_eq!(stored(&gate), 0);

    let mut partial = arguments;
    partial["partial"] = json!(true);
    let result = gate.call("bulk_schedule", partial).await;
    let facts = &result["structuredContent"];
    assert_eq!(facts["status"], "partly_stored", "{result:#}");
    let refused: Vec<_> = facts["refused"]
        .as_array()
        .unwrap()
        .iter()
        .map(|refused| refused["index"].clone())
        .collect();
    assert_eq!((json!(refused), stored(&gate)), (json!([1, 2, 3, 4]), 1));
}

#[tokio::test]
async fn a_dry_run_stores_nothing_and_tells_the_times() {
    let gate = Gate::new();
    let arguments = json!({ "posts": posts(8), "first_at": "2027-01-16T09:00:00+01:00", "every_days": 7, "dry_run": true });
    let result = gate.call("bulk_schedule", arguments).await;
    assert_eq!(result["structuredContent"]["status"], "checked");
    assert_eq!(
        times(&result).last().map(String::as_str),
        Some("2027-03-06T09:00:00+01:00")
    );
    assert_eq!(stored(&gate), 0);
}

#[tokio::test]
async fn more_than_five_wait_for_a_persons_word() {
    let gate = Gate::new();
    let mut arguments = json!({ "posts": posts(6), "first_at": "2027-01-16T09:00:00Z" });
    let asked = gate.call("bulk_schedule", arguments.clone()).await;
    assert_eq!(
        asked["structuredContent"]["status"], "confirmation_required",
        "{asked:#}"
    );
    assert_eq!(stored(&gate), 0);
    arguments["confirmation_token"] = asked["structuredContent"]["confirmation_token"].clone();
    let mut other = arguments.clone();
    other["posts"][0]["content"] = json!("something else");
    let foreign = gate.call("bulk_schedule", other).await;
    refused(&foreign, &[("$.confirmation_token", "confirmation_invalid")]);
    let done = gate.call("bulk_schedule", arguments.clone()).await;
    assert_eq!(
        (done["structuredContent"]["status"].clone(), stored(&gate)),
        (json!("stored"), 6)
    );
    let again = gate.call("bulk_schedule", arguments).await;
    refused(&again, &[("$.confirmation_token", "confirmation_invalid")]);
    let drafts = json!({ "posts": posts(6), "mode": "draft" });
    assert_eq!(
        gate.call("bulk_schedule", drafts).await["structuredContent"]["status"],
        "stored"
    );
}

#[tokio::test]
async fn the_same_key_gives_the_same_posts_and_another_call_with_it_is_refused() {
    let gate = Gate::new();
    let arguments = json!({ "posts": posts(2), "first_at": "2027-01-16T09:00:00Z", "idempotency_key": "a" });
    let ids = |result: &Value| {
        let posts = result["structuredContent"]["posts"]
            .as_array()
            .cloned()
            .unwrap_or_default();
        posts.iter().map(|post| post["id"].clone()).collect::<Vec<_>>()
    };
    let first = gate.call("bulk_schedule", arguments.clone()).await;
    let second = gate.call("bulk_schedule", arguments.clone()).await;
    assert_eq!((ids(&first), stored(&gate)), (ids(&second), 2));
    assert_eq!(second["structuredContent"]["posts"][1]["replayed"], true);
    let mut other = arguments;
    other["posts"][1]["content"] = json!("other");
    let result = gate.call("bulk_schedule", other).await;
    refused(&result, &[("$.posts[1]", "idempotency_mismatch")]);
    assert_eq!(stored(&gate), 2, "what an earlier call stored is not taken back");
}

#[tokio::test]
async fn a_rule_a_thread_and_labels_come_with_a_post() {
    let gate = Gate::new();
    let arguments = json!({
        "posts": [{
            "channels": ["mastodon"],
            "content": "Good morning",
            "thread": ["and more"],
            "tags": ["daily"],
            "publish_at": "2027-01-16T08:00",
            "repeat": { "frequency": "daily" },
        }],
        "zone": "Europe/Berlin",
    });
    let result = gate.call("bulk_schedule", arguments).await;
    assert_eq!(result["structuredContent"]["status"], "stored", "{result:#}");
    {
        let state = gate.fake.state();
        let post = &state.posts[0].post;
        assert_eq!(
            (post.entries.len(), post.tags.as_slice()),
            (2, ["daily".to_owned()].as_slice())
        );
    }
    let wrong = json!({ "posts": [{ "channels": ["x"], "content": "a", "repeat": { "frequency": "daily", "every": 0 } }], "mode": "draft" });
    refused(
        &gate.call("bulk_schedule", wrong).await,
        &[("$.posts[0].repeat.every", "malformed")],
    );
}

#[tokio::test]
async fn progress_is_told_to_clients_that_ask_for_it() {
    let gate = Gate::new();
    let mut params = json!({ "name": "bulk_schedule", "arguments": { "posts": posts(3), "first_at": "2027-01-16T09:00:00Z" } });
    let silent = gate
        .send(new_era("full", "tools/call", params.clone(), json!({})))
        .await;
    assert!(!silent.text.contains("notifications/progress"), "{}", silent.text);
    params["arguments"]["first_at"] = json!("2027-02-16T09:00:00Z");
    let mut request = new_era("full", "tools/call", params.clone(), json!({}));
    let mut body = params;
    body["_meta"] = json!({
        "io.modelcontextprotocol/protocolVersion": crate::client::NEW,
        "io.modelcontextprotocol/clientCapabilities": {},
        "progressToken": "p",
    });
    *request.body_mut() = crate::client::message("tools/call", body).to_string().into();
    let told = gate.send(request).await;
    assert!(
        told.header("content-type").starts_with("text/event-stream"),
        "{told:?}"
    );
    let progress = told.text.find("notifications/progress").expect("progress");
    let result = told.text.find("\"stored\"").expect("a result");
    assert!(progress < result, "{}", told.text);
}

#[tokio::test]
async fn a_post_is_cancelled_by_its_channel_and_minute() {
    let gate = Gate::new();
    let at = |time: &str| json!({ "posts": [{ "channels": ["x", "mastodon"], "content": time, "publish_at": time }], "zone": "Europe/Berlin" });
    for time in ["2027-01-16T09:00", "2027-01-16T10:00"] {
        gate.call("bulk_schedule", at(time)).await;
    }
    let nine = json!({ "channel": "twitter", "publish_at": "2027-01-16T09:00", "zone": "Europe/Berlin" });
    let result = gate.call("cancel_post", nine.clone()).await;
    let channels = &result["structuredContent"]["post"]["channels"];
    assert_eq!(
        (&channels[0]["state"], &channels[1]["state"]),
        (&json!("cancelled"), &json!("scheduled")),
        "{result:#}"
    );
    refused(
        &gate.call("cancel_post", nine).await,
        &[("$.publish_at", "not_found")],
    );
    refused(
        &gate.call("cancel_post", json!({ "channel": "x" })).await,
        &[("$.id", "missing_field")],
    );
    let naive = json!({ "channel": x(), "publish_at": "2027-01-16T09:00" });
    refused(
        &gate.call("cancel_post", naive).await,
        &[("$.publish_at", "time_naive")],
    );
}
