//! Files coming in.

use std::sync::Arc;

use axum::body::Body;
use http::{Method, Request};
use postern_domain::ports::{MediaLibrary, UploadRequest};
use postern_testkit::FakeMediaStore;
use serde_json::json;

use crate::cases::{form, png, post};
use crate::desk::{Choice, Desk, Got, named};

/// Sends a form to `POST /upload`.
pub(crate) async fn upload(desk: &Desk, kind: &str, content: Vec<u8>) -> Got {
    let request = Request::builder()
        .method(Method::POST)
        .uri("/public/v1/upload")
        .header("authorization", &desk.key)
        .header("content-type", kind);
    desk.send(request.body(Body::from(content)).unwrap()).await
}

#[tokio::test]
async fn an_uploaded_picture_is_attached_by_its_path() {
    let desk = Desk::new().await;
    let channel = desk.channel("ada-1").await;
    let (kind, content) = form("file", "png", &png());
    let uploaded = upload(&desk, &kind, content).await;
    insta::assert_json_snapshot!("upload", uploaded.shape());
    let path = uploaded.json()["path"].clone();
    let mut body = post(&[&channel], "with a picture");
    body["posts"][0]["value"][0]["image"] = json!([{"id": "whatever", "path": path, "alt": "a dot"}]);
    let got = desk.post("/public/v1/posts", body).await;
    assert_eq!(got.status, 201, "{}", got.text());
    let image = desk.listed().await[0]["image"].clone();
    assert_eq!((&image[0]["path"], &image[0]["alt"]), (&path, &json!("a dot")));
}

#[tokio::test]
async fn forms_without_a_usable_file_are_refused_in_the_words_that_clients_know() {
    let desk = Desk::new().await;
    let large = {
        let mut content = png();
        content.resize(100_001, 0);
        content
    };
    for (name, (kind, content)) in [
        ("upload_wrong_type", form("file", "a.png", b"#!/bin/sh\nexit 0\n")),
        ("upload_too_large", form("file", "a.png", &large)),
        ("upload_other_field", form("picture", "a.png", &png())),
        ("upload_no_form", ("application/json".to_owned(), b"{}".to_vec())),
        (
            "upload_no_file",
            (
                "multipart/form-data; boundary=edge".to_owned(),
                b"--edge\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nb\r\n--edge--\r\n".to_vec(),
            ),
        ),
        (
            "upload_broken_off",
            (
                "multipart/form-data; boundary=edge".to_owned(),
                b"--edge\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.png\"\r\n\r\n\x89PNG"
                    .to_vec(),
            ),
        ),
    ] {
        insta::assert_json_snapshot!(name, upload(&desk, &kind, content).await.shape());
    }
}

#[tokio::test]
async fn a_file_is_fetched_from_a_public_address() {
    let store = FakeMediaStore::default();
    store.publish("https://example.org/dot.png", &png());
    store.publish("https://example.org/program.exe", b"MZ");
    let desk = Desk::with(Choice {
        media: Some(Arc::new(store)),
        ..Choice::default()
    })
    .await;
    let fetch = |url: &'static str| desk.post("/public/v1/upload-from-url", json!({"url": url}));
    let got = fetch("https://example.org/dot.png").await;
    assert_eq!(
        (got.status.as_u16(), &got.json()["originalName"]),
        (201, &json!("dot.png")),
        "{}",
        got.text()
    );
    let got = fetch("https://example.org/program.exe").await;
    assert_eq!(
        (got.status.as_u16(), &got.json()["msg"]),
        (400, &json!("Unsupported file type."))
    );
    assert_eq!(
        desk.post("/public/v1/upload-from-url", json!({})).await.status,
        400
    );
}

#[tokio::test]
async fn addresses_within_the_house_are_refused() {
    let desk = Desk::new().await;
    for url in [
        "https://127.0.0.1/a.png",
        "https://localhost/a.png",
        "http://example.org/a.png",
        "https://example.org/a.txt",
        "ftp://example.org/a.png",
        "a.png",
    ] {
        let got = desk.post("/public/v1/upload-from-url", json!({"url": url})).await;
        let body = got.json();
        assert_eq!(got.status, 400, "{url}: {body}");
        assert!(
            ["url_refused", "fetch_failed"].contains(&body["code"].as_str().unwrap()),
            "{url}: {body}"
        );
    }
}

async fn put(desk: &Desk, url: &str, content: Vec<u8>) -> Got {
    let path = url.strip_prefix("http://localhost:5000").unwrap();
    let request = Request::builder().method(Method::PUT).uri(path);
    desk.send(request.body(Body::from(content)).unwrap()).await
}

async fn ticket(desk: &Desk) -> String {
    let request = UploadRequest {
        name: "dot.png".into(),
        bytes: None,
    };
    desk.app().begin_upload(&desk.actor, request).await.unwrap().url
}

#[tokio::test]
async fn a_ticket_takes_one_file_once() {
    let desk = Desk::new().await;
    let url = ticket(&desk).await;
    let got = put(&desk, &url, png()).await;
    assert_eq!(got.status, 201, "{}", got.text());
    insta::assert_json_snapshot!("upload_by_ticket", named(&got.json()));
    assert_eq!(put(&desk, &url, png()).await.status, 404);
    let forged = format!("{}x", ticket(&desk).await);
    let got = put(&desk, &forged, png()).await;
    assert_eq!(
        (got.status.as_u16(), got.header("content-type")),
        (404, Some("application/problem+json"))
    );
    let got = put(&desk, &ticket(&desk).await, b"not a picture".to_vec()).await;
    assert_eq!(
        (got.status.as_u16(), &got.json()["code"]),
        (422, &json!("media_type_unsupported"))
    );
    assert!(got.json()["fix"].is_string());
}
