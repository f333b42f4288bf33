use http::StatusCode;
use postern_domain::Timestamp;
use postern_domain::dead_letter::{DeadLetter, DeadLetterId};
use postern_domain::id::AnnouncementId;
use postern_domain::pause::Held;

use crate::browser::Browser;

#[tokio::test]
async fn a_key_is_shown_once_and_filled_into_the_configurations() {
    let mut browser = Browser::empty();
    browser
        .get("/settings/api")
        .await
        .shows(&["http://localhost:5000/mcp/YOUR_KEY"]);
    let fields = [
        ("name", "Claude"),
        ("scope", "posts:write"),
        ("scope", "posts:read"),
        ("expires", "2027-01-31"),
    ];
    let page = browser.submit("/settings/api", "/settings/api", &fields).await;
    assert_eq!(page.status, StatusCode::OK);
    let key = page.between("id=\"new-key\" tabindex=\"0\">", "<").to_owned();
    assert!(key.starts_with("ptz_"));
    let addresses = [
        format!("/mcp/{key}"),
        format!("/api/mcp/{key}/sse"),
        format!("Bearer {key}"),
    ];
    page.shows(&addresses.each_ref().map(String::as_str));
    let again = browser.get("/settings/api").await;
    again.shows(&["Claude", "…Zk3Q", "posts:read, posts:write"]);
    again.hides(&[&key]);
    // The day is meant whole, in the workspace's zone.
    let expires = browser.fake.state().keys[0].expires_at.unwrap().to_rfc3339();
    assert_eq!(expires, "2027-01-31T23:00:00.000Z");
}

#[tokio::test]
async fn keys_without_name_or_scope_are_refused_beside_the_fields() {
    let mut browser = Browser::empty();
    let page = browser
        .submit("/settings/api", "/settings/api", &[("name", ""), ("expires", "")])
        .await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    page.shows(&["problems-name", "problems-scopes", "Tick at least one."]);
    let page = browser
        .submit(
            "/settings/api",
            "/settings/api",
            &[("name", "n"), ("expires", "soon")],
        )
        .await;
    page.shows(&["problems-expires_at"]);
}

#[tokio::test]
async fn keys_are_revoked() {
    let mut browser = Browser::owner();
    let id = browser.fake.state().keys[0].id;
    let page = browser
        .submit("/settings/api", &format!("/settings/api/{id}/revoke"), &[])
        .await;
    assert_eq!(page.location(), "/settings/api");
    assert!(browser.fake.state().keys.is_empty());
    browser.get("/settings/api").await.shows(&["The key is revoked."]);
}

#[tokio::test]
async fn the_workspace_is_changed_or_refused_whole() {
    let mut browser = Browser::empty();
    let page = browser
        .submit(
            "/settings",
            "/settings",
            &[("name", ""), ("zone", "Mars"), ("hours", "many")],
        )
        .await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    page.shows(&[
        "value=\"Mars\"",
        "There is no such time zone.",
        "Give a whole number.",
    ]);
    let fields = [("name", "Quay"), ("zone", "Asia/Tokyo"), ("hours", "12")];
    assert_eq!(
        browser.submit("/settings", "/settings", &fields).await.location(),
        "/settings"
    );
    browser.get("/settings").await.shows(&[
        "Saved.",
        "value=\"Quay\"",
        "value=\"Asia/Tokyo\"",
        "value=\"12\"",
    ]);
}

#[tokio::test]
async fn figures_are_told_by_day_and_channel() {
    let mut browser = Browser::owner();
    browser.get("/analytics").await.shows(&[
        "Published",
        "% of all",
        "<svg class=\"chart\"",
        "Median lateness",
        "Harbour Press",
    ]);
}

#[tokio::test]
async fn a_pause_is_told_on_every_page_until_somebody_resumes() {
    let mut browser = Browser::owner();
    let here = "/settings/publishing";
    let page = browser
        .submit(here, "/settings/pause", &[("scope", "workspace")])
        .await;
    assert_eq!(page.location(), here);
    for path in [
        "/posts",
        "/calendar",
        "/analytics",
        "/channels",
        "/compose",
        "/settings",
        here,
    ] {
        let page = browser.get(path).await;
        page.shows(&["Publishing is paused in this workspace.", "Resume</a>"]);
    }
    let held = browser.fake.hold(0, Held::Workspace);
    let page = browser.get(&format!("/posts/{}", held.post.id)).await;
    page.shows(&["Held", "The workspace is paused."]);
    page.hides(&["Reconnect the channel"]);
    browser
        .submit(here, "/settings/pause", &[("scope", "instance")])
        .await;
    let page = browser.get("/posts").await;
    page.shows(&["Publishing is paused on this whole instance."]);
    for scope in ["instance", "workspace"] {
        let choice = [("scope", scope), ("missed", "send")];
        browser.submit(here, "/settings/resume", &choice).await;
    }
    let page = browser.get("/posts").await;
    page.hides(&["Publishing is paused"]);
    let strange = browser
        .submit(here, "/settings/pause", &[("scope", "moon")])
        .await;
    assert_eq!(strange.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn what_did_not_get_through_is_tried_again_by_a_button() {
    let mut browser = Browser::owner();
    let here = "/settings/publishing";
    browser.get(here).await.shows(&["Nothing. Posts whose tries"]);
    let id = DeadLetterId::Announcement(AnnouncementId::from_bits(7));
    browser.fake.state().dead_letters.push(DeadLetter {
        id,
        kind: "something.new".into(),
        reason: "no running program understands it".into(),
        post: None,
        at: Timestamp::from_secs(1_795_000_000),
    });
    let page = browser.get(here).await;
    page.shows(&["No running program understands it.", "something.new", "Try again"]);
    let id = id.to_string();
    browser.submit(here, "/settings/replay", &[("id", &id)]).await;
    browser
        .get(here)
        .await
        .shows(&["It is tried again.", "Nothing. Posts"]);
}
