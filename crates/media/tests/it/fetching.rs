use postern_domain::ports::{MediaStore, StorePolicy};
use postern_domain::problem::{Code, Problem};
use postern_media::FetchPolicy;
use tempfile::TempDir;

use crate::server::{Server, answer};
use crate::{cases, disk, limits, png, read, refused};

/// A folder store with this policy.
fn store(policy: FetchPolicy) -> (TempDir, postern_media::DiskStore) {
    let folder = tempfile::tempdir().expect("a folder");
    let store = disk(folder.path(), policy);
    (folder, store)
}

fn allowing(server: &Server) -> FetchPolicy {
    FetchPolicy {
        allow_private: false,
        allowed_hosts: vec![server.place().to_uppercase()],
    }
}

async fn refusal(policy: FetchPolicy, url: &str, https_only: bool) -> Problem {
    let (_folder, store) = store(policy);
    refused(store.fetch(url, https_only, limits()).await)
}

#[tokio::test]
async fn files_are_fetched_through_redirects_and_judged_by_content() {
    let server = Server::start(|request| match request.line.as_str() {
        "GET /start?size=large" => answer("302 Found", "Location: /next\r\n", b""),
        "GET /next" => answer("307 Temporary Redirect", "Location: picture\r\n", b""),
        "GET /picture" => answer("200 OK", "Content-Type: text/html\r\n", &png(5, 6, 300)),
        _ => answer("404 Not Found", "", b""),
    })
    .await;
    for case in cases(&allowing(&server)) {
        let url = server.url("/start?size=large");
        let file = case.store.fetch(&url, false, limits()).await.unwrap();
        assert_eq!((file.mime.as_str(), file.pixels), ("image/png", Some((5, 6))));
        assert_eq!(read(&*case.store, &file.key, 0).await.unwrap(), png(5, 6, 300));
        case.check_files(1);
    }
}

#[tokio::test]
async fn closed_networks_may_be_opened_by_the_operator() {
    let server = Server::start(|_| answer("200 OK", "", &png(5, 6, 0))).await;
    let (_folder, store) = store(FetchPolicy {
        allow_private: true,
        ..FetchPolicy::default()
    });
    assert!(store.fetch(&server.url("/"), false, limits()).await.is_ok());
    let by_name = format!("http://localhost:{}/", server.port());
    assert!(store.fetch(&by_name, false, limits()).await.is_ok());
}

#[tokio::test]
async fn private_addresses_are_refused_in_every_spelling() {
    // The server would answer, so that only the guard can refuse.
    let server = Server::start(|_| answer("200 OK", "", &png(5, 6, 0))).await;
    let port = server.port();
    for host in [
        "127.0.0.1",
        "127.1",
        "127.0.0.1.",
        "0",
        "0.0.0.0",
        "2130706433",
        "0x7f.1",
        "0x7f000001",
        "017700000001",
        "0177.0.0.1",
        "[::1]",
        "[::]",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "[0:0:0:0:0:ffff:127.0.0.1]",
        "[64:ff9b::7f00:1]",
        "[2002:7f00:1::]",
        "[fe80::1]",
        "[fc00::1]",
        "10.0.0.1",
        "169.254.169.254",
        "192.168.1.1",
        "\u{ff11}27.0.0.1",
        "localhost",
        "LOCALHOST",
    ] {
        let problem = refusal(
            FetchPolicy::default(),
            &format!("http://{host}:{port}/a.png"),
            false,
        )
        .await;
        assert_eq!(problem.code, Code::UrlRefused, "{host}: {problem}");
        assert_eq!(problem.field, "/url");
    }
}

#[tokio::test]
async fn each_redirect_is_checked_like_the_first_address() {
    let inner = Server::start(|_| answer("200 OK", "", &png(5, 6, 0))).await;
    for (target, code) in [
        (inner.url("/secret"), Code::UrlRefused),
        (format!("http://localhost:{}/", inner.port()), Code::UrlRefused),
        ("http://[::1]/".to_owned(), Code::UrlRefused),
        ("file:///etc/hostname".to_owned(), Code::UrlRefused),
        ("//user:word@example.org/".to_owned(), Code::UrlRefused),
        ("http://".to_owned(), Code::FetchFailed),
        (String::new(), Code::FetchFailed),
    ] {
        let outer = Server::start(move |request| {
            let is_loop = target.is_empty() || request.line == "GET /loop";
            let target = if is_loop { "/loop" } else { &target };
            answer("302 Found", &format!("Location: {target}\r\n"), b"")
        })
        .await;
        let problem = refusal(allowing(&outer), &outer.url("/start"), false).await;
        assert_eq!(problem.code, code, "{problem}");
    }
}

