//! What the routes answer to bad requests.

use axum::body::Body;
use http::{Method, Request};
use postern_domain::ports::ConnectError;
use postern_domain::{Code, Problem};
use serde_json::{Value as Json, json};

use crate::cases::{append, part, post};
use crate::desk::{Desk, Got};

#[tokio::test]
async fn every_problem_of_a_post_is_told_at_once() {
    let desk = Desk::new().await;
    let (first, second) = (desk.channel("ada-1").await, desk.plain_channel().await);
    let mut body = post(&[&first], &"x".repeat(101));
    append(&mut body["posts"], part(&second, ""));
    append(&mut body["posts"][1]["value"], json!({"content": "a comment"}));
    insta::assert_json_snapshot!(
        "create_rules",
        desk.post("/public/v1/posts", body.clone()).await.shape()
    );
    body["posts"][1]["settings"] = json!({"title": "x", "sensitive": "maybe"});
    insta::assert_json_snapshot!(
        "create_settings",
        desk.post("/public/v1/posts", body).await.shape()
    );
}

#[tokio::test]
async fn the_form_of_a_post_is_checked() {
    let desk = Desk::new().await;
    let channel = desk.channel("ada-1").await;
    let foreign =
        json!({"integration": {"id": "chn_00000000000000000000000001"}, "value": [{"content": "a"}]});
    for (name, body) in [
        ("create_empty", json!({})),
        (
            "create_no_channel",
            json!({"type": "now", "posts": [{"value": [{"content": "a"}]}]}),
        ),
        (
            "create_unknown_channel",
            json!({"type": "now", "posts": [part(&channel, "a"), foreign]}),
        ),
        ("create_unknown_file", {
            let mut body = post(&[&channel], "a");
            body["posts"][0]["value"][0]["image"] =
                json!([{"id": "med_00000000000000000000000001", "path": ""}]);
            body
        }),
        ("create_twice", post(&[&channel, &channel], "a")),
    ] {
        insta::assert_json_snapshot!(name, desk.post("/public/v1/posts", body).await.shape());
    }
    assert!(desk.listed().await.is_empty());
}

#[tokio::test]
async fn drafts_may_be_unfinished_but_not_empty() {
    let desk = Desk::new().await;
    let channel = desk.channel("ada-1").await;
    let mut body = post(&[&channel], &"x".repeat(101));
    body["type"] = json!("draft");
    assert_eq!(desk.post("/public/v1/posts", body.clone()).await.status, 201);
    body["posts"][0]["value"][0]["content"] = json!("<p> </p>");
    let got = desk.post("/public/v1/posts", body).await;
    assert_eq!(
        (got.status.as_u16(), &got.json()["code"]),
        (400, &json!("content_empty"))
    );
}

async fn raw(desk: &Desk, method: Method, path: &str, body: &'static str) -> Got {
    let request = Request::builder()
        .method(method)
        .uri(path)
        .header("authorization", &desk.key);
    desk.send(request.body(Body::from(body)).unwrap()).await
}

#[tokio::test]
async fn malformed_json_is_answered_with_the_parsers_words() {
    let desk = Desk::new().await;
    for (method, path) in [
        (Method::POST, "/public/v1/posts"),
        (Method::POST, "/public/v1/upload-from-url"),
        (
            Method::PUT,
            "/public/v1/posts/pub_00000000000000000000000001/status",
        ),
    ] {
        let got = raw(&desk, method, path, "{\"type\": nope}").await;
        let body = got.json();
        assert_eq!(
            (got.status.as_u16(), &body["statusCode"], &body["error"]),
            (400, &json!(400), &json!("Bad Request"))
        );
        assert!(
            body["message"].as_str().unwrap().contains("line 1 column"),
            "{path}: {body}"
        );
        assert!(!body.to_string().contains("nope"), "{path}: {body}");
    }
}

#[tokio::test]
async fn an_empty_body_with_a_json_type_is_no_error_where_none_is_needed() {
    let desk = Desk::new().await;
    assert_eq!(desk.get("/public/v1/is-connected").await.status, 200);
    assert_eq!(desk.delete("/public/v1/posts/x").await.status, 404);
    assert_eq!(raw(&desk, Method::POST, "/public/v1/posts", "").await.status, 400);
}

