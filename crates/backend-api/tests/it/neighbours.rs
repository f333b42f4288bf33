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
    let mut returning = post(&[&mine], "again");
    returning["inter"] = json!(1);
    desk.post("/public/v1/posts", returning).await;
    let recurrences = desk.get("/public/v1/recurrences").await.json();
    let recurrence = recurrences["recurrences"][0]["id"].as_str().unwrap().to_owned();
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
        (Method::GET, format!("/integrations/{channel}/slots"), None, 404),
        (
            Method::PUT,
            format!("/integrations/{channel}/slots"),
            Some(json!({"slots": []})),
            404,
        ),
        (Method::GET, format!("/recurrences/{recurrence}"), None, 404),
        (
            Method::PUT,
            format!("/recurrences/{recurrence}"),
            Some(json!({})),
            404,
        ),
        (
            Method::POST,
            format!("/recurrences/{recurrence}/skip"),
            Some(json!({"date": "2027-01-16"})),
            404,
        ),
        (Method::DELETE, format!("/recurrences/{recurrence}"), None, 404),
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
    let returning = desk
        .call_as(&eve, Method::GET, "/public/v1/recurrences", None)
        .await;
    assert_eq!(returning.json(), json!({"recurrences": []}));
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
    let mine = desk.listed().await;
    assert!(
        mine.iter()
            .all(|item| ["hello", "again"].map(Into::into).contains(&item["content"]))
    );
}
