use http::StatusCode;
use postern_domain::id::PostId;
use postern_domain::post::{PostState, PostView};
use postern_domain::publication::State;
use postern_domain::review::Review;

use crate::browser::Browser;

fn third(browser: &Browser) -> PostView {
    let id = PostId::from_bits(3);
    browser
        .fake
        .state()
        .posts
        .iter()
        .find(|view| view.post.id == id)
        .cloned()
        .unwrap()
}

#[tokio::test]
async fn a_post_tells_each_channels_state_with_cause_and_fix() {
    let mut browser = Browser::owner();
    let page = browser.get(&format!("/posts/{}", PostId::from_bits(3))).await;
    page.shows(&[
        "Failed",
        "The platform refused the text because it is too long.",
        "Shorten the text to 500 characters and try again.",
        "text_too_long",
        "Change and send",
        "View on Bluesky",
        "https://platform.example/@harbour/1",
        "Unconfirmed",
        "It is there",
        "Send again",
        "A poster with wooden letters",
        "Written by an assistant (MCP)",
        "09:00",
    ]);
}

#[tokio::test]
async fn parts_are_read_alone() {
    let mut browser = Browser::owner();
    let part = browser
        .part(&format!("/posts/{}/publications", PostId::from_bits(3)))
        .await;
    part.shows(&["id=\"publications\"", "hx-trigger=\"live-changed\""]);
    part.hides(&["<html"]);
    for path in ["/posts?state=scheduled", "/calendar?view=week", "/channels"] {
        let part = browser.part(path).await;
        part.shows(&["data-live"]);
        part.hides(&["<html"]);
    }
}

#[tokio::test]
async fn actions_lead_back_to_the_post() {
    let mut browser = Browser::owner();
    let view = third(&browser);
    let post = view.post.id;
    let home = format!("/posts/{post}");
    let doubtful = view.publications[2].publication.id;
    let post = post.to_string();
    let fields = [
        ("answer", "there"),
        ("url", "https://x.com/harbour/1"),
        ("post", post.as_str()),
    ];
    let page = browser
        .submit(&home, &format!("/publications/{doubtful}/resolve"), &fields)
        .await;
    assert_eq!(page.location(), home);
    assert_eq!(
        third(&browser).publications[2].publication.state,
        State::Published
    );

    let fields = [("date", "2026-11-22"), ("time", "08:30")];
    let page = browser
        .submit(&home, &format!("/posts/{post}/reschedule"), &fields)
        .await;
    assert_eq!(page.location(), home);
    // Half past eight in Berlin.
    let at = third(&browser).post.publish_at.unwrap().instant.to_rfc3339();
    assert_eq!(at, "2026-11-22T07:30:00.000Z");
}

#[tokio::test]
async fn what_was_refused_must_be_changed_before_it_is_tried_again() {
    let mut browser = Browser::owner();
    let view = third(&browser);
    let (post, failed) = (view.post.id, view.publications[0].publication.id);
    let home = format!("/posts/{post}");
    browser
        .get(&home)
        .await
        .shows(&["Change and send", &format!("{home}/edit")]);
    let page = browser
        .submit(&home, &format!("/posts/{failed}/retry"), &[])
        .await;
    assert_eq!(page.location(), home);
    let said = "The platform refused it and nothing was changed since.";
    let page = browser.get(&home).await;
    page.shows(&[said]);
    page.hides(&["It is tried again."]);
    assert_eq!(third(&browser), view, "nothing was changed");

    browser.fake.state().posts.iter_mut().for_each(|view| {
        for target in &mut view.publications {
            // An edit gives back the budget.
            target.publication.tries = 0;
        }
    });
    browser.get(&home).await.shows(&["Try again now"]);
    let page = browser
        .submit(&home, &format!("/posts/{failed}/retry"), &[])
        .await;
    assert_eq!(page.location(), home);
    browser.get(&home).await.shows(&["It is tried again."]);
    assert_eq!(
        third(&browser).publications[0].publication.state,
        State::Scheduled
    );
}

#[tokio::test]
async fn a_doubt_is_answered_once() {
    let mut browser = Browser::owner();
    let view = third(&browser);
    let (post, doubtful) = (view.post.id.to_string(), view.publications[2].publication.id);
    let home = format!("/posts/{post}");
    let resolve = format!("/publications/{doubtful}/resolve");
    let again = [("answer", "again"), ("post", post.as_str())];
    browser.submit(&home, &resolve, &again).await;
    let sent = third(&browser);
    assert_eq!(
        (
            sent.publications[2].publication.state,
            sent.publications[2].publication.run
        ),
        (State::Scheduled, 1)
    );
    let page = browser.submit(&home, &resolve, &again).await;
    assert_eq!(page.location(), home);
    browser.get(&home).await.shows(&["Not possible while scheduled."]);
    assert_eq!(third(&browser), sent, "nothing was changed");
    for fields in [
        [("answer", "perhaps"), ("post", post.as_str())],
        [("answer", "again"), ("post", "")],
    ] {
        let page = browser.submit(&home, &resolve, &fields).await;
        assert_eq!(page.status, StatusCode::BAD_REQUEST);
    }
}

