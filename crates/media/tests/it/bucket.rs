use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use futures::TryStreamExt;
use object_store::ObjectStoreExt;
use object_store::memory::InMemory;
use object_store::path::Path;
use postern_domain::ports::{MediaError, MediaStore};
use postern_domain::secret::Secret;
use postern_media::{FetchPolicy, S3Settings, S3Store};

use crate::server::{Server, answer};
use crate::{limits, mp4, pieces, png, read, surroundings};

fn settings(endpoint: String) -> S3Settings {
    S3Settings {
        endpoint: Some(endpoint),
        region: "auto".to_owned(),
        bucket: "media".to_owned(),
        access_key_id: "id".to_owned(),
        secret_access_key: Secret::new("secret-key"),
        path_style: true,
        public_url: Some("https://cdn.example/".to_owned()),
    }
}

/// A server that keeps objects by path and insists on signatures.
async fn server() -> Server {
    let objects = Mutex::new(HashMap::<String, Vec<u8>>::new());
    Server::start(move |request| {
        if !request.head.contains("authorization: aws4-hmac-sha256") {
            return answer("403 Forbidden", "", b"");
        }
        let mut objects = objects.lock().unwrap();
        let (method, path) = request.line.split_once(' ').unwrap();
        let headers = "ETag: \"1\"\r\nLast-Modified: Fri, 20 Nov 2026 10:00:00 GMT\r\n";
        match (method, objects.get(path)) {
            ("PUT", _) => {
                assert!(
                    request.head.contains("content-type: image/png"),
                    "{}",
                    request.head
                );
                objects.insert(path.to_owned(), request.body);
                answer("200 OK", headers, b"")
            }
            ("DELETE", _) => {
                objects.remove(path);
                answer("204 No Content", "", b"")
            }
            (_, None) => answer("404 Not Found", "", b""),
            ("HEAD", Some(object)) => {
                let head = format!(
                    "HTTP/1.1 200 OK\r\nContent-Length: {}\r\n{headers}\r\n",
                    object.len()
                );
                head.into_bytes()
            }
            (_, Some(object)) => {
                let range = request
                    .head
                    .lines()
                    .find_map(|line| line.strip_prefix("range: bytes="));
                let (from, to) = range.and_then(|range| range.split_once('-')).unwrap();
                let (from, to): (usize, usize) = (from.parse().unwrap(), to.parse().unwrap());
                let range = format!("Content-Range: bytes {from}-{to}/{}\r\n{headers}", object.len());
                answer("206 Partial Content", &range, &object[from..=to])
            }
        }
    })
    .await
}

#[tokio::test]
async fn files_go_to_the_server_and_come_back() {
    let server = server().await;
    let spool = tempfile::tempdir().unwrap();
    let around = surroundings(spool.path().to_owned(), FetchPolicy::default());
    let store = S3Store::new(&settings(server.url("")), around).unwrap();
    let content = png(3, 4, 500);
    let file = store.store("a", pieces(&content, 50), limits()).await.unwrap();
    assert_eq!(read(&store, &file.key, 0).await.unwrap(), content);
    assert_eq!(read(&store, &file.key, 500).await.unwrap(), content[500..]);
    assert_eq!(
        store.public_url(&file.key),
        format!("https://cdn.example/{}", file.key)
    );
    store.remove(&file.key).await.unwrap();
    assert_eq!(read(&store, &file.key, 0).await, Err(MediaError::NotFound));
    assert_eq!(std::fs::read_dir(spool.path()).unwrap().count(), 0);
}

#[tokio::test]
async fn failing_buckets_leave_nothing_in_the_spool() {
    let server = Server::start(|_| answer("403 Forbidden", "", b"")).await;
    let spool = tempfile::tempdir().unwrap();
    let around = surroundings(spool.path().to_owned(), FetchPolicy::default());
    let store = S3Store::new(&settings(server.url("")), around).unwrap();
    let failed = store.store("a", pieces(&png(3, 4, 0), 50), limits()).await;
    let Err(MediaError::Failed(text)) = failed else {
        panic!("{failed:?}");
    };
    assert!(!text.contains("secret-key"), "{text}");
    assert_eq!(std::fs::read_dir(spool.path()).unwrap().count(), 0);
}

#[tokio::test]
async fn parts_make_the_same_object_and_ranges_are_cut_to_it() {
    let memory = Arc::new(InMemory::new());
    let spool = tempfile::tempdir().unwrap();
    let around = surroundings(spool.path().to_owned(), FetchPolicy::default());
    let store = S3Store::over(Arc::<InMemory>::clone(&memory), around).unwrap();
    // Two whole parts: the last look finds nothing more.
    let content = mp4(2 * 8 * 1024 * 1024 - mp4(0).len());
    let file = store
        .store("a", pieces(&content, 999_999), limits())
        .await
        .unwrap();
    let object = memory.get(&Path::from(file.key.as_str())).await.unwrap();
    assert_eq!(object.bytes().await.unwrap(), content);

    let size = u64::try_from(content.len()).unwrap();
    for (from, count, want) in [
        (0, Some(4), &content[..4]),
        (4, Some(4), b"ftyp"),
        (size - 2, Some(9), &[7, 7]),
        (size, None, b""),
        (0, Some(0), b""),
        (u64::MAX, Some(u64::MAX), b""),
    ] {
        let (part, whole) = store.read_range(&file.key, from, count).await.unwrap();
        let part: Vec<Vec<u8>> = part.try_collect().await.unwrap();
        assert_eq!((part.concat().as_slice(), whole), (want, size), "from {from}");
    }
}
