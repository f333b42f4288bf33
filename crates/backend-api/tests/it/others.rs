//! The further routes of the compatible API.

use std::time::Duration;

use http::Method;
use postern_domain::actor::Scope;
use postern_domain::failure::Trace;
use postern_domain::id::PublicationId;
use postern_domain::ports::Clock;
use postern_domain::ports::{Dispatch, Report};
use postern_domain::publication::{Lease, Outcome, Release, Step};
use serde_json::json;

use crate::cases::post;
use crate::desk::Desk;

#[tokio::test]
async fn a_channel_is_connected_in_a_browser() {
    let desk = Desk::new().await;
    let got = desk.get("/public/v1/social/test").await;
    let url = got.json()["url"].as_str().unwrap().to_owned();
    assert!(url.starts_with("https://platform.test/consent?state="), "{url}");
    let unknown = desk.get("/public/v1/social/myspace").await;
    assert_eq!(
        (unknown.status.as_u16(), &unknown.json()["msg"]),
        (400, &json!("Integration not allowed"))
    );
}

#[tokio::test]
async fn a_channel_is_connected_again_by_either_of_its_ids() {
    let desk = Desk::new().await;
    let channel = desk.channel("ada-1").await;
    for (id, status) in [
        (channel.id.to_string(), 200),
        ("ada-1".to_owned(), 200),
        ("ada-9".to_owned(), 404),
    ] {
        let got = desk.get(&format!("/public/v1/social/test?refresh={id}")).await;
        assert_eq!(got.status, status, "{id}: {}", got.text());
    }
}

#[tokio::test]
async fn a_channel_is_removed_without_telling_its_secrets() {
    let desk = Desk::new().await;
    let channel = desk.channel("ada-1").await;
    desk.post("/public/v1/posts", post(&[&channel], "hello")).await;
    let path = format!("/public/v1/integrations/{}", channel.id);
    insta::assert_json_snapshot!("removed_channel", desk.delete(&path).await.shape());
    assert!(desk.listed().await.is_empty());
    let again = desk.delete(&path).await;
    assert_eq!(
        (again.status.as_u16(), &again.json()["msg"]),
        (404, &json!("Integration not found"))
    );
}

/// A post that is out under an id that nobody knows.
async fn unnamed(desk: &Desk) -> String {
    let channel = desk.channel("ada-1").await;
    let created = desk
        .post("/public/v1/posts", post(&[&channel], "hello"))
        .await
        .json();
    let id = created[0]["postId"].as_str().unwrap().to_owned();
    desk.release(Duration::from_hours(4)).await;
    let publication: PublicationId = id.parse().unwrap();
    let unit = desk.database.storage().read().await.unwrap();
    let row = unit.publications_by_id(&[publication]).await.unwrap().remove(0);
    drop(unit);
    let lease = Lease {
        publication,
        fence: row.fence,
    };
    let claimed = desk.app().claim("w1", vec![lease]).await.unwrap().remove(0);
    desk.app()
        .arm(vec![(claimed.lease, Step("{}".into()))])
        .await
        .unwrap();
    let now = desk.clock.now();
    let release = Release {
        entry: 0,
        remote_id: Release::UNKNOWN.to_owned(),
        url: None,
        carry: None,
        released_at: now,
    };
    let report = Report {
        lease: claimed.lease,
        outcome: Outcome::EntryOut {
            release,
            next_delay: Duration::ZERO,
        },
        trace: Trace::default(),
        started_at: now,
        ended_at: now,
    };
    desk.app().report(vec![report]).await.unwrap();
    id
}

#[tokio::test]
async fn what_is_out_under_an_unknown_id_gets_its_id_once() {
    let desk = Desk::new().await;
    let id = unnamed(&desk).await;
    assert_eq!(desk.listed().await[0]["releaseId"], "missing");
    let path = |end: &str| format!("/public/v1/posts/{id}/{end}");
    assert_eq!(desk.get(&path("missing")).await.json(), json!([]));
    let figures = desk.get(&format!("/public/v1/analytics/post/{id}")).await;
    assert_eq!(figures.json(), json!({ "missing": true }));
    let nothing = desk.put(&path("release-id"), json!({})).await;
    assert_eq!(nothing.status, 400, "{}", nothing.text());
    let named = desk.put(&path("release-id"), json!({ "releaseId": "109" })).await;
    insta::assert_json_snapshot!("named_release", named.shape());
    for id in [id.as_str(), "pub_00000000000000000000000001", "cm1"] {
        let got = desk
            .put(
                &format!("/public/v1/posts/{id}/release-id"),
                json!({ "releaseId": "110" }),
            )
            .await;
        assert_eq!(
            (got.status.as_u16(), &got.json()["message"]),
            (404, &json!("Post not found")),
            "{id}"
        );
    }
    let figures = desk.get(&format!("/public/v1/analytics/post/{id}")).await;
    assert_eq!(figures.json(), json!([]));
}

