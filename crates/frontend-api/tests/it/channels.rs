use http::StatusCode;
use postern_domain::pause::Held;

use crate::browser::Browser;

#[tokio::test]
async fn platforms_with_a_consent_page_are_reached_by_redirect() {
    let mut browser = Browser::empty();
    let page = browser.submit("/channels", "/channels/connect/x", &[]).await;
    assert_eq!(page.location(), "https://platform.example/authorize?state=s1");
    let page = browser
        .get("/integrations/social/x?oauth_token=s1&oauth_verifier=v")
        .await;
    assert_eq!(page.location(), "/channels");
    browser
        .get("/channels")
        .await
        .shows(&["Harbour Press is connected.", "@harbour · X", "Connected"]);
}

#[tokio::test]
async fn forms_of_platforms_come_from_their_manifests() {
    let mut browser = Browser::empty();
    browser.get("/channels/connect/bluesky").await.shows(&[
        "App password",
        "type=\"password\"",
        "value=\"https://bsky.social\"",
    ]);
    let fields = [("service", "bsky.social"), ("handle", "x"), ("password", "hush")];
    let page = browser
        .submit("/channels/connect/bluesky", "/channels/connect/bluesky", &fields)
        .await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    page.shows(&[
        "value=\"bsky.social\"",
        "problems-fields-service",
        "problems-fields-handle",
    ]);
    page.hides(&["hush"]);
    let fields = [
        ("service", "https://bsky.social"),
        ("handle", "harbour.bsky.social"),
        ("password", "hush"),
    ];
    let page = browser
        .submit("/channels/connect/bluesky", "/channels/connect/bluesky", &fields)
        .await;
    assert_eq!(page.location(), "/channels");
}

#[tokio::test]
async fn platforms_without_keys_say_what_the_operator_must_set() {
    let mut browser = Browser::empty();
    browser.get("/channels/connect/linkedin").await.shows(&[
        "LINKEDIN_CLIENT_ID",
        "http://localhost:5000/integrations/social/linkedin",
    ]);
}

#[tokio::test]
async fn a_failed_return_says_what_happened_and_what_to_do() {
    let mut browser = Browser::empty();
    for (query, text) in [
        (
            "state=s1&error=access_denied",
            "The platform did not give access.",
        ),
        ("state=old&code=c", "unknown or too old"),
        ("code=c", "without saying which connection"),
    ] {
        let page = browser
            .get(&format!("/integrations/social/mastodon?{query}"))
            .await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{query}");
        page.shows(&["The channel was not connected", text, "Back to channels"]);
    }
}

#[tokio::test]
async fn broken_channels_show_the_reason_and_the_way_back() {
    let mut browser = Browser::owner();
    browser.fake.break_channel(2, "X has withdrawn the access");
    let page = browser.get("/channels").await;
    page.shows(&["X has withdrawn the access.", "Needs reconnect", "/reconnect\""]);
}

#[tokio::test]
async fn a_channel_is_paused_and_resumed_with_a_choice() {
    let mut browser = Browser::owner();
    let id = browser.fake.state().channels[0].id;
    let page = browser
        .submit("/channels", &format!("/channels/{id}/pause"), &[])
        .await;
    assert_eq!(page.location(), "/channels");
    browser
        .get("/channels")
        .await
        .shows(&["Harbour Press is paused.", "Paused", "Send none of them"]);
    browser.fake.hold(0, Held::Channel);
    browser
        .submit(
            "/channels",
            &format!("/channels/{id}/resume"),
            &[("missed", "miss")],
        )
        .await;
    browser
        .get("/channels")
        .await
        .shows(&["Publishing goes on.", "missed"]);
    assert!(!browser.fake.state().channels[0].disabled);
}

#[tokio::test]
async fn channels_are_removed_after_a_question() {
    let mut browser = Browser::owner();
    let id = browser.fake.state().channels[0].id;
    browser
        .get(&format!("/channels/{id}/remove"))
        .await
        .shows(&["posts wait for this channel", "Keep it"]);
    browser
        .submit("/channels", &format!("/channels/{id}/remove"), &[])
        .await;
    assert!(
        browser
            .fake
            .state()
            .channels
            .iter()
            .all(|channel| channel.id != id)
    );
}
