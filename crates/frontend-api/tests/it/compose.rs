use http::StatusCode;
use postern_domain::id::MediaId;
use postern_domain::post::PostState;
use postern_domain::publication::State;

use crate::browser::Browser;

#[tokio::test]
async fn a_post_is_scheduled_and_its_page_opens() {
    let mut browser = Browser::owner();
    let channel = browser.fake.state().channels[0].id.to_string();
    let picture = MediaId::from_bits(1).to_string();
    let alt = format!("all.0.alt.{picture}");
    let visibility = format!("s.{channel}.visibility");
    let fields = [
        ("all.0.text", "Two sheets\nof paper"),
        ("all.0.media", picture.as_str()),
        (alt.as_str(), "A press"),
        ("all.1.text", "And a third"),
        ("channel", channel.as_str()),
        ("panel", channel.as_str()),
        (visibility.as_str(), "unlisted"),
        ("date", "2026-11-21"),
        ("time", "09:00"),
        ("zone", "America/New_York"),
        ("action", "schedule"),
    ];
    let page = browser.submit("/compose", "/compose", &fields).await;
    let home = page.location().to_owned();
    browser
        .get(&home)
        .await
        .shows(&["Scheduled.", "Two sheets\nof paper", "And a third", "A press"]);
    let view = browser.fake.state().posts.last().cloned().unwrap();
    assert_eq!(
        view.post.publish_at.unwrap().instant.to_rfc3339(),
        "2026-11-21T14:00:00.000Z"
    );
    assert_eq!(
        view.publications[0].publication.settings["visibility"].as_text(),
        Some("unlisted")
    );
}

#[tokio::test]
async fn refusals_stand_beside_their_fields_and_nothing_typed_is_lost() {
    let mut browser = Browser::owner();
    let channel = browser.fake.state().channels[2].id.to_string();
    let long = "word ".repeat(80);
    let fields = [
        ("all.0.text", long.as_str()),
        ("channel", channel.as_str()),
        ("date", "2026-11-19"),
        ("time", "09:00"),
        ("zone", "Europe/Berlin"),
        ("action", "schedule"),
    ];
    let page = browser.submit("/compose", "/compose", &fields).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    page.shows(&[
        "The text is too long for X.",
        "The publish time has passed.",
        "problems-publish_at",
        long.trim_end(),
    ]);
    page.shows(&["value=\"2026-11-19\"", "id=\"problems-all-0\""]);
}

#[tokio::test]
async fn a_post_without_channel_and_time_is_refused_field_by_field() {
    let mut browser = Browser::owner();
    let fields = [
        ("all.0.text", "Hello"),
        ("zone", "Moon/Crater"),
        ("action", "schedule"),
    ];
    let page = browser.submit("/compose", "/compose", &fields).await;
    page.shows(&[
        "Date and time are not complete.",
        "There is no such time zone.",
        "Hello",
    ]);
    let fields = [("all.0.text", "Hello"), ("action", "now")];
    let page = browser.submit("/compose", "/compose", &fields).await;
    page.shows(&["Choose at least one channel.", "problems-targets"]);
}

#[tokio::test]
async fn drafts_need_no_date() {
    let mut browser = Browser::owner();
    let fields = [("all.0.text", "Some day"), ("action", "draft"), ("zone", "UTC")];
    let channel = browser.fake.state().channels[0].id.to_string();
    let fields: Vec<_> = fields
        .into_iter()
        .chain([("channel", channel.as_str())])
        .collect();
    browser.submit("/compose", "/compose", &fields).await.location();
    assert_eq!(browser.fake.state().posts.last().unwrap().state, PostState::Draft);
}

#[tokio::test]
async fn checks_count_in_each_platforms_own_unit() {
    let mut browser = Browser::owner();
    let (first, third) = {
        let state = browser.fake.state();
        (state.channels[0].id.to_string(), state.channels[2].id.to_string())
    };
    let long = "x".repeat(290);
    let fields = [
        ("all.0.text", long.as_str()),
        ("channel", first.as_str()),
        ("channel", third.as_str()),
    ];
    let page = browser.submit("/compose", "/compose/check", &fields).await;
    page.shows(&[
        "290 of 500 characters",
        "290 of 280 weighted characters",
        "Shorten it by 10 weighted characters.",
        "Ready",
    ]);
    page.hides(&["<html"]);
    let blank = browser
        .submit("/compose", "/compose/check", &[("channel", first.as_str())])
        .await;
    blank.hides(&["neither text nor media"]);
}

