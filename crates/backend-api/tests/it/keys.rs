//! `/api/keys`.

use http::Method;
use serde_json::json;

use crate::desk::Desk;

#[tokio::test]
async fn keys_are_made_listed_and_ended() {
    let desk = Desk::new().await;
    let asked =
        json!({"name": "laptop", "scopes": ["posts:read", "posts:write"], "expires_at": "2027-06-01"});
    let created = desk.post("/api/keys", asked).await;
    let mut body = created.json();
    let key = body["key"].as_str().unwrap().to_owned();
    assert!(key.starts_with("ptz_"));
    body["key"] = json!("ptz_...");
    assert_eq!(created.status, 201);
    insta::assert_json_snapshot!("key_created", crate::desk::named(&body));
    let works = |key: String| {
        let desk = &desk;
        async move {
            desk.call_as(&key, Method::GET, "/public/v1/is-connected", None)
                .await
                .status
                == 200
        }
    };
    assert!(works(key.clone()).await);

    let listed = desk.get("/api/keys").await.json();
    assert_eq!(
        (
            listed["meta"]["total"].as_u64(),
            listed["keys"].as_array().unwrap().len()
        ),
        (Some(2), 2)
    );
    assert!(!listed.to_string().contains(&key));

    let id = body["id"].as_str().unwrap();
    let ended = desk.delete(&format!("/api/keys/{id}")).await;
    assert_eq!((ended.status.as_u16(), ended.bytes.len()), (204, 0));
    assert!(!works(key).await);
    assert_eq!(desk.delete(&format!("/api/keys/{id}")).await.status, 404);
}

#[tokio::test]
async fn refusals_are_problem_documents() {
    let desk = Desk::new().await;
    for (name, body) in [
        ("key_refused", json!({"name": "", "scopes": []})),
        (
            "key_unknown_scope",
            json!({"name": "a", "scopes": ["everything"], "expires_at": "soon"}),
        ),
    ] {
        let got = desk.post("/api/keys", body).await;
        assert_eq!(got.header("content-type"), Some("application/problem+json"));
        insta::assert_json_snapshot!(name, got.shape());
    }
    let stranger = desk.call_as("nobody", Method::GET, "/api/keys", None).await;
    assert_eq!(
        (stranger.status.as_u16(), &stranger.json()["code"]),
        (401, &json!("unauthenticated"))
    );
    let (neighbour, _) = desk.neighbour().await;
    let mine = desk.get("/api/keys").await.json()["keys"][0]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let got = desk
        .call_as(&neighbour, Method::DELETE, &format!("/api/keys/{mine}"), None)
        .await;
    assert_eq!(got.status, 404);
    assert_eq!(desk.delete("/api/keys/not-an-id").await.status, 404);
}
