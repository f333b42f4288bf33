use http::StatusCode;
use postern_domain::recurrence::Rule;

use crate::browser::Browser;

fn rule(browser: &Browser) -> Rule {
    browser.fake.state().recurrences[0].recurrence.rule.clone()
}

/// Writes a post that returns on Mondays and Thursdays, and opens its page.
async fn begin(browser: &mut Browser) -> String {
    let channel = browser.fake.state().channels[0].id.to_string();
    let fields = [
        ("all.0.text", "Again and again"),
        ("channel", channel.as_str()),
        ("date", "2026-12-01"),
        ("time", "09:00"),
        ("zone", "Europe/Berlin"),
        ("r.pattern", "weekly"),
        ("r.every", "1"),
        ("r.weekdays", "1"),
        ("r.weekdays", "4"),
        ("r.end", ""),
        ("action", "schedule"),
    ];
    browser
        .submit("/compose", "/compose", &fields)
        .await
        .location()
        .to_owned()
}

#[tokio::test]
async fn the_rule_editor_shows_the_dates_that_it_comes_to() {
    let mut browser = Browser::owner();
    browser
        .get("/compose")
        .await
        .shows(&["Does not repeat", "Show the dates", "name=\"r.pattern\""]);
    let fields = [
        ("date", "2027-01-31"),
        ("time", "09:00"),
        ("zone", "Europe/Berlin"),
        ("r.pattern", "monthly"),
        ("r.every", "1"),
        ("step", "returns"),
    ];
    let page = browser.submit("/compose", "/compose/form", &fields).await;
    page.shows(&[
        "Every month on day 31 at 09:00 (Europe/Berlin).",
        "2027-01-31T09:00:00+01:00",
        "2027-03-31T09:00:00+02:00",
        "A month without this day is left out.",
    ]);
    let fields = [
        ("date", "2027-01-31"),
        ("time", "09:00"),
        ("zone", "Europe/Berlin"),
        ("r.pattern", "daily"),
        ("r.every", "0"),
        ("r.end", "until"),
        ("r.until", ""),
    ];
    let page = browser.submit("/compose", "/compose/form", &fields).await;
    page.shows(&["Is out of bounds.", "Is not a date."]);
    page.hides(&["2027-01-31T09:00:00+01:00"]);
}

#[tokio::test]
async fn a_post_that_returns_is_shown_with_its_dates() {
    let mut browser = Browser::owner();
    let home = begin(&mut browser).await;
    assert_eq!(
        rule(&browser).to_string(),
        "every week on Monday and Thursday at 09:00 (Europe/Berlin)"
    );
    let words = "Every week on Monday and Thursday at 09:00 (Europe/Berlin).";
    browser
        .get(&home)
        .await
        .shows(&["Repeats", words, "2026-12-07T09:00:00+01:00"]);
    let id = browser.fake.state().recurrences[0].recurrence.id;
    browser.get("/calendar?date=2026-12-15").await.shows(&[
        "cal-post ahead",
        &format!("/recurrences/{id}"),
        "Again and again",
    ]);
    let page = format!("/recurrences/{id}");
    browser
        .get(&page)
        .await
        .shows(&[words, "Next post", "After that", "End now"]);
    let skip = [("date", "2026-12-07")];
    browser
        .submit(&page, &format!("{page}/skip"), &skip)
        .await
        .location();
    let shown = browser.get(&page).await;
    shown.shows(&["Left out: 2026-12-07", "This date is left out."]);
    shown.hides(&["2026-12-07T09:00:00+01:00"]);
    browser
        .submit(&page, &format!("{page}/end"), &[("next", "keep")])
        .await
        .location();
    let shown = browser.get(&page).await;
    shown.shows(&["Ended"]);
    shown.hides(&["End now"]);
    let page = browser.get("/recurrences/rec_nothing").await;
    assert_eq!(page.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn an_edit_asks_which_posts_are_meant() {
    let mut browser = Browser::owner();
    let home = begin(&mut browser).await;
    let page = format!("{home}/edit");
    let shown = browser.get(&page).await;
    shown.shows(&["Only this post", "This and all following", "name=\"series\""]);
    shown.hides(&["name=\"r.pattern\""]);
    let (series, channel, version) = {
        let state = browser.fake.state();
        let post = state.posts.last().unwrap();
        (
            state.recurrences[0].recurrence.id.to_string(),
            state.channels[0].id.to_string(),
            post.post.version.to_string(),
        )
    };
    let step = [
        ("series", series.as_str()),
        ("series.version", "1"),
        ("series.date", "2026-12-03"),
        ("reach", "following"),
        ("date", "2026-12-03"),
        ("time", "09:00"),
        ("zone", "Europe/Berlin"),
    ];
    let opened = browser.submit(&page, "/compose/form", &step).await;
    opened.shows(&[
        "value=\"weekly\" selected",
        "value=\"following\" checked",
        "value=\"4\" checked",
        "2026-12-07T09:00:00+01:00",
    ]);
    let fields = |reach: &'static str, action: &'static str| {
        [
            ("all.0.text", "Changed".to_owned()),
            ("channel", channel.clone()),
            ("version", version.clone()),
            ("series", series.clone()),
            ("series.version", "1".to_owned()),
            ("series.date", "2026-12-03".to_owned()),
            ("reach", reach.to_owned()),
            ("date", "2026-12-03".to_owned()),
            ("time", "10:30".to_owned()),
            ("zone", "Europe/Berlin".to_owned()),
            ("r.pattern", "weekly".to_owned()),
            ("r.weekdays", "4".to_owned()),
            ("action", action.to_owned()),
        ]
    };
    let now = fields("all", "now");
    let now = now.each_ref().map(|(name, value)| (*name, value.as_str()));
    let refused = browser.submit(&page, &page, &now).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    refused.shows(&["Several posts can only be saved at their times."]);
    let all = fields("all", "schedule");
    let all = all.each_ref().map(|(name, value)| (*name, value.as_str()));
    browser.submit(&page, &page, &all).await.location();
    assert_eq!(
        rule(&browser).to_string(),
        "every week on Thursday at 10:30 (Europe/Berlin)"
    );
    assert_eq!(rule(&browser).starts_on().to_string(), "2026-12-01");
}

#[tokio::test]
async fn posting_times_are_edited_day_by_day() {
    let mut browser = Browser::owner();
    let channel = browser.fake.state().channels[0].id.to_string();
    let page = format!("/channels/{channel}/slots");
    browser.get("/channels").await.shows(&[&page]);
    browser
        .get(&page)
        .await
        .shows(&["Every day", "Sunday", "value=\"09:20 14:10\""]);
    let bad = [("d0", "9 o'clock"), ("d7", "08:00")];
    let refused = browser.submit(&page, &page, &bad).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    refused.shows(&["This is not a time of the day.", "value=\"08:00\""]);
    let good = [("d0", ""), ("d7", "08:00, 20:15")];
    browser.submit(&page, &page, &good).await.location();
    let shown = browser.get(&page).await;
    shown.shows(&["value=\"08:00 20:15\""]);
    shown.hides(&["09:20 14:10\""]);
}
