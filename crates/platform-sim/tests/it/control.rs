//! The control interface, the pages, and what is kept.

use postern_platform_sim::{Options, Sim};
use serde_json::{Value, json};

use crate::probe::Probe;
use crate::{linkedin, mastodon, x};

async fn say(probe: &Probe, text: &str) -> Value {
    let ada = mastodon::join(probe, "/mastodon", "ada", "write:statuses profile").await;
    probe
        .post(
            "/mastodon/api/v1/statuses",
            &[("authorization", &ada.bearer())],
            &json!({ "status": text }),
        )
        .await
        .json()
}

#[tokio::test]
async fn the_journal_has_one_row_per_thing() {
    let probe = Probe::new();
    let status = say(&probe, "hello <world>").await;
    let rows = probe.journal("mastodon").await;
    let row = &rows[0];
    assert_eq!(rows.len(), 1);
    for (name, want) in [
        ("platform", json!("mastodon")),
        ("account", json!("ada")),
        ("id", status["id"].clone()),
        ("text", json!("hello <world>")),
        ("media", json!([])),
        ("in_reply_to", Value::Null),
        ("at", json!("2025-11-20T09:00:00.000Z")),
        ("idempotency_key", Value::Null),
        ("url", status["url"].clone()),
    ] {
        assert_eq!(row[name], want, "{name}");
    }
    assert_eq!(probe.sim.journal().len(), 1);
    assert_eq!(probe.journal("bluesky").await.len(), 0);
    assert_eq!(probe.get("/_sim/journal?platform=myspace", &[]).await.status, 422);
}

#[tokio::test]
async fn unknown_words_are_named_with_what_is_allowed() {
    let probe = Probe::new();
    let answer = probe.post("/_sim/faults", &[], &json!({ "platform": "myspace", "operation": "smile", "kind": "burn", "count": 0, "delay_ms": -1, "mood": 1 })).await;
    assert_eq!(answer.status, 422);
    let problems = answer.json()["problems"].as_array().cloned().unwrap_or_default();
    assert_eq!(problems.len(), 6, "{problems:?}");
    assert_eq!(
        problems[0],
        "field platform is myspace, allowed: mastodon, bluesky, x, linkedin"
    );
    let settings = probe
        .post(
            "/_sim/settings",
            &[],
            &json!({ "platform": "x", "premium": "yes" }),
        )
        .await;
    assert_eq!(settings.status, 422);
    let unknown = probe
        .post("/_sim/settings", &[], &json!({ "platform": "x", "colour": 1 }))
        .await;
    assert!(
        unknown.status == 422
            && unknown
                .text()
                .contains("field colour is unknown, allowed: premium")
    );
    assert_eq!(probe.get("/_sim/faults", &[]).await.json(), json!([]));
}

#[tokio::test]
async fn requests_are_kept_without_their_secrets() {
    let probe = Probe::new();
    say(&probe, "a text").await;
    linkedin::join(&probe, "ada", "openid profile").await;
    x::sign_in(&probe, "ada").await;
    let requests = probe.get("/_sim/requests", &[]).await;
    let rows = requests.json();
    let rows = rows.as_array().expect("rows");
    let token = rows
        .iter()
        .find(|row| row["path"] == "/mastodon/oauth/token")
        .expect("a token request");
    assert_eq!(
        (&token["body"]["client_secret"], &token["body"]["code"]),
        (&json!("[redacted]"), &json!("[redacted]"))
    );
    assert_eq!(token["body"]["grant_type"], "authorization_code");
    assert_eq!(token["status"], 200);
    let status = rows
        .iter()
        .find(|row| row["path"] == "/mastodon/api/v1/statuses")
        .expect("a status request");
    assert_eq!(status["body"]["status"], "a text");
    assert!(!requests.text().to_lowercase().contains("bearer"));
    assert!(!requests.text().contains("sandbox-secret"));
    assert_eq!(
        probe
            .get("/_sim/requests?platform=linkedin", &[])
            .await
            .json()
            .as_array()
            .map(Vec::len),
        Some(2)
    );
}

