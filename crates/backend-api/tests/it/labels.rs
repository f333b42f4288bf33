//! `/tags` and `/media`: what posts carry.

use http::Method;
use serde_json::json;

use crate::cases::{form, png, post};
use crate::desk::{Desk, named};
use crate::uploads::upload;

#[tokio::test]
async fn labels_are_made_renamed_on_their_posts_and_removed() {
    let desk = Desk::new().await;
    let channel = desk.channel("ada-1").await;
    let mut body = post(&[&channel], "hello");
    body["tags"] = json!([{ "value": "news", "label": "News" }]);
    desk.post("/public/v1/posts", body).await;
    let made = desk
        .post("/public/v1/tags", json!({ "name": "Art", "color": "#ff0000" }))
        .await;
    insta::assert_json_snapshot!("tag", made.shape());
    insta::assert_json_snapshot!("tags", desk.get("/public/v1/tags").await.shape());
    let tags = desk.get("/public/v1/tags").await.json();
    let news = format!("/public/v1/tags/{}", tags["tags"][1]["id"].as_str().unwrap());
    let renamed = desk.put(&news, json!({ "name": "Notes" })).await;
    assert_eq!(renamed.status, 200, "{}", renamed.text());
    assert_eq!(desk.listed().await[0]["tags"][0]["tag"]["name"], "Notes");
    for (method, path, body, status) in [
        (Method::PUT, news.as_str(), json!({ "name": "Art" }), 409),
        (Method::POST, "/public/v1/tags", json!({ "name": "Art" }), 409),
        (Method::POST, "/public/v1/tags", json!({ "name": " " }), 422),
        (
            Method::POST,
            "/public/v1/tags",
            json!({ "name": "x", "color": "red" }),
            400,
        ),
        (Method::PUT, "/public/v1/tags/tag_1", json!({}), 404),
    ] {
        let got = desk.call(method.clone(), path, Some(body.clone())).await;
        assert_eq!(got.status, status, "{method} {path} {body}: {}", got.text());
    }
    let (eve, _) = desk.neighbour().await;
    assert_eq!(desk.call_as(&eve, Method::DELETE, &news, None).await.status, 404);
    assert_eq!(
        desk.call_as(&eve, Method::GET, "/public/v1/tags", None)
            .await
            .json(),
        json!({ "tags": [] })
    );
    assert_eq!(desk.delete(&news).await.status, 204);
    assert_eq!(desk.listed().await[0]["tags"], json!([]));
}

#[tokio::test]
async fn files_are_listed_described_and_removed() {
    let desk = Desk::new().await;
    let (kind, content) = form("file", "a dog.png", &png());
    let file = upload(&desk, &kind, content).await.json();
    let id = file["id"].as_str().unwrap();
    let path = format!("/public/v1/media/{id}");
    assert_eq!(desk.get(&path).await.json()["originalName"], "a dog.png");
    let described = desk.put(&path, json!({ "alt": "a dog" })).await;
    assert_eq!(described.json()["alt"], "a dog");
    let list = |query: &str| format!("/public/v1/media{query}");
    let page = desk.get(&list("?type=image&search=DOG&limit=1")).await.json();
    assert_eq!(
        (page["media"].as_array().unwrap().len(), &page["nextCursor"]),
        (1, &json!(null))
    );
    assert_eq!(desk.get(&list("?search=cat")).await.json()["media"], json!([]));
    for query in ["?type=sound", "?limit=0", "?cursor=nonsense"] {
        let got = desk.get(&list(query)).await;
        assert!(
            matches!(got.status.as_u16(), 400 | 422),
            "{query}: {} {}",
            got.status,
            got.text()
        );
    }
    let (eve, _) = desk.neighbour().await;
    for method in [Method::GET, Method::DELETE] {
        assert_eq!(desk.call_as(&eve, method, &path, None).await.status, 404);
    }
    let alt = desk
        .call_as(&eve, Method::PUT, &path, Some(json!({ "alt": "x" })))
        .await;
    assert_eq!(alt.status, 404);
    assert_eq!(desk.delete(&path).await.status, 204);
    assert_eq!(desk.get(&path).await.status, 404);
    let ticket = desk
        .post(
            "/public/v1/media/uploads",
            json!({ "name": "a.png", "bytes": 70 }),
        )
        .await;
    assert_eq!(ticket.status, 201, "{}", ticket.text());
    let mut ticket = named(&ticket.json());
    ticket["url"] = json!(ticket["url"].as_str().unwrap().split('=').next());
    insta::assert_json_snapshot!("upload_ticket", ticket);
    let huge = desk
        .post(
            "/public/v1/media/uploads",
            json!({ "name": "a.mp4", "bytes": 1_000_000_000_000_u64 }),
        )
        .await;
    assert_eq!(huge.json()["code"], "media_too_large");
}