#[tokio::test]
async fn only_https_and_known_endings_are_taken_where_asked_for() {
    let server = Server::start(|_| answer("200 OK", "", &png(5, 6, 0))).await;
    let place = server.place();
    for url in [
        format!("http://{place}/a.png"),
        format!("https://{place}/a"),
        format!("https://{place}/a.svg"),
        format!("https://{place}/a.avif"),
        format!("https://{place}/a?file=a.png"),
        format!("https://{place}/a#a.png"),
    ] {
        let problem = refusal(allowing(&server), &url, true).await;
        assert_eq!(problem.code, Code::UrlRefused, "{url}");
    }
    // These pass the rule and fail only because nobody listens there.
    let everywhere = FetchPolicy {
        allow_private: true,
        ..FetchPolicy::default()
    };
    for path in ["A.PNG?x=1", "a.jpeg#x"] {
        let url = format!("https://127.0.0.1:1/{path}");
        let problem = refusal(everywhere.clone(), &url, true).await;
        assert_eq!(problem.code, Code::FetchFailed, "{url}");
    }
}

#[tokio::test]
async fn other_schemes_credentials_and_nonsense_are_refused_without_showing_them() {
    for url in [
        "",
        "picture.png",
        "/uploads/picture.png",
        "ftp://example.org/a.png",
        "file:///etc/passwd",
        "data:image/png;base64,AAAA",
        "gopher://127.0.0.1:6379/_FLUSHALL",
        "javascript:alert(1)",
        "https://user:hidden-word@example.org/a.png",
        "https://hidden-word@example.org/a.png",
    ] {
        let problem = refusal(FetchPolicy::default(), url, false).await;
        assert_eq!(problem.code, Code::UrlRefused, "{url}");
        assert!(!problem.to_string().contains("hidden-word"), "{problem}");
    }
}

#[tokio::test]
async fn failures_of_the_server_are_told_without_the_address() {
    let server = Server::start(|request| match request.line.as_str() {
        "GET /gone?token=hidden-word" => answer("404 Not Found", "", b"not here"),
        "GET /short?token=hidden-word" => {
            let mut whole = answer("200 OK", "", &png(5, 6, 9_000));
            whole.truncate(whole.len() - 10);
            whole
        }
        "GET /nonsense?token=hidden-word" => b"nonsense\r\n\r\n".to_vec(),
        _ => Vec::new(),
    })
    .await;
    for path in ["/gone", "/short", "/nonsense", "/closed"] {
        let url = server.url(&format!("{path}?token=hidden-word"));
        let (folder, store) = store(allowing(&server));
        let policy = StorePolicy {
            max_image_bytes: 100_000,
            ..limits()
        };
        let problem = refused(store.fetch(&url, false, policy).await);
        assert_eq!(problem.code, Code::FetchFailed, "{path}");
        assert_eq!(problem.given.as_deref(), Some("127.0.0.1"));
        assert!(!problem.to_string().contains("hidden-word"), "{problem}");
        let spool = std::fs::read_dir(folder.path().join(".incoming"));
        assert_eq!(spool.map_or(0, Iterator::count), 0);
    }
    let closed = refusal(
        FetchPolicy {
            allow_private: true,
            ..FetchPolicy::default()
        },
        "http://127.0.0.1:1/a.png",
        false,
    )
    .await;
    assert_eq!(closed.code, Code::FetchFailed);
}

#[tokio::test]
async fn sizes_and_types_hold_for_fetched_files_too() {
    let server = Server::start(|request| match request.line.as_str() {
        "GET /declared" => b"HTTP/1.1 200 OK\r\nContent-Length: 20000001\r\n\r\n".to_vec(),
        "GET /picture" => answer("200 OK", "", &png(5, 6, 1_000)),
        _ => answer("200 OK", "Content-Type: image/png\r\n", b"<html>"),
    })
    .await;
    for (path, code) in [
        ("/declared", Code::MediaTooLarge),
        ("/picture", Code::MediaTooLarge),
        ("/page", Code::MediaTypeUnsupported),
    ] {
        let problem = refusal(allowing(&server), &server.url(path), false).await;
        assert_eq!((problem.code, problem.field.as_str()), (code, "/url"), "{path}");
    }
}