#[tokio::test]
async fn lists_are_filtered_by_state_channel_and_local_day() {
    let mut browser = Browser::owner();
    for (query, shown, hidden) in [
        ("state=draft", "thank-you note", "winter catalogue"),
        ("state=published", "winter catalogue", "thank-you note"),
        (
            "from=2026-11-20&until=2026-11-20",
            "Reading tonight",
            "winter catalogue",
        ),
        ("state=scheduled", "Reading tonight", "thank-you note"),
    ] {
        let page = browser.get(&format!("/posts?{query}")).await;
        page.shows(&[shown]);
        page.hides(&[hidden]);
    }
    browser
        .get("/posts?from=2031-01-01")
        .await
        .shows(&["No post matches this selection."]);
}

#[tokio::test]
async fn the_calendar_shows_posts_on_their_local_day() {
    let mut browser = Browser::owner();
    let page = browser.get("/calendar?view=month&date=2026-11-05").await;
    page.shows(&[
        "November 2026",
        "/compose?date=2026-11-24",
        "Reading tonight",
        "(today)",
        "2 more",
    ]);
    let page = browser.get("/calendar?view=week&date=2026-11-20").await;
    page.shows(&["16 – 22 November 2026", "aria-current=\"date\"", "time=09:00"]);
    assert_eq!(
        browser.get("/calendar?date=nonsense").await.status,
        StatusCode::OK
    );
}

#[tokio::test]
async fn what_needs_a_person_is_told_above_the_list() {
    let mut browser = Browser::owner();
    browser.fake.break_channel(2, "X has withdrawn the access");
    let page = browser.get("/posts").await;
    page.shows(&[
        "Harbour Press must be connected again.",
        "1 post needs you.",
        "href=\"/posts?state=attention\"",
    ]);
    browser.get("/posts?state=attention").await.hides(&["needs you"]);
    Browser::empty()
        .get("/posts")
        .await
        .hides(&["must be connected again", "needs you"]);
}

#[tokio::test]
async fn a_grant_that_ends_soon_is_told_before_it_does() {
    let mut browser = Browser::owner();
    let ends_at = postern_domain::Timestamp::parse("2026-11-25T10:00:00Z").unwrap();
    browser.fake.state().channels[0].grant_expires_at = Some(ends_at);
    let page = browser.get("/posts").await;
    page.shows(&["The access to Harbour Press ends in 5 days.", "/reconnect\""]);
    browser
        .get("/channels")
        .await
        .shows(&["Its access ends in 5 days"]);
}

#[tokio::test]
async fn what_waits_for_approval_is_approved_or_given_back_with_a_reason() {
    let mut browser = Browser::owner();
    let view = third(&browser);
    let home = format!("/posts/{}", view.post.id);
    let ask = |browser: &Browser| {
        let mut state = browser.fake.state();
        let stored = state
            .posts
            .iter_mut()
            .find(|it| it.post.id == view.post.id)
            .unwrap();
        stored.post.draft = true;
        stored.post.review = Some(Review::asked("Eve", view.post.created_at));
        stored.state = PostState::NeedsApproval;
        for target in &mut stored.publications {
            target.publication.state = State::Draft;
        }
    };
    ask(&browser);
    let page = browser.get(&home).await;
    page.shows(&[
        "Needs approval",
        "Eve",
        "asks you to approve this post",
        "Give it back",
    ]);
    page.hides(&["Publish now", "Publish here now"]);
    browser.get("/posts?state=approval").await.shows(&[home.as_str()]);
    let said = [("reason", "The logo is <missing>")];
    let page = browser.submit(&home, &format!("{home}/reject"), &said).await;
    assert_eq!(page.location(), home);
    let page = browser.get(&home).await;
    page.shows(&["gave it back", "The logo is &#60;missing&#62;", "Draft"]);
    ask(&browser);
    browser.submit(&home, &format!("{home}/approve"), &[]).await;
    let page = browser.get(&home).await;
    page.shows(&["Approved. It is in the plan.", "Scheduled"]);
    page.hides(&["Give it back"]);
    assert_eq!(
        third(&browser).publications[0].publication.state,
        State::Scheduled
    );
}
