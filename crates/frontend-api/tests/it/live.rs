use axum::body::Body;
use http::{Request, StatusCode, header};
use http_body_util::BodyExt;

use crate::browser::Browser;

#[tokio::test]
async fn changes_reach_the_page_as_named_events_and_the_stream_ends_at_shutdown() {
    let mut browser = Browser::owner();
    let view = browser.fake.state().posts[0].clone();
    let response = browser
        .raw(Request::get("/events").body(Body::empty()).unwrap())
        .await;
    assert_eq!(response.status(), StatusCode::OK);
    assert_eq!(response.headers()[header::CONTENT_TYPE], "text/event-stream");
    let mut body = response.into_body();
    browser.fake.tell_post(&view);
    let frame = body.frame().await.unwrap().unwrap().into_data().unwrap();
    let text = String::from_utf8_lossy(&frame).into_owned();
    assert_eq!(text, format!("event: post\ndata: {}\n\n", view.post.id));
    browser.stop.cancel();
    assert!(body.frame().await.is_none());
}

#[tokio::test]
async fn strangers_see_no_events() {
    let mut browser = Browser::fresh();
    browser.fake.with_owner();
    let response = browser
        .raw(Request::get("/events").body(Body::empty()).unwrap())
        .await;
    assert_eq!(response.status(), StatusCode::SEE_OTHER);
}
