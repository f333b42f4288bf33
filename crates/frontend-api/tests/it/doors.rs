//! What holds for every page: headers, tokens, errors, files.

use http::StatusCode;

use crate::browser::Browser;

const PAGES: [&str; 11] = [
    "/posts",
    "/posts?state=attention&from=2026-01-01",
    "/calendar",
    "/calendar?view=week&date=2026-12-31",
    "/analytics",
    "/channels",
    "/compose",
    "/settings",
    "/settings/account",
    "/settings/publishing",
    "/settings/api",
];

#[tokio::test]
async fn every_page_can_be_read_by_everybody_and_runs_no_inline_code() {
    let mut browser = Browser::owner();
    for path in PAGES {
        let page = browser.get(path).await;
        assert_eq!(page.status, StatusCode::OK, "{path}");
        page.shows(&[
            "<html lang=\"en\" data-theme=\"dark\">",
            "href=\"#main\"",
            "<main",
            "<h1",
            "aria-live=\"polite\"",
        ]);
        page.hides(&["style=\"", "hx-on", "javascript:", "<script>", "onclick", "js:"]);
        let policy = page.headers["content-security-policy"].to_str().unwrap();
        assert!(
            policy.starts_with("default-src 'self'") && !policy.contains("unsafe"),
            "{policy}"
        );
    }
}

#[tokio::test]
async fn every_empty_page_says_what_to_do_next() {
    let mut browser = Browser::empty();
    for (path, next) in [
        ("/posts", "Connect your first channel"),
        ("/analytics", "No analytics data available yet"),
        ("/channels", "No channel yet"),
        ("/compose", "Connect a channel first"),
        ("/settings/api", "No key yet"),
    ] {
        browser.get(path).await.shows(&[next]);
    }
}

#[tokio::test]
async fn forms_without_the_right_token_change_nothing() {
    let mut browser = Browser::empty();
    let token = browser.token("/settings").await;
    let fields = [("name", "Taken over"), ("zone", "UTC"), ("hours", "1")];
    for extra in [None, Some(("csrf", "")), Some(("csrf", "guess"))] {
        let fields: Vec<_> = fields.iter().copied().chain(extra).collect();
        let page = browser.post("/settings", &fields, &[]).await;
        assert_eq!(page.status, StatusCode::FORBIDDEN, "{extra:?}");
        page.shows(&["Please send the form again", "Request <code>"]);
    }
    let fields: Vec<_> = fields.iter().copied().chain([("csrf", token.as_str())]).collect();
    for header in [
        ("sec-fetch-site", "cross-site"),
        ("origin", "https://evil.example"),
    ] {
        let page = browser.post("/settings", &fields, &[header]).await;
        assert_eq!(page.status, StatusCode::FORBIDDEN, "{header:?}");
        page.shows(&["Please send the form again"]);
    }
    assert_eq!(
        browser.fake.state().workspace.as_ref().unwrap().name,
        "Harbour Press"
    );
    for header in [
        ("sec-fetch-site", "same-origin"),
        ("origin", "http://localhost:5000"),
    ] {
        assert_eq!(
            browser.post("/settings", &fields, &[header]).await.location(),
            "/settings",
            "{header:?}"
        );
    }
}

#[tokio::test]
async fn pages_that_are_not_there_say_so() {
    let mut browser = Browser::empty();
    for (path, text) in [
        ("/nowhere", "There is no page at this address."),
        ("/posts/post_00000000000000000000000009", "There is no such post"),
        ("/posts/nonsense", "There is no such post"),
        ("/channels/connect/myspace", "There is no such platform"),
        (
            "/channels/chn_00000000000000000000000009/remove",
            "There is no such channel",
        ),
    ] {
        let page = browser.get(path).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND, "{path}");
        page.shows(&[text, "Request <code>", "Back to Postern"]);
    }
    for path in [
        "/.well-known/oauth-protected-resource",
        "/api/none",
        "/mcp-oauth",
        "/uploads/none.png",
    ] {
        let page = browser.get(path).await;
        assert_eq!(
            (page.status, page.body.as_str()),
            (StatusCode::NOT_FOUND, r#"{"error":"not found"}"#),
            "{path}"
        );
    }
    let part = browser.part("/posts/nonsense").await;
    assert_eq!(part.headers["hx-retarget"], "#toasts");
    part.hides(&["<html"]);
}

#[tokio::test]
async fn files_are_served_under_the_path_of_their_digest() {
    let mut browser = Browser::empty();
    let prefix = browser
        .get("/posts")
        .await
        .between("href=\"", "/icon.svg")
        .to_owned();
    for (file, kind) in [
        ("css/tokens.css", "text/css; charset=utf-8"),
        ("js/app.js", "text/javascript; charset=utf-8"),
        ("vendor/htmx.min.js", "text/javascript; charset=utf-8"),
        ("icon.svg", "image/svg+xml"),
    ] {
        let page = browser.get(&format!("{prefix}/{file}")).await;
        assert_eq!(
            (page.status, page.headers["content-type"].to_str().unwrap()),
            (StatusCode::OK, kind),
            "{file}"
        );
    }
    assert_eq!(
        browser.get(&format!("{prefix}/js/none.js")).await.status,
        StatusCode::NOT_FOUND
    );
}

#[tokio::test]
async fn the_colours_are_kept_and_shown_from_the_first_byte() {
    let mut browser = Browser::empty();
    let page = browser.submit("/posts", "/theme", &[("theme", "light")]).await;
    assert_eq!(page.location(), "/");
    browser
        .get("/posts")
        .await
        .shows(&["data-theme=\"light\"", "value=\"dark\""]);
}
