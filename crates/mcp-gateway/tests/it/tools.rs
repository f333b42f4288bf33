//! The tools at work.

use http::StatusCode;
use postern_domain::failure::{ErrorClass, Failure};
use postern_domain::id::{ChannelId, PublicationId};
use postern_domain::post::PostState;
use postern_domain::publication::State;
use postern_domain::review::Review;
use serde_json::{Value, json};

use crate::client::{Gate, new_era};
use crate::fake::NOW;

/// The channel on Mastodon.
pub(crate) fn mastodon() -> String {
    ChannelId::from_bits(10).to_string()
}

/// The channel on X.
pub(crate) fn x() -> String {
    ChannelId::from_bits(11).to_string()
}

/// One post for the compatible tool.
fn social(channel: &str, kind: &str, date: &str, text: &str) -> Value {
    json!({
        "integrationId": channel,
        "isPremium": false,
        "date": date,
        "shortLink": false,
        "type": kind,
        "postsAndComments": [{ "content": text, "attachments": [] }],
        "settings": [],
    })
}

async fn schedule(gate: &Gate, posts: Value) -> Value {
    gate.call("integrationSchedulePostTool", json!({ "socialPost": posts }))
        .await
}

/// Schedules one post on both channels and gives the ids of its parts.
pub(crate) async fn scheduled(gate: &Gate) -> Vec<String> {
    let date = "2027-01-16T09:00:00";
    let posts = json!([
        social(&mastodon(), "schedule", date, "<p>Hi</p>"),
        social(&x(), "schedule", date, "<p>Hi</p>")
    ]);
    let result = schedule(gate, posts).await;
    let made = result["structuredContent"]["output"]
        .as_array()
        .cloned()
        .unwrap_or_default();
    made.iter()
        .map(|made| made["postId"].as_str().unwrap_or_default().to_owned())
        .collect()
}

/// The post as the fake keeps it, for tests that move it by hand.
pub(crate) fn set_state(gate: &Gate, part: &str, stand: State) {
    let id: PublicationId = part.parse().unwrap();
    for view in &mut gate.fake.state().posts {
        for part in view
            .publications
            .iter_mut()
            .filter(|part| part.publication.id == id)
        {
            part.publication.state = stand;
        }
    }
}

/// The platform refused a part, which was tried so often with what it consists of now.
fn refuse(gate: &Gate, part: &str, tries: u32) {
    set_state(gate, part, State::Failed);
    let id: PublicationId = part.parse().unwrap();
    for view in &mut gate.fake.state().posts {
        for part in view
            .publications
            .iter_mut()
            .filter(|part| part.publication.id == id)
        {
            part.publication.tries = tries;
            part.publication.failure = Some(Failure {
                class: ErrorClass::Rejected,
                code: "text_refused".into(),
                provider_code: None,
                provider_message: None,
                cause: "the platform refused the text".into(),
                fix: "leave the word out".into(),
                attempt: 1,
                at: NOW,
            });
        }
    }
}

/// What is written for the channel of a part.
fn text_of(gate: &Gate, part: &str) -> String {
    let id: PublicationId = part.parse().unwrap();
    let state = gate.fake.state();
    let mut texts = state.posts.iter().flat_map(|view| {
        let parts = view.publications.iter().filter(|part| part.publication.id == id);
        parts.map(|part| view.post.entries_for(part.channel.id)[0].content.excerpt(20))
    });
    texts.next().unwrap()
}

pub(crate) fn problems(result: &Value) -> Vec<(String, String)> {
    let error = &result["structuredContent"];
    let error = if error["error"].is_object() {
        &error["error"]
    } else {
        &error["refusal"]
    };
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let all = error["problems"].as_array().cloned().unwrap_or_default();
    all.iter()
        .map(|problem| (text(&problem["path"]), text(&problem["code"])))
        .collect()
}

