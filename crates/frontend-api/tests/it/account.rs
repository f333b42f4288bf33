use http::StatusCode;

use crate::browser::Browser;
use crate::fake::PASSWORD;

#[tokio::test]
async fn the_first_visitor_can_own_the_instance() {
    let mut browser = Browser::fresh();
    browser
        .get("/")
        .await
        .shows(&["Create the first account", "At least 10 characters"]);
    let fields = [
        ("email", "ada@example.org"),
        ("password", PASSWORD),
        ("name", "Ada"),
        ("zone", "Asia/Tokyo"),
    ];
    let page = browser.submit("/", "/signup", &fields).await;
    assert_eq!(page.location(), "/channels");
    browser
        .get("/channels")
        .await
        .shows(&["No channel yet", "Connect a channel"]);
    assert_eq!(
        browser.fake.state().workspace.as_ref().unwrap().zone.name(),
        "Asia/Tokyo"
    );
    assert_eq!(browser.get("/").await.location(), "/posts");
}

#[tokio::test]
async fn a_refused_sign_up_names_all_problems_and_keeps_what_was_typed() {
    let mut browser = Browser::fresh();
    let fields = [("email", "ada"), ("password", "short"), ("name", "Ada L.")];
    let page = browser.submit("/", "/signup", &fields).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    page.shows(&[
        "value=\"ada\"",
        "value=\"Ada L.\"",
        "not an e-mail address",
        "Take at least 10 characters.",
    ]);
    page.shows(&["aria-describedby=\"problems-email\"", "id=\"problems-email\""]);
    page.hides(&["short\""]);
}

#[tokio::test]
async fn an_owned_instance_takes_logins_only() {
    let mut browser = Browser::empty();
    let mut other = Browser::fresh();
    other.fake.with_owner();
    other
        .get("/")
        .await
        .shows(&["takes no new accounts", "href=\"/login\""]);
    assert_eq!(other.get("/signup").await.location(), "/login");
    browser.get("/posts").await.shows(&["Log out"]);
}

#[tokio::test]
async fn strangers_are_sent_to_the_login_and_back_to_where_they_wanted() {
    let mut browser = Browser::fresh();
    browser.fake.with_owner();
    assert_eq!(
        browser.get("/calendar?view=week").await.location(),
        "/login?next=%2Fcalendar%3Fview%3Dweek"
    );
    let part = browser.part("/posts").await;
    assert_eq!(
        (part.status, part.headers["hx-redirect"].to_str().unwrap()),
        (StatusCode::UNAUTHORIZED, "/login")
    );

    let wrong = [
        ("email", "ada@example.org"),
        ("password", "wrong"),
        ("next", "/calendar"),
    ];
    let page = browser.submit("/login", "/login", &wrong).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    page.shows(&[
        "Address and password do not belong together.",
        "value=\"ada@example.org\"",
        "value=\"/calendar\"",
    ]);

    let right = [
        ("email", "ada@example.org"),
        ("password", PASSWORD),
        ("next", "/calendar?view=week"),
    ];
    assert_eq!(
        browser.submit("/login", "/login", &right).await.location(),
        "/calendar?view=week"
    );
    assert_eq!(browser.get("/posts").await.status, StatusCode::OK);

    assert_eq!(
        browser.submit("/posts", "/logout", &[]).await.location(),
        "/login"
    );
    browser.get("/login").await.shows(&["You are logged out."]);
    assert_eq!(browser.get("/posts").await.location(), "/login?next=%2Fposts");
}

#[tokio::test]
async fn a_new_password_is_checked_beside_its_field() {
    let mut browser = Browser::empty();
    let fields = [("old", "nope"), ("password", "tiny")];
    let page = browser
        .submit("/settings/account", "/settings/password", &fields)
        .await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    page.shows(&[
        "problems-old_password",
        "problems-new_password",
        "Where you are logged in",
        "Firefox on Linux",
    ]);
    let fields = [("old", PASSWORD), ("password", "a much longer one")];
    assert_eq!(
        browser
            .submit("/settings/account", "/settings/password", &fields)
            .await
            .location(),
        "/settings/account"
    );
}
