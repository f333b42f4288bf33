//! Stored files going out.

use axum::body::Body;
use http::{Method, Request};

use crate::cases::{form, png};
use crate::desk::{Desk, Got};
use crate::uploads::upload;

async fn stored(desk: &Desk) -> String {
    let (kind, content) = form("file", "a.png", &png());
    let path = upload(desk, &kind, content).await.json()["path"]
        .as_str()
        .unwrap()
        .to_owned();
    path.strip_prefix("http://localhost:5000").unwrap().to_owned()
}

async fn get(desk: &Desk, path: &str, headers: &[(&str, &str)]) -> Got {
    let mut request = Request::builder().uri(path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    desk.send(request.body(Body::empty()).unwrap()).await
}

#[tokio::test]
async fn a_file_is_served_for_ever_and_as_nothing_but_a_file() {
    let desk = Desk::new().await;
    let path = stored(&desk).await;
    let got = get(&desk, &path, &[]).await;
    assert_eq!((got.status.as_u16(), &got.bytes), (200, &png()));
    assert_eq!(got.header("content-type"), Some("image/png"));
    assert_eq!(
        got.header("content-length"),
        Some(png().len().to_string().as_str())
    );
    assert_eq!(
        got.header("cache-control"),
        Some("public, max-age=31536000, immutable")
    );
    assert_eq!(got.header("x-content-type-options"), Some("nosniff"));
    assert!(
        got.header("content-security-policy")
            .unwrap()
            .starts_with("sandbox;")
    );
    let tag = got.header("etag").unwrap();
    let again = get(&desk, &path, &[("if-none-match", tag)]).await;
    assert_eq!(
        (again.status.as_u16(), again.bytes.len(), again.header("etag")),
        (304, 0, Some(tag))
    );
}

#[tokio::test]
async fn parts_of_a_file_are_served() {
    let desk = Desk::new().await;
    let path = stored(&desk).await;
    let size = png().len();
    let whole = format!("bytes 0-{}/{size}", size - 1);
    let tag = get(&desk, &path, &[]).await.header("etag").unwrap().to_owned();
    for (headers, status, range, content) in [
        (
            vec![("range", "bytes=0-3")],
            206,
            Some(format!("bytes 0-3/{size}")),
            png()[..4].to_vec(),
        ),
        (vec![("range", "bytes=0-")], 206, Some(whole), png()),
        (
            vec![("range", "bytes=-4")],
            206,
            Some(format!("bytes {}-{}/{size}", size - 4, size - 1)),
            png()[size - 4..].to_vec(),
        ),
        (
            vec![("range", "bytes=0-3"), ("if-range", &tag)],
            206,
            Some(format!("bytes 0-3/{size}")),
            png()[..4].to_vec(),
        ),
        (
            vec![("range", "bytes=0-3"), ("if-range", "\"other\"")],
            200,
            None,
            png(),
        ),
        (
            vec![("range", "bytes=9999-")],
            416,
            Some(format!("bytes */{size}")),
            Vec::new(),
        ),
        (vec![("range", "bytes=x")], 200, None, png()),
    ] {
        let got = get(&desk, &path, &headers).await;
        assert_eq!(got.status, status, "{headers:?}");
        assert_eq!(got.header("content-range"), range.as_deref(), "{headers:?}");
        assert_eq!(got.bytes, content, "{headers:?}");
    }
}

#[tokio::test]
async fn nothing_outside_of_the_store_is_served() {
    let desk = Desk::new().await;
    stored(&desk).await;
    for path in [
        "/uploads/../test.db",
        "/uploads/..%2F..%2Ftest.db",
        "/uploads/2026/11/20/0123456789abcdef0123456789abcdef.png",
        "/uploads/.incoming/x",
    ] {
        assert_eq!(get(&desk, path, &[]).await.status, 404, "{path}");
    }
}

#[tokio::test]
async fn workers_read_files_with_the_service_token() {
    let desk = Desk::new().await;
    let path = stored(&desk).await.replace("/uploads/", "/internal/media/");
    for (headers, status) in [
        (vec![], 401),
        (vec![("authorization", "Bearer wrong")], 401),
        (vec![("authorization", desk.key.as_str())], 401),
        (vec![("authorization", "Bearer service-token")], 200),
        (
            vec![("authorization", "Bearer service-token"), ("range", "bytes=4-")],
            206,
        ),
    ] {
        assert_eq!(get(&desk, &path, &headers).await.status, status, "{headers:?}");
    }
    let got = get(
        &desk,
        "/internal/media/nothing",
        &[("authorization", "Bearer service-token")],
    )
    .await;
    assert_eq!(got.status, 404);
}

#[tokio::test]
async fn the_head_of_a_file_tells_its_size() {
    let desk = Desk::new().await;
    let path = stored(&desk).await;
    let request = Request::builder()
        .method(Method::HEAD)
        .uri(path)
        .body(Body::empty())
        .unwrap();
    let got = desk.send(request).await;
    let size = png().len().to_string();
    assert_eq!(
        (got.status.as_u16(), got.header("content-length"), got.bytes.len()),
        (200, Some(size.as_str()), 0)
    );
}
