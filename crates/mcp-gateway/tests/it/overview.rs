//! What is planned, what happened, whether channels work, and the library.

use postern_domain::channel::Health;
use postern_domain::publication::State;
use serde_json::{Value, json};

use crate::client::Gate;
use crate::fake::NOW;
use crate::tools::{mastodon, refused, scheduled, set_state, text};

#[tokio::test]
async fn what_is_planned_is_counted_by_day_and_platform() {
    let gate = Gate::new();
    let posts = json!([
        { "channels": ["x", "mastodon"], "content": "a", "publish_at": "2027-01-16T23:30:00+01:00" },
        { "channels": ["mastodon"], "content": "b", "publish_at": "2027-01-17T00:30:00+01:00" },
        { "channels": ["mastodon"], "content": "far", "publish_at": "2027-03-17T00:30:00+01:00" },
    ]);
    gate.call("bulk_schedule", json!({ "posts": posts })).await;
    let result = gate.call("schedule_summary", json!({})).await;
    let facts = &result["structuredContent"];
    assert_eq!(facts["scheduled"], 3, "{result:#}");
    assert_eq!(
        facts["days"],
        json!([
            { "day": "2027-01-16", "scheduled": 2, "platforms": [
                { "platform": "mastodon", "scheduled": 1 }, { "platform": "x", "scheduled": 1 } ] },
            { "day": "2027-01-17", "scheduled": 1, "platforms": [{ "platform": "mastodon", "scheduled": 1 }] },
        ])
    );
    let one = gate
        .call(
            "schedule_summary",
            json!({ "platform": "Twitter", "days": 90, "zone": "America/New_York" }),
        )
        .await;
    assert_eq!(one["structuredContent"]["days"][0]["day"], "2027-01-16");
    assert_eq!(one["structuredContent"]["scheduled"], 1);
    refused(
        &gate.call("schedule_summary", json!({ "zone": "Mars" })).await,
        &[("$.zone", "zone_unknown")],
    );
    refused(
        &gate.call("schedule_summary", json!({ "days": 500 })).await,
        &[("$.days", "malformed")],
    );
}

#[tokio::test]
async fn channels_tell_whether_they_work_and_what_to_do() {
    let gate = Gate::new();
    let well = gate.call("channel_health", json!({})).await;
    assert_eq!(well["structuredContent"]["all_ready"], true);
    {
        let mut state = gate.fake.state();
        state.channels[1].health = Health::NeedsReconnect {
            reason: "the grant was withdrawn".into(),
            since: NOW,
        };
        state.channels[0].grant_expires_at = Some(NOW.plus(std::time::Duration::from_hours(48)));
    }
    let ill = gate.call("channel_health", json!({})).await;
    let states: Vec<_> = ill["structuredContent"]["channels"]
        .as_array()
        .unwrap()
        .iter()
        .map(|channel| channel["state"].clone())
        .collect();
    assert_eq!(json!(states), json!(["ending_soon", "reconnect"]));
    assert_eq!(ill["structuredContent"]["all_ready"], false);
    assert!(
        text(&ill).starts_with("2 of 2 channels want attention."),
        "{}",
        text(&ill)
    );
    let one = gate.call("channel_health", json!({ "channel": "twitter" })).await;
    assert_eq!(
        one["structuredContent"]["channels"].as_array().map(Vec::len),
        Some(1)
    );
    refused(
        &gate.call("channel_health", json!({ "channel": "nobody" })).await,
        &[("$.channel", "unknown_channel")],
    );
}

#[tokio::test]
async fn figures_that_nobody_has_collected_are_not_made_up() {
    let gate = Gate::new();
    let parts = scheduled(&gate).await;
    let none = gate.call("post_analytics", json!({ "last": 10 })).await;
    assert_eq!(none["structuredContent"]["posts"], json!([]));
    set_state(&gate, &parts[0], State::Published);
    let one = gate.call("post_analytics", json!({ "id": parts[0] })).await;
    let facts = &one["structuredContent"];
    assert_eq!(
        (&facts["collected"], &facts["posts"][0]["id"]),
        (&json!(false), &json!(parts[0]))
    );
    assert_eq!(
        facts["posts"][0]["note"],
        "No analytics data available for this post yet"
    );
    assert!(text(&one).contains("have been collected yet"), "{}", text(&one));
    let channels = gate.call("channel_analytics", json!({ "days": 7 })).await;
    let facts = &channels["structuredContent"];
    assert_eq!(facts["collected"], false);
    assert_eq!(
        (
            &facts["channels"][0]["published"],
            &facts["channels"][0]["failed"]
        ),
        (&json!(4), &json!(1))
    );
    assert_eq!(facts["channels"][0]["by_day"].as_array().map(Vec::len), Some(2));
    let one = gate.call("channel_analytics", json!({ "channel": "x" })).await;
    assert_eq!(
        one["structuredContent"]["channels"].as_array().map(Vec::len),
        Some(1)
    );
}

#[tokio::test]
async fn files_are_listed_and_a_place_for_new_ones_is_given() {
    let gate = Gate::new();
    gate.call("uploadFromUrlTool", json!({ "url": "https://example.com/a.png" }))
        .await;
    let listed = gate.call("list_media", json!({ "kind": "image" })).await;
    let file: &Value = &listed["structuredContent"]["media"][0];
    assert_eq!(
        (&file["width"], &file["kind"]),
        (&json!(1), &json!("image")),
        "{listed:#}"
    );
    refused(
        &gate.call("list_media", json!({ "kind": "film" })).await,
        &[("$.kind", "malformed")],
    );
    let place = gate
        .call("create_media_upload", json!({ "name": "sunset.jpg" }))
        .await;
    assert!(
        place["structuredContent"]["upload_url"]
            .as_str()
            .unwrap()
            .starts_with("https://post.example.org/api/uploads/")
    );
    refused(
        &gate.call("create_media_upload", json!({ "name": " " })).await,
        &[("$.name", "malformed")],
    );
    let large = json!({ "name": "film.mp4", "bytes": 5_000_000_000_u64 });
    refused(
        &gate.call("create_media_upload", large).await,
        &[("$.bytes", "media_too_large")],
    );
}

#[tokio::test]
async fn a_dry_run_of_the_compatible_tool_stores_nothing() {
    let gate = Gate::new();
    let post = json!({
        "integrationId": mastodon(), "isPremium": false, "date": "2027-01-16T09:00:00", "shortLink": false,
        "type": "now", "postsAndComments": [{ "content": "<p>Hi</p>", "attachments": [] }], "settings": [],
    });
    let result = gate
        .call(
            "integrationSchedulePostTool",
            json!({ "socialPost": [post], "dry_run": true }),
        )
        .await;
    let facts = &result["structuredContent"];
    assert_eq!(facts["preview"][0]["entries"][0]["text"], "Hi", "{result:#}");
    assert_eq!(
        (facts["output"].clone(), gate.fake.state().posts.len()),
        (json!([]), 0)
    );
}