#[tokio::test]
async fn figures_that_nobody_measured_are_an_empty_list() {
    let desk = Desk::new().await;
    let channel = desk.channel("ada-1").await;
    for path in [
        format!("/public/v1/analytics/{}", channel.id),
        format!("/public/v1/analytics/{}?date=30", channel.id),
        "/public/v1/analytics/post/cm1?date=7".to_owned(),
        "/public/v1/posts/cm1/missing".to_owned(),
    ] {
        let got = desk.get(&path).await;
        assert_eq!((got.status.as_u16(), got.json()), (200, json!([])), "{path}");
    }
    let unknown = desk.get("/public/v1/analytics/cm1").await;
    assert_eq!(
        (unknown.status.as_u16(), &unknown.json()["msg"]),
        (404, &json!("Integration not found"))
    );
    let bad = desk
        .get(&format!("/public/v1/analytics/{}?date=soon", channel.id))
        .await;
    assert_eq!(
        (bad.status.as_u16(), &bad.json()["errors"][0]["field"]),
        (400, &json!("date"))
    );
}

#[tokio::test]
async fn what_went_wrong_is_told_page_by_page() {
    let desk = Desk::new().await;
    let channel = desk.channel("ada-1").await;
    let none = desk.get("/public/v1/notifications").await.json();
    assert_eq!(
        none,
        json!({ "notifications": [], "total": 0, "page": 0, "limit": 100, "hasMore": false })
    );
    desk.post("/public/v1/posts", post(&[&channel], "hello")).await;
    // Nobody was there to send it in time.
    desk.release(Duration::from_hours(40)).await;
    insta::assert_json_snapshot!(
        "notifications",
        desk.get("/public/v1/notifications?page=0").await.shape()
    );
    let beyond = desk.get("/public/v1/notifications?page=7").await.json();
    assert_eq!(
        (&beyond["total"], &beyond["notifications"]),
        (&json!(1), &json!([]))
    );
    let bad = desk.get("/public/v1/notifications?page=-1").await;
    insta::assert_json_snapshot!("notifications_of_no_page", bad.shape());
}

#[tokio::test]
async fn videos_are_made_elsewhere() {
    let desk = Desk::new().await;
    let body = json!({ "type": "veo3", "output": "vertical", "customParams": { "prompt": "a dog" } });
    insta::assert_json_snapshot!(
        "no_video",
        desk.post("/public/v1/generate-video", body).await.shape()
    );
    let body = json!({ "identifier": "image-text-slides", "functionName": "loadVoices" });
    insta::assert_json_snapshot!(
        "no_video_function",
        desk.post("/public/v1/video/function", body).await.shape()
    );
}

#[tokio::test]
async fn people_are_told_to_the_owner_of_the_instance_alone() {
    let desk = Desk::new().await;
    let (neighbour, _) = desk.neighbour().await;
    let all = desk.get("/public/v1/users").await;
    assert_eq!(all.json().as_array().unwrap().len(), 2, "{}", all.text());
    insta::assert_json_snapshot!("users", desk.get("/public/v1/users?name=EVE").await.shape());
    for key in [neighbour, desk.key_for(&[Scope::PostsRead]).await] {
        let got = desk.call_as(&key, Method::GET, "/public/v1/users", None).await;
        assert_eq!(
            (got.status.as_u16(), &got.json()["msg"]),
            (403, &json!("Unauthorized"))
        );
    }
}

#[tokio::test]
async fn channels_tell_how_they_are_and_how_publishing_went() {
    let desk = Desk::new().await;
    let channel = desk.channel("ada-1").await;
    desk.plain_channel().await;
    insta::assert_json_snapshot!("health", desk.get("/public/v1/integrations/health").await.shape());
    desk.post("/public/v1/posts", post(&[&channel], "hello")).await;
    desk.release(Duration::from_hours(40)).await;
    insta::assert_json_snapshot!("insights", desk.get("/public/v1/analytics?date=30").await.shape());
}
