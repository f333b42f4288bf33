use postern_domain::ports::MediaError;
use postern_domain::secret::Secret;
use postern_media::RemoteReader;

use crate::server::{Server, answer};
use crate::{STRANGE_KEY, init_tls, read};

const TOKEN: &str = "service-token";

fn reader(base: &str) -> RemoteReader {
    init_tls();
    RemoteReader::new(base, Secret::new(TOKEN)).unwrap()
}

/// A backend that holds one file; with or without parts.
async fn backend(knows_parts: bool) -> Server {
    Server::start(move |request| {
        if !request.head.contains(&format!("authorization: bearer {TOKEN}")) {
            return answer("401 Unauthorized", "", b"");
        }
        if request.line != format!("GET /internal/media/{STRANGE_KEY}") {
            return answer("404 Not Found", "", b"");
        }
        let content = b"0123456789";
        let from = request.head.lines().find_map(|line| {
            line.strip_prefix("range: bytes=")?
                .strip_suffix('-')?
                .parse::<usize>()
                .ok()
        });
        match from.filter(|_| knows_parts) {
            None => answer("200 OK", "", content),
            Some(from) if from >= content.len() => answer("416 Range Not Satisfiable", "", b""),
            Some(from) => answer("206 Partial Content", "", &content[from..]),
        }
    })
    .await
}

#[tokio::test]
async fn files_are_read_from_any_byte_on() {
    for knows_parts in [true, false] {
        let server = backend(knows_parts).await;
        let reader = reader(&server.url("/"));
        for (from, want) in [(0, "0123456789"), (3, "3456789"), (10, ""), (99, "")] {
            let got = read(&reader, STRANGE_KEY, from).await.unwrap();
            assert_eq!(String::from_utf8(got).unwrap(), want, "from {from}");
        }
    }
}

#[tokio::test]
async fn missing_files_and_failures_are_told_apart() {
    let server = backend(true).await;
    let reader = reader(&server.url(""));
    let missing = STRANGE_KEY.replace(".png", ".gif");
    assert_eq!(read(&reader, &missing, 0).await, Err(MediaError::NotFound));
    assert_eq!(
        read(&reader, "../../v1/posts", 0).await,
        Err(MediaError::NotFound)
    );

    let broken = Server::start(|_| answer("503 Service Unavailable", "", b"")).await;
    for base in [broken.url(""), "http://127.0.0.1:1".to_owned()] {
        let failed = read(&self::reader(&base), STRANGE_KEY, 0).await;
        assert!(matches!(failed, Err(MediaError::Failed(_))), "{failed:?}");
    }
}

#[test]
fn readers_do_not_print_their_token() {
    assert!(!format!("{:?}", reader("http://backend:5001")).contains(TOKEN));
}