#[tokio::test]
async fn what_is_not_there_is_said_in_each_routes_words() {
    let desk = Desk::new().await;
    let gone = "chn_00000000000000000000000001";
    let post = "pub_00000000000000000000000001";
    for (method, path, body, status, family, words) in [
        (
            Method::GET,
            format!("/integration-settings/{gone}"),
            None,
            404,
            "msg",
            "Integration not found",
        ),
        (
            Method::GET,
            "/integration-settings/cm123".into(),
            None,
            404,
            "msg",
            "Integration not found",
        ),
        (
            Method::GET,
            format!("/find-slot/{gone}"),
            None,
            404,
            "msg",
            "Integration not found",
        ),
        (
            Method::POST,
            format!("/integration-trigger/{gone}"),
            Some(json!({"methodName": "x"})),
            404,
            "msg",
            "Integration not found",
        ),
        (
            Method::DELETE,
            format!("/posts/{post}"),
            None,
            404,
            "msg",
            "Post not found",
        ),
        (
            Method::DELETE,
            "/posts/cm123".into(),
            None,
            404,
            "msg",
            "Post not found",
        ),
        (
            Method::DELETE,
            format!("/posts/group/{post}"),
            None,
            404,
            "msg",
            "Post not found",
        ),
        (
            Method::PUT,
            format!("/posts/{post}/status"),
            Some(json!({"status": "draft"})),
            400,
            "message",
            "Post not found",
        ),
        (
            Method::PUT,
            format!("/posts/{post}/settings"),
            Some(json!({"settings": {}})),
            404,
            "message",
            "Post not found",
        ),
    ] {
        let got = desk.call(method, &format!("/public/v1{path}"), body).await;
        let answer = got.json();
        assert_eq!(
            (got.status.as_u16(), answer[family].as_str()),
            (status, Some(words)),
            "{path}: {answer}"
        );
        assert_eq!(answer["code"], "not_found", "{path}");
        assert!(answer["fix"].is_string(), "{path}");
    }
}

#[tokio::test]
async fn queries_and_changes_name_what_they_lack() {
    let desk = Desk::new().await;
    insta::assert_json_snapshot!("list_without_dates", desk.get("/public/v1/posts").await.shape());
    let post = "/public/v1/posts/pub_00000000000000000000000001";
    insta::assert_json_snapshot!(
        "status_unknown",
        desk.put(&format!("{post}/status"), json!({"status": "now"}))
            .await
            .shape()
    );
    insta::assert_json_snapshot!(
        "settings_missing",
        desk.put(&format!("{post}/settings"), json!({})).await.shape()
    );
}

#[tokio::test]
async fn a_channel_without_slots_has_no_next_one() {
    use postern_domain::ports::Channels;
    let desk = Desk::new().await;
    let channel = desk.channel("ada-1").await;
    desk.app()
        .set_slots(&desk.actor, channel.id, Vec::new())
        .await
        .unwrap();
    let got = desk.get(&format!("/public/v1/find-slot/{}", channel.id)).await;
    assert_eq!(
        (got.status.as_u16(), &got.json()["code"]),
        (400, &json!("no_slot"))
    );
    assert!(got.json()["msg"].is_string());
}

#[tokio::test]
async fn look_ups_fail_in_the_words_that_clients_know() {
    let desk = Desk::new().await;
    let channel = desk.plain_channel().await;
    let path = format!("/public/v1/integration-trigger/{}", channel.id);
    let refusal = |code| {
        Err(ConnectError::Refused(Problem::new(
            code,
            "",
            "it did not work",
            "try something else",
        )))
    };
    for (method, answer, status, words) in [
        ("nothing", None, 404, "Tool not found"),
        (
            "boards",
            Some(refusal(Code::PlatformRefused)),
            500,
            "Unexpected error",
        ),
        (
            "boards",
            Some(refusal(Code::ChannelDisconnected)),
            401,
            "Channel disconnected due to expired token",
        ),
    ] {
        if let Some(answer) = answer {
            desk.connector.will_help(answer);
        }
        let got = desk.post(&path, json!({"methodName": method})).await;
        let body: Json = got.json();
        assert_eq!(
            (got.status.as_u16(), body["msg"].as_str()),
            (status, Some(words)),
            "{body}"
        );
    }
    assert_eq!(desk.post(&path, json!({})).await.status, 400);
}

#[tokio::test]
async fn drafts_without_a_time_cannot_be_planned() {
    let desk = Desk::new().await;
    let channel = desk.channel("ada-1").await;
    let mut body = post(&[&channel], "hello");
    body["type"] = json!("draft");
    body["date"] = json!(null);
    let id = desk.post("/public/v1/posts", body).await.json()[0]["postId"]
        .as_str()
        .unwrap()
        .to_owned();
    let got = desk
        .put(
            &format!("/public/v1/posts/{id}/status"),
            json!({"status": "schedule"}),
        )
        .await;
    assert_eq!(
        (got.status.as_u16(), &got.json()["errors"][0]["field"]),
        (400, &json!("date"))
    );
}