#[tokio::test]
async fn what_nothing_answers_is_remembered() {
    let probe = Probe::new();
    for platform in ["mastodon", "bluesky", "x", "linkedin"] {
        assert_eq!(
            probe
                .get(&format!("/{platform}/2/never/heard/of"), &[])
                .await
                .status,
            404,
            "{platform}"
        );
    }
    assert_eq!(
        probe
            .get("/_sim/unexpected", &[])
            .await
            .json()
            .as_array()
            .map(Vec::len),
        Some(4)
    );
    assert_eq!(probe.sim.unexpected()[2], "GET /x/2/never/heard/of");
}

#[tokio::test]
async fn a_reset_forgets_posts_and_tokens_but_not_settings() {
    let probe = Probe::new();
    probe.set(json!({ "platform": "x", "premium": true })).await;
    let ada = mastodon::join(&probe, "/mastodon", "ada", "write:statuses profile").await;
    say(&probe, "gone soon").await;
    probe
        .fault(json!({ "platform": "any", "operation": "any", "kind": "reset", "probability": 0.5 }))
        .await;
    assert_eq!(probe.delete("/_sim", &[]).await.status, 204);
    assert_eq!(probe.sim.journal().len(), 0);
    assert_eq!(probe.get("/_sim/faults", &[]).await.json(), json!([]));
    assert_eq!(
        probe
            .get(
                "/mastodon/api/v1/accounts/verify_credentials",
                &[("authorization", &ada.bearer())]
            )
            .await
            .status,
        401
    );
    assert_eq!(
        probe.get("/_sim/settings", &[]).await.json()["x"]["premium"],
        true
    );
}

#[tokio::test]
async fn people_find_their_way() {
    let probe = Probe::new();
    say(&probe, "hello <b>page</b>").await;
    let home = probe.get("/", &[]).await;
    assert!(
        home.status == 200 && home.text().contains("hello &lt;b&gt;page"),
        "{}",
        home.text()
    );
    assert!(
        home.header("content-security-policy")
            .starts_with("default-src 'none'")
    );
    for path in [
        "/mastodon/@ada",
        "/bluesky/@ada",
        "/x/@ada",
        "/linkedin/@ada",
        "/_sim/style.css",
        "/_sim/avatars/ada.svg",
        "/_sim/health",
    ] {
        assert_eq!(probe.get(path, &[]).await.status, 200, "{path}");
    }
    let row = probe.journal("mastodon").await[0].clone();
    let short = probe
        .get(
            &format!("/mastodon/statuses/{}", row["id"].as_str().expect("an id")),
            &[],
        )
        .await;
    assert_eq!(
        (short.status, short.header("location")),
        (302, row["url"].as_str().expect("an address").to_owned())
    );
    assert_eq!(probe.get("/nowhere", &[]).await.status, 404);
}

#[tokio::test]
async fn state_survives_a_restart() {
    let folder = tempfile::tempdir().expect("a folder");
    let options = || Options {
        state_file: Some(folder.path().join("sim.json")),
        ..Options::default()
    };
    let first = Sim::new(options());
    first
        .configure(&json!({ "platform": "mastodon", "max_characters": 77 }))
        .expect("settings");
    first.save().expect("saved");
    let second = Sim::new(options());
    second
        .configure(&json!({ "platform": "mastodon", "image_polls": 0 }))
        .expect("settings");
    second.save().expect("saved again");
    let text = std::fs::read_to_string(folder.path().join("sim.json")).expect("a file");
    assert!(text.contains("\"max_characters\":77"));
    std::fs::write(folder.path().join("sim.json"), "not a state").expect("written");
    assert_eq!(Sim::new(options()).journal().len(), 0);
    assert!(folder.path().join("sim.json.broken").exists());
}
