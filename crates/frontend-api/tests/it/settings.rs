use http::StatusCode;

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
