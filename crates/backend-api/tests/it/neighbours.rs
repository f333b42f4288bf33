//! Two workspaces never see each other.

use http::Method;
use serde_json::json;

use crate::cases::{form, part, png, post};
use crate::desk::Desk;
use crate::uploads::upload;

#[tokio::test]
async fn what_belongs_to_another_workspace_is_not_there() {
    let desk = Desk::new().await;
    let mine = desk.channel("ada-1").await;
    let created = desk
        .post("/public/v1/posts", post(&[&mine], "hello"))
        .await
        .json();
    let id = created[0]["postId"].as_str().unwrap();
    let group = desk.listed().await[0]["group"].as_str().unwrap().to_owned();
    let (kind, content) = form("file", "a.png", &png());
    let path = upload(&desk, &kind, content).await.json()["path"].clone();
    let (eve, hers) = desk.neighbour().await;

    let channel = mine.id;
    for (method, path, body, want) in [
        (Method::GET, format!("/integration-settings/{channel}"), None, 404),
        (Method::GET, format!("/find-slot/{channel}"), None, 404),
        (
            Method::POST,
            format!("/integration-trigger/{channel}"),
            Some(json!({"methodName": "x"})),
            404,
        ),
        (Method::GET, format!("/posts/{id}"), None, 404),
        (Method::GET, format!("/posts/{group}"), None, 404),
        (Method::DELETE, format!("/posts/{id}"), None, 404),
        (Method::DELETE, format!("/posts/group/{group}"), None, 404),
        (
            Method::PUT,
            format!("/posts/{id}/status"),
            Some(json!({"status": "draft"})),
            400,
        ),
        (
            Method::PUT,
            format!("/posts/{id}/settings"),
            Some(json!({"settings": {}})),
            404,
        ),
        (Method::POST, format!("/posts/{id}/publish"), None, 404),
        (Method::POST, format!("/posts/{id}/retry"), None, 404),
        (
            Method::POST,
            format!("/posts/{id}/resolve"),
            Some(json!({"outcome": "published"})),
            404,
        ),
        (
            Method::POST,
            "/posts".to_owned(),
            Some(post(&[&mine], "mine now")),
            400,
        ),
    ] {
        let got = desk
            .call_as(&eve, method.clone(), &format!("/public/v1{path}"), body)
            .await;
        assert_eq!(got.status, want, "{method} {path}: {}", got.text());
    }
    let list = "/public/v1/posts?startDate=2027-01-01&endDate=2027-12-31";
    assert_eq!(
        desk.call_as(&eve, Method::GET, list, None).await.json()["posts"],
        json!([])
    );
    let channels = desk
        .call_as(&eve, Method::GET, "/public/v1/integrations", None)
        .await
        .json();
    assert_eq!(channels.as_array().unwrap().len(), 1);

    // Ids of somebody else's post and file mean nothing: a new post, and an unknown file.
    let mut body = json!({"type": "draft", "posts": [part(&hers, "hers")]});
    body["posts"][0]["value"][0]["id"] = json!(id);
    body["posts"][0]["group"] = json!(group);
    let got = desk
        .call_as(&eve, Method::POST, "/public/v1/posts", Some(body.clone()))
        .await;
    assert_eq!(got.status, 201, "{}", got.text());
    body["posts"][0]["value"][0]["image"] = json!([{"id": "x", "path": path}]);
    let got = desk
        .call_as(&eve, Method::POST, "/public/v1/posts", Some(body))
        .await;
    assert_eq!(
        (got.status.as_u16(), &got.json()["code"]),
        (400, &json!("media_unknown"))
    );
    assert_eq!(desk.listed().await[0]["content"], "hello");
}