#[track_caller]
pub(crate) fn refused(result: &Value, wanted: &[(&str, &str)]) {
    let wanted: Vec<_> = wanted
        .iter()
        .map(|(path, code)| ((*path).to_owned(), (*code).to_owned()))
        .collect();
    assert_eq!(problems(result), wanted, "{result:#}");
}

pub(crate) fn text(result: &Value) -> &str {
    result["content"][0]["text"].as_str().unwrap_or_default()
}

#[tokio::test]
async fn the_list_is_a_contract() {
    let answer = Gate::new().new_era("tools/list", json!({})).await;
    insta::assert_json_snapshot!("tools", answer.json()["result"]["tools"]);
}

#[tokio::test]
async fn a_key_sees_and_calls_only_what_its_scopes_allow() {
    let gate = Gate::new();
    let names = async |key: &str| {
        let answer = gate.send(new_era(key, "tools/list", json!({}), json!({}))).await;
        let tools = answer.json()["result"]["tools"]
            .as_array()
            .cloned()
            .unwrap_or_default();
        tools
            .iter()
            .map(|tool| tool["name"].as_str().unwrap_or_default().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(names("full").await.len(), 24);
    assert_eq!(names("idle").await, ["channel_analytics", "server_time"]);
    let reading = [
        "channel_health",
        "find_slot",
        "get_post",
        "groupList",
        "integrationList",
        "integrationSchema",
        "list_media",
        "postsListTool",
        "schedule_summary",
        "server_time",
        "triggerTool",
    ];
    assert_eq!(names("reader").await, reading);
    let result = gate
        .call_as("reader", "cancel_post", json!({ "id": "post_1" }))
        .await;
    assert_eq!(result["isError"], true);
    refused(&result, &[("$", "scope_missing")]);
    assert!(
        text(&result).contains("posts:write") && text(&result).contains("owner or admin"),
        "{}",
        text(&result)
    );
}

#[tokio::test]
async fn a_connection_may_be_read_only() {
    let gate = Gate::new();
    let mut request = new_era("full", "tools/list", json!({}), json!({}));
    *request.uri_mut() = "/mcp?readonly=1".parse().unwrap();
    let tools = gate.send(request).await.json()["result"]["tools"]
        .as_array()
        .cloned()
        .unwrap_or_default();
    assert!(
        !tools.is_empty()
            && tools
                .iter()
                .all(|tool| tool["annotations"]["readOnlyHint"] == true)
    );
    let mut request = new_era(
        "full",
        "tools/call",
        json!({ "name": "cancel_post", "arguments": { "id": "a" } }),
        json!({}),
    );
    request
        .headers_mut()
        .insert("x-mcp-readonly", "true".parse().unwrap());
    refused(&gate.send(request).await.json()["result"], &[("$", "forbidden")]);
}

#[tokio::test]
async fn channels_and_groups_are_listed() {
    let gate = Gate::new();
    let all = gate.call("integrationList", json!({})).await;
    let output = &all["structuredContent"]["output"];
    assert_eq!(output[0]["id"], mastodon());
    assert_eq!(output[0]["customer"]["name"], "Acme");
    assert_eq!(
        (&output[1]["platform"], &output[1]["picture"]),
        (&json!("x"), &json!("/no-picture.jpg"))
    );
    assert_eq!(
        text(&all),
        all["structuredContent"].to_string(),
        "the text is the JSON of the facts"
    );
    let groups = gate.call("groupList", json!({})).await;
    let group = groups["structuredContent"]["output"][0]["id"].clone();
    let one = gate.call("integrationList", json!({ "group": group })).await;
    assert_eq!(
        one["structuredContent"]["output"].as_array().map(Vec::len),
        Some(1)
    );
    let none = gate.call("integrationList", json!({ "group": "nobody" })).await;
    assert_eq!(none["structuredContent"]["output"], json!([]));
}

#[tokio::test]
async fn a_platform_tells_what_it_needs() {
    let gate = Gate::new();
    let needs = async |platform: &str| {
        let result = gate
            .call(
                "integrationSchema",
                json!({ "isPremium": "false", "platform": platform }),
            )
            .await;
        result["structuredContent"]["output"].clone()
    };
    let on_x = needs("x").await;
    assert_eq!(on_x["maxLength"], 280);
    assert_eq!(
        on_x["settings"]["properties"]["who_can_reply_post"]["enum"],
        json!(["everyone", "verified"])
    );
    assert_eq!(on_x["tools"][0]["methodName"], "communities");
    assert_eq!(
        needs("mastodon").await["settings"],
        "No additional settings required"
    );
    let unknown = needs("mastodn").await;
    assert_eq!(
        (&unknown["maxLength"], &unknown["settings"]),
        (&json!(0), &json!({}))
    );
    assert!(
        unknown["note"]
            .as_str()
            .is_some_and(|note| note.contains("Did you mean mastodon?")),
        "{unknown}"
    );
}

#[tokio::test]
async fn look_ups_are_passed_on() {
    let gate = Gate::new();
    let arguments = json!({ "integrationId": x(), "methodName": "communities", "dataSchema": [{ "key": "word", "value": 5 }] });
    let result = gate.call("triggerTool", arguments).await;
    assert_eq!(
        result["structuredContent"]["output"],
        json!([{ "id": 7, "name": "5" }])
    );
    let arguments = json!({ "integrationId": "Acme on Y", "methodName": "communities", "dataSchema": "[]" });
    let result = gate.call("triggerTool", arguments).await;
    refused(&result, &[("$.integrationId", "unknown_channel")]);
    assert!(
        text(&result).contains(&x()) && text(&result).contains("integrationList"),
        "{}",
        text(&result)
    );
}

#[tokio::test]
async fn posts_are_scheduled_on_several_channels_as_one() {
    let gate = Gate::new();
    let parts = scheduled(&gate).await;
    assert_eq!(parts.len(), 2);
    assert_eq!(gate.fake.state().posts.len(), 1);
    let listed = gate
        .call(
            "postsListTool",
            json!({ "startDate": "2027-01-16", "endDate": "2027-01-17" }),
        )
        .await;
    let posts = &listed["structuredContent"]["output"]["posts"];
    assert_eq!(posts.as_array().map(Vec::len), Some(2));
    assert_eq!(posts[0]["id"], parts[0]);
    assert_eq!(posts[0]["publishDate"], "2027-01-16T09:00:00");
    assert_eq!(
        (&posts[1]["state"], &posts[1]["status"]),
        (&json!("QUEUE"), &json!("scheduled"))
    );
    assert_eq!(posts[1]["settings"]["__type"], "x");
    assert_eq!(posts[1]["content"], "<p>Hi</p>");
    assert_eq!(posts[1]["group"], posts[0]["group"]);
}

#[tokio::test]
async fn the_documented_name_of_the_scheduling_tool_works_too() {
    let gate = Gate::new();
    let posts = json!([social(&mastodon(), "draft", "", "Hi")]);
    let result = gate
        .call("schedulePostTool", json!({ "socialPost": posts.to_string() }))
        .await;
    assert_eq!(
        result["structuredContent"]["output"][0]["integration"],
        mastodon()
    );
    assert_eq!(gate.fake.state().posts[0].state.as_str(), "draft");
}

#[tokio::test]
async fn times_without_a_zone_are_utc_for_the_compatible_tools() {
    let gate = Gate::new();
    for (date, instant) in [
        ("2027-02-01T10:00:00", "2027-02-01T10:00:00.000Z"),
        ("2027-02-01T10:00:00+02:00", "2027-02-01T08:00:00.000Z"),
    ] {
        schedule(&gate, json!([social(&mastodon(), "schedule", date, date)])).await;
        let at = gate
            .fake
            .state()
            .posts
            .last()
            .and_then(|view| view.post.publish_at.clone())
            .unwrap();
        assert_eq!(
            (at.instant.to_rfc3339().as_str(), at.zone.name()),
            (instant, "Europe/Berlin")
        );
    }
}

#[tokio::test]
async fn the_same_post_is_not_made_twice() {
    let gate = Gate::new();
    let posts = json!([social(&mastodon(), "schedule", "2027-02-01", "Hi")]);
    let first = schedule(&gate, posts.clone()).await;
    let again = schedule(&gate, posts.clone()).await;
    assert_eq!(
        again["structuredContent"]["output"][0]["postId"],
        first["structuredContent"]["output"][0]["postId"]
    );
    assert_eq!(again["structuredContent"]["output"][0]["replayed"], true);
    assert!(again["structuredContent"]["note"].is_string());
    let keyed = |posts: &Value| json!({ "socialPost": posts, "idempotency_key": "k" });
    gate.call("integrationSchedulePostTool", keyed(&posts)).await;
    gate.fake.state().now = Some(NOW.plus(std::time::Duration::from_hours(1)));
    let later = gate.call("integrationSchedulePostTool", keyed(&posts)).await;
    assert_eq!(later["structuredContent"]["output"][0]["replayed"], true);
    let other = gate
        .call(
            "integrationSchedulePostTool",
            keyed(&json!([social(&mastodon(), "schedule", "2027-02-01", "Ho")])),
        )
        .await;
    refused(&other, &[("$.idempotency_key", "idempotency_mismatch")]);
    assert_eq!(gate.fake.state().posts.len(), 2);
}

#[tokio::test]
async fn a_cancelled_post_can_be_written_again() {
    let gate = Gate::new();
    let posts = json!([social(&mastodon(), "schedule", "2027-02-01", "Hi")]);
    let first = schedule(&gate, posts.clone()).await["structuredContent"]["output"][0]["postId"].clone();
    gate.call("cancel_post", json!({ "id": first })).await;
    let again = schedule(&gate, posts).await["structuredContent"]["output"][0].clone();
    assert!(
        again["postId"] != first && again.get("replayed").is_none(),
        "{again}"
    );
}

#[tokio::test]
async fn a_refusal_by_a_platform_names_channel_place_and_fix_of_every_problem() {
    let gate = Gate::new();
    let long = "y".repeat(600);
    let posts = json!([
        social(&mastodon(), "schedule", "2027-02-01", &long),
        social(&x(), "schedule", "2027-02-01", &long),
    ]);
    let result = schedule(&gate, posts).await;
    assert_eq!(result["isError"], false, "as the compatible tool answers");
    let errors = result["structuredContent"]["output"]["errors"]
        .as_str()
        .unwrap_or_default();
    assert!(errors.contains("Acme news: $.socialPost[0].postsAndComments[0].content is too long. Received: 600 characters. Allowed: 500 characters. Fix: shorten the text."), "{errors}");
    assert!(errors.contains("Acme on X: $.socialPost[1]"), "{errors}");
    refused(
        &result,
        &[
            ("$.socialPost[0].postsAndComments[0].content", "text_too_long"),
            ("$.socialPost[1].postsAndComments[0].content", "text_too_long"),
        ],
    );
    assert!(gate.fake.state().posts.is_empty());
}

#[tokio::test]
async fn wrong_arguments_are_told_all_at_once() {
    let gate = Gate::new();
    let mut first = social("chn_nobody", "later", "2027-02-01", "Hi");
    first.as_object_mut().unwrap().remove("settings");
    let result = schedule(&gate, json!([first, social("", "draft", "", "Hi")])).await;
    assert_eq!(result["isError"], true);
    refused(
        &result,
        &[
            ("$.socialPost[0].type", "malformed"),
            ("$.socialPost[0].settings", "missing_field"),
        ],
    );
    assert!(
        text(&result).contains("Allowed: draft, schedule, now."),
        "{}",
        text(&result)
    );
    let posts = json!([
        social("chn_nobody", "schedule", "soon", "Hi"),
        social(&x(), "schedule", "", "Hi")
    ]);
    refused(
        &schedule(&gate, posts).await,
        &[
            ("$.socialPost[0].integrationId", "unknown_channel"),
            ("$.socialPost[0].date", "time_malformed"),
            ("$.socialPost[1].date", "time_malformed"),
        ],
    );
    assert!(gate.fake.state().posts.is_empty());
}

#[tokio::test]
async fn channels_that_do_not_exist_are_named_however_many_are_asked_for() {
    let gate = Gate::new();
    let gone = ChannelId::from_bits(99).to_string();
    let date = "2027-01-16T09:00:00";
    let alone = json!([social(&gone, "schedule", date, "Hi")]);
    let beside = json!([
        social(&x(), "schedule", date, "Hi"),
        social(&gone, "schedule", date, "Hi")
    ]);
    let apart = json!([
        social(&x(), "schedule", date, "Hi"),
        social(&gone, "draft", "", "Hi")
    ]);
    for (posts, path) in [
        (alone, "$.socialPost[0].integrationId"),
        (beside, "$.socialPost[1].integrationId"),
        (apart, "$.socialPost[1].integrationId"),
    ] {
        let result = schedule(&gate, posts).await;
        assert_eq!(result["isError"], true);
        refused(&result, &[(path, "unknown_channel")]);
        assert!(text(&result).contains("Acme on X"), "{}", text(&result));
    }
    assert!(gate.fake.state().posts.is_empty());
}

#[tokio::test]
async fn lists_are_cut_where_they_get_too_long() {
    let gate = Gate::new();
    let text = "z".repeat(490);
    for day in 1..=28 {
        let posts = (0..4).map(|hour| {
            social(
                &mastodon(),
                "schedule",
                &format!("2027-02-{day:02}T{hour:02}:00:00"),
                &text,
            )
        });
        schedule(&gate, posts.collect()).await;
        gate.fake.state().now = Some(NOW.plus(std::time::Duration::from_secs(day * 60)));
    }
    let mut from = "2027-02-01T00:00:00".to_owned();
    let mut seen = 0;
    for _ in 0..10 {
        let list = gate
            .call_as(
                "other",
                "postsListTool",
                json!({ "startDate": from, "endDate": "2027-03-01" }),
            )
            .await;
        let size = list["content"][0]["text"].as_str().map_or(0, str::len);
        assert!(size <= 40_000, "{size}");
        let output = &list["structuredContent"]["output"];
        seen += output["posts"].as_array().map_or(0, Vec::len);
        match output["nextStartDate"].as_str() {
            Some(next) => from = next.to_owned(),
            None => break,
        }
    }
    assert_eq!(seen, 112);
}

#[tokio::test]
async fn settings_are_merged_into_one_channel() {
    let gate = Gate::new();
    let parts = scheduled(&gate).await;
    let settings = json!([{ "key": "who_can_reply_post", "value": "verified" }, { "key": "made", "value": { "with": "ai" } }]);
    let result = gate
        .call(
            "postSettingsTool",
            json!({ "id": parts[1], "settings": settings }),
        )
        .await;
    assert_eq!(
        result["structuredContent"]["output"],
        json!({ "postId": parts[1], "publishDate": "2027-01-16T09:00:00" })
    );
    let list = gate
        .call(
            "postsListTool",
            json!({ "startDate": "2027-01-16", "endDate": "2027-01-17" }),
        )
        .await;
    let posts = &list["structuredContent"]["output"]["posts"];
    assert_eq!(posts[1]["settings"]["made"], json!({ "with": "ai" }));
    assert_eq!(posts[0]["settings"], json!({ "__type": "mastodon" }));
    let whole = posts[0]["group"].clone();
    let result = gate
        .call("postSettingsTool", json!({ "id": whole, "settings": [] }))
        .await;
    refused(&result, &[("$.id", "malformed")]);
    assert!(
        text(&result).contains(&parts[0]) && text(&result).contains(&parts[1]),
        "{}",
        text(&result)
    );
}

#[tokio::test]
async fn media_comes_from_public_addresses_only() {
    let gate = Gate::new();
    let result = gate
        .call("uploadFromUrlTool", json!({ "url": "https://example.org/a.png" }))
        .await;
    let path = result["structuredContent"]["path"].clone();
    assert_eq!(path, "https://post.example.org/uploads/2027/01/15/picture.png");
    let mut post = social(&mastodon(), "draft", "", "Hi");
    post["postsAndComments"][0]["attachments"] = json!([path]);
    schedule(&gate, json!([post])).await;
    assert_eq!(gate.fake.state().posts[0].post.entries[0].media.len(), 1);
    let result = gate
        .call("uploadFromUrlTool", json!({ "url": "http://127.0.0.1/a.png" }))
        .await;
    assert_eq!(result["isError"], false, "as the compatible tool answers");
    assert!(
        result["structuredContent"]["error"]
            .as_str()
            .is_some_and(|error| error.contains("private address"))
    );
}

#[tokio::test]
async fn one_post_is_shown_with_what_became_of_it() {
    let gate = Gate::new();
    let parts = scheduled(&gate).await;
    let short = gate.call("get_post", json!({ "id": parts[0] })).await;
    insta::assert_json_snapshot!("get_post", short["structuredContent"]);
    assert!(text(&short).starts_with("Post post_"), "{}", text(&short));
    let full = gate
        .call("get_post", json!({ "id": parts[0], "detail": "full" }))
        .await;
    assert_eq!(
        full["structuredContent"]["post"]["entries"],
        json!([{ "content": "<p>Hi</p>" }])
    );
    for id in ["nonsense", "post_00000000000000000000000000"] {
        let result = gate.call("get_post", json!({ "id": id })).await;
        refused(&result, &[("$.id", "not_found")]);
        assert!(text(&result).contains("postsListTool"), "{}", text(&result));
    }
}

#[tokio::test]
async fn a_post_is_moved_and_rewritten() {
    let gate = Gate::new();
    let id = scheduled(&gate).await[0].clone();
    let change = async |arguments: Value| {
        let mut all = arguments;
        all["id"] = json!(id);
        gate.call("update_post", all).await
    };
    let moved = change(json!({ "publish_at": "2027-01-20T09:00", "zone": "America/New_York" })).await;
    assert_eq!(
        moved["structuredContent"]["post"]["publish_at"]["utc"],
        "2027-01-20T14:00:00.000Z"
    );
    assert_eq!(
        moved["structuredContent"]["post"]["publish_at"]["local"],
        "2027-01-20T15:00:00+01:00"
    );
    let draft =
        change(json!({ "draft": true, "entries": [{ "content": "New" }, { "content": "Thread" }] })).await;
    assert_eq!(draft["structuredContent"]["post"]["state"], "draft");
    assert_eq!(draft["structuredContent"]["post"]["excerpt"], "New");
    let still = change(json!({ "publish_at": "2027-01-21T09:00:00Z" })).await;
    assert_eq!(
        still["structuredContent"]["post"]["state"], "draft",
        "a new time alone keeps a draft a draft"
    );
    let back = change(json!({ "draft": "false" })).await;
    assert_eq!(back["structuredContent"]["post"]["state"], "scheduled");
    refused(
        &change(json!({ "publish_at": "2027-01-20T09:00" })).await,
        &[("$.publish_at", "time_naive")],
    );
    refused(
        &change(json!({ "publish_at": "2026-01-20T09:00Z" })).await,
        &[("$.publish_at", "publish_time_passed")],
    );
    refused(&change(json!({})).await, &[("$", "missing_field")]);
    let typo = change(json!({ "publishAt": "2027-01-20T09:00Z" })).await;
    refused(&typo, &[("$.publishAt", "malformed")]);
    assert!(
        text(&typo).contains("did you mean `publish_at`"),
        "{}",
        text(&typo)
    );
    set_state(&gate, &id, State::Published);
    refused(&change(json!({ "draft": true })).await, &[("$", "post_settled")]);
}

#[tokio::test]
async fn a_post_is_cancelled_on_one_channel_or_on_all() {
    let gate = Gate::new();
    let parts = scheduled(&gate).await;
    let one = gate.call("cancel_post", json!({ "id": parts[0] })).await;
    let states: Vec<_> = one["structuredContent"]["post"]["channels"]
        .as_array()
        .unwrap()
        .iter()
        .map(|part| part["state"].clone())
        .collect();
    assert_eq!(states, ["cancelled", "scheduled"]);
    let whole = one["structuredContent"]["post"]["id"].clone();
    set_state(&gate, &parts[1], State::Published);
    let late = gate.call("cancel_post", json!({ "id": whole })).await;
    assert_eq!(late["isError"], true);
}

#[tokio::test]
async fn what_failed_is_tried_again_and_doubt_is_settled() {
    let gate = Gate::new();
    let parts = scheduled(&gate).await;
    assert_eq!(
        gate.call("retry_post", json!({ "id": parts[0] })).await["isError"],
        true,
        "it has not failed"
    );
    set_state(&gate, &parts[0], State::Failed);
    let again = gate.call("retry_post", json!({ "id": parts[0] })).await;
    assert_eq!(
        again["structuredContent"]["post"]["channels"][0]["state"],
        "scheduled"
    );
    set_state(&gate, &parts[1], State::Unconfirmed);
    let whole = again["structuredContent"]["post"]["id"].clone();
    let answer = json!({ "id": whole, "outcome": "published", "url": "https://x.example/1" });
    let settled = gate.call("resolve_post", answer).await;
    assert_eq!(
        settled["structuredContent"]["post"]["channels"][1]["state"], "published",
        "{settled:#}"
    );
    assert_eq!(
        gate.call(
            "resolve_post",
            json!({ "id": parts[1], "outcome": "not_published" })
        )
        .await["isError"],
        true
    );
}

#[tokio::test]
async fn what_was_refused_must_be_changed_before_it_is_tried_again() {
    let gate = Gate::new();
    let parts = scheduled(&gate).await;
    refuse(&gate, &parts[0], 1);
    let before = gate.call("get_post", json!({ "id": parts[0] })).await;
    let again = gate.call("retry_post", json!({ "id": parts[0] })).await;
    refused(&again, &[("$", "not_retryable")]);
    assert!(
        text(&again).contains("change what its error names"),
        "{}",
        text(&again)
    );
    assert_eq!(gate.call("get_post", json!({ "id": parts[0] })).await, before);
    // A change gives back the budget of tries.
    refuse(&gate, &parts[0], 0);
    assert_ne!(
        gate.call("retry_post", json!({ "id": parts[0] })).await["isError"],
        true
    );
}

#[tokio::test]
async fn of_two_edits_of_one_version_the_second_is_refused() {
    let gate = Gate::new();
    let id = scheduled(&gate).await[0].clone();
    let read = gate.call("get_post", json!({ "id": id })).await;
    let version = read["structuredContent"]["post"]["version"].clone();
    assert!(version.is_u64(), "{read:#}");
    let change = |text: &str| {
        let entries = json!([{ "content": text }]);
        gate.call(
            "update_post",
            json!({ "id": id, "entries": entries, "expected_version": version }),
        )
    };
    assert_ne!(change("first").await["isError"], true);
    let second = change("second").await;
    refused(&second, &[("$.expected_version", "version_conflict")]);
    let stored = gate.call("get_post", json!({ "id": id })).await;
    assert_eq!(stored["structuredContent"]["post"]["excerpt"], "first");
}

#[tokio::test]
async fn beside_what_is_out_a_part_is_changed_alone() {
    let gate = Gate::new();
    let parts = scheduled(&gate).await;
    set_state(&gate, &parts[0], State::Published);
    set_state(&gate, &parts[1], State::Failed);
    let entries = json!([{ "content": "Only here" }]);
    let changed = gate
        .call("update_post", json!({ "id": parts[1], "entries": entries }))
        .await;
    assert_ne!(changed["isError"], true, "{changed:#}");
    let texts = [0, 1].map(|at| text_of(&gate, &parts[at]));
    assert_eq!(texts[1], "Only here");
    assert_ne!(texts[0], "Only here", "what is out keeps its text");
}

#[tokio::test]
async fn a_slot_is_found_and_an_unknown_channel_is_named() {
    let gate = Gate::new();
    let found = gate.call("find_slot", json!({ "channel_id": mastodon() })).await;
    assert_eq!(
        found["structuredContent"]["slot"]["local"],
        "2027-01-15T10:00:00+01:00"
    );
    for id in ["Acme news", "chn_00000000000000000000000000"] {
        let result = gate.call("find_slot", json!({ "channel_id": id })).await;
        refused(&result, &[("$.channel_id", "unknown_channel")]);
    }
}

#[tokio::test]
async fn a_backend_that_goes_away_in_between_is_a_reason_to_try_again() {
    let gate = Gate::new();
    gate.fake.state().away = true;
    let answer = gate
        .send(new_era(
            "full",
            "tools/call",
            json!({ "name": "server_time" }),
            json!({}),
        ))
        .await;
    assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
}

#[tokio::test]
async fn everything_or_one_channel_is_paused_and_resumed() {
    let gate = Gate::new();
    let paused = |result: &Value| result["structuredContent"]["paused"].clone();
    let nothing = gate.call("pause", json!({ "action": "status" })).await;
    assert_eq!(paused(&nothing), json!([]));
    let whole = gate.call("pause", json!({ "action": "pause" })).await;
    assert_eq!(paused(&whole)[0]["scope"], "workspace", "{whole:#}");
    let one = json!({ "action": "pause", "scope": "channel", "channel_id": mastodon() });
    let both = gate.call("pause", one).await;
    assert_eq!(paused(&both)[1]["channel_id"], json!(mastodon()));
    let resume = json!({ "action": "resume", "missed": "send" });
    let resumed = gate.call("pause", resume).await;
    assert_eq!(resumed["structuredContent"]["resumed"]["released"], 2);
    assert_eq!(paused(&resumed)[0]["scope"], "channel");
    let without = json!({ "action": "pause", "scope": "channel" });
    refused(
        &gate.call("pause", without).await,
        &[("$.channel_id", "missing_field")],
    );
    let strange = json!({ "action": "pause", "scope": "channel", "channel_id": "Acme news" });
    refused(
        &gate.call("pause", strange).await,
        &[("$.channel_id", "unknown_channel")],
    );
    let others = json!({ "action": "pause", "scope": "instance" });
    refused(&gate.call("pause", others).await, &[("$.scope", "forbidden")]);
}

#[tokio::test]
async fn what_waits_for_approval_is_decided_and_the_reason_is_told() {
    let gate = Gate::new();
    let parts = scheduled(&gate).await;
    let ask = || {
        for view in &mut gate.fake.state().posts {
            view.post.draft = true;
            view.post.review = Some(Review::asked("Eve", view.post.created_at));
            view.state = PostState::NeedsApproval;
            for part in &mut view.publications {
                part.publication.state = State::Draft;
            }
        }
    };
    ask();
    let waiting = gate.call("get_post", json!({ "id": parts[0] })).await;
    let post = &waiting["structuredContent"]["post"];
    assert_eq!(
        (&post["state"], &post["approval"]),
        (&json!("needs_approval"), &json!("waiting, asked for by \"Eve\""))
    );
    let id = post["id"].clone();
    let reject = json!({ "id": id, "decision": "reject", "reason": "no logo" });
    let rejected = gate.call("review_post", reject).await;
    let post = &rejected["structuredContent"]["post"];
    assert_eq!(
        (
            &post["state"],
            post["approval"].as_str().unwrap().contains(": \"no logo\"")
        ),
        (&json!("draft"), true)
    );
    ask();
    let approve = json!({ "id": id, "decision": "approve" });
    let approved = gate.call("review_post", approve).await;
    let post = &approved["structuredContent"]["post"];
    assert_eq!(
        (
            &post["state"],
            post["approval"].as_str().unwrap().starts_with("approved by")
        ),
        (&json!("scheduled"), true)
    );
}