#[tokio::test]
async fn steps_rebuild_the_form_with_or_without_scripts() {
    let mut browser = Browser::owner();
    let channel = browser.fake.state().channels[0].id.to_string();
    let own = format!("own:{channel}");
    for (step, shown) in [
        ("add:all", "Part 2 of 2"),
        (own.as_str(), "Use the common text again"),
        ("refresh", "Who can see it"),
    ] {
        let fields = [
            ("all.0.text", "Kept"),
            ("channel", channel.as_str()),
            ("step", step),
        ];
        let page = browser.submit("/compose", "/compose/form", &fields).await;
        page.shows(&["<html", shown, "Kept"]);
        let token = browser.token("/compose").await;
        let fields: Vec<_> = fields.into_iter().chain([("csrf", token.as_str())]).collect();
        let part = browser
            .post("/compose/form", &fields, &[("hx-request", "true")])
            .await;
        part.shows(&["id=\"composer\"", shown, "Kept"]);
        part.hides(&["<html"]);
    }
}

#[tokio::test]
async fn editing_starts_from_what_is_stored_and_refuses_a_lost_race() {
    let mut browser = Browser::owner();
    let id = browser.fake.state().posts[1].post.id;
    let channel = browser.fake.state().channels[0].id.to_string();
    let path = format!("/posts/{id}/edit");
    browser.get(&path).await.shows(&[
        "Reading tonight",
        "name=\"version\" value=\"1\"",
        "value=\"14:00\"",
        "Save and schedule",
    ]);
    let fields = [
        ("all.0.text", "Reading tomorrow"),
        ("version", "1"),
        ("channel", channel.as_str()),
        ("date", "2026-11-21"),
        ("time", "19:00"),
        ("zone", "Europe/Berlin"),
        ("action", "schedule"),
    ];
    assert_eq!(
        browser.submit(&path, &path, &fields).await.location(),
        format!("/posts/{id}")
    );
    let page = browser.submit(&path, &path, &fields).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    page.shows(&["The post was changed in between.", "Reading tomorrow"]);
}

#[tokio::test]
async fn an_edit_that_comes_too_late_is_told_and_keeps_what_was_typed() {
    let mut browser = Browser::owner();
    let view = browser.fake.state().posts[1].clone();
    let channel = browser.fake.state().channels[0].id.to_string();
    let path = format!("/posts/{}/edit", view.post.id);
    let token = browser.token(&path).await;
    for target in &mut browser.fake.state().posts[1].publications {
        target.publication.state = State::Preparing;
    }
    let before = browser.fake.state().posts[1].clone();
    let fields = [
        ("csrf", token.as_str()),
        ("all.0.text", "Too late"),
        ("version", "1"),
        ("channel", channel.as_str()),
        ("date", "2026-11-21"),
        ("time", "19:00"),
        ("zone", "Europe/Berlin"),
        ("action", "schedule"),
    ];
    let page = browser.post(&path, &fields, &[]).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    page.shows(&["The post is preparing and can no longer be changed.", "Too late"]);
    let home = format!("/posts/{}", view.post.id);
    let fields = [
        ("csrf", token.as_str()),
        ("date", "2026-11-22"),
        ("time", "08:30"),
    ];
    let page = browser.post(&format!("{home}/reschedule"), &fields, &[]).await;
    assert_eq!(page.location(), home);
    let page = browser.get(&home).await;
    page.shows(&["The post is preparing and can no longer be changed."]);
    page.hides(&[&format!("{home}/edit"), "Moved."]);
    assert_eq!(browser.fake.state().posts[1], before, "nothing was changed");
}

#[tokio::test]
async fn days_of_the_calendar_fill_in_the_date() {
    let mut browser = Browser::owner();
    browser
        .get("/compose?date=2026-12-24&time=18:00")
        .await
        .shows(&["value=\"2026-12-24\"", "value=\"18:00\""]);
    browser
        .get("/compose?date=never")
        .await
        .shows(&["value=\"2026-11-20\"", "value=\"12:00\""]);
}

#[tokio::test]
async fn uploads_get_a_place_on_our_own_host() {
    let mut browser = Browser::owner();
    let page = browser
        .submit("/compose", "/media", &[("name", "a.png"), ("bytes", "12")])
        .await;
    assert_eq!(page.body, r#"{"url":"/api/uploads/upl_1?token=t"}"#);
    let page = browser
        .submit(
            "/compose",
            "/media",
            &[("name", "a.mov"), ("bytes", "99999999999")],
        )
        .await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    page.shows(&["The file is too large. Take one below 1 GB."]);
}
