use futures::StreamExt;
use postern_domain::media::MediaKind;
use postern_domain::ports::{ByteStream, MediaError};
use postern_domain::problem::Code;
use postern_media::FetchPolicy;
use tokio::time::{Duration, timeout};

use crate::{PUBLIC_URL, STRANGE_KEY, cases, limits, mp4, pieces, png, read, refused};

fn all() -> Vec<crate::Case> {
    cases(&FetchPolicy::default())
}

#[tokio::test]
async fn files_are_stored_with_what_they_are() {
    for case in all() {
        let content = png(640, 480, 100);
        let file = case
            .store
            .store("photo.exe", pieces(&content, 10), limits())
            .await
            .unwrap();
        assert_eq!(file.kind, MediaKind::Image);
        assert_eq!(file.mime, "image/png");
        assert_eq!(file.bytes, u64::try_from(content.len()).unwrap());
        assert_eq!((file.pixels, file.duration), (Some((640, 480)), None));
        assert_eq!(file.hash.len(), 64);
        assert_eq!(file.key, format!("2026/11/20/{}.png", &file.hash[..32]));
        assert_eq!(read(&*case.store, &file.key, 0).await.unwrap(), content);
        assert_eq!(case.store.size(&file.key).await, Ok(file.bytes));
        case.check_files(1);

        let address = case.store.public_url(&file.key);
        assert_eq!(address, format!("{PUBLIC_URL}/uploads/{}", file.key));
        assert_eq!(case.store.key_of(&address), Some(file.key));
    }
}

#[tokio::test]
async fn the_same_content_is_kept_once() {
    for case in all() {
        let first = case
            .store
            .store("a", pieces(&png(2, 2, 0), 7), limits())
            .await
            .unwrap();
        let second = case
            .store
            .store("b", pieces(&png(2, 2, 0), 1_000), limits())
            .await
            .unwrap();
        assert_eq!(first, second);
        case.check_files(1);
        let other = case
            .store
            .store("a", pieces(&png(2, 3, 0), 7), limits())
            .await
            .unwrap();
        assert_ne!(first.key, other.key);
        case.check_files(2);
    }
}

#[tokio::test]
async fn large_files_come_and_go_in_pieces() {
    for case in all() {
        let mut content = mp4(17_000_000);
        content[12_345_678] = 9;
        let file = case
            .store
            .store("film.mp4", pieces(&content, 1_000_000), limits())
            .await
            .unwrap();
        assert_eq!(
            (file.kind, file.mime.as_str(), file.pixels),
            (MediaKind::Video, "video/mp4", None)
        );
        for from in [0, 1, 12_345_678, 17_000_023, 17_000_024, 99_000_000] {
            let want = content.get(usize::try_from(from).unwrap()..).unwrap_or_default();
            let got = read(&*case.store, &file.key, from).await.unwrap();
            assert!(got == want, "from {from}: {} bytes", got.len());
        }
        case.check_files(1);
    }
}

#[tokio::test]
async fn each_type_has_its_own_limit_and_what_is_over_it_leaves_nothing() {
    for case in all() {
        let fits = png(2, 2, 1_000 - png(2, 2, 0).len());
        assert!(case.store.store("a", pieces(&fits, 64), limits()).await.is_ok());
        case.check_files(1);
        for (content, allowed) in [
            (png(2, 2, 1_000), "1000 bytes"),
            (png(2, 2, 900_000), "1000 bytes"),
            (mp4(20_000_000), "20000000 bytes"),
        ] {
            let stored = case.store.store("a", pieces(&content, 100_000), limits()).await;
            let problem = refused(stored);
            assert_eq!(problem.code, Code::MediaTooLarge);
            assert_eq!(problem.field, "/file");
            assert_eq!(problem.allowed.as_deref(), Some(allowed));
            case.check_files(1);
        }
    }
}

#[tokio::test]
async fn endless_files_are_cut_off_at_the_limit() {
    for case in all() {
        let head = futures::stream::iter([Ok(png(2, 2, 0))]);
        let endless: ByteStream = head
            .chain(futures::stream::repeat_with(|| Ok(vec![0; 100])))
            .boxed();
        let stored = timeout(Duration::from_secs(10), case.store.store("a", endless, limits()))
            .await
            .unwrap();
        assert_eq!(refused(stored).code, Code::MediaTooLarge);
        case.check_files(0);
    }
}

#[tokio::test]
async fn types_that_are_not_taken_are_named_and_leave_nothing() {
    for case in all() {
        for (name, content, given) in [
            (
                "a.png",
                &b"<html><script>alert(1)</script></html>"[..],
                Some("text/html"),
            ),
            (
                "a.mp4",
                b"MZ\x90\0\x03\0\0\0",
                Some("application/vnd.microsoft.portable-executable"),
            ),
            (
                "a.mp4",
                b"\0\0\0\x14ftypqt  \0\0\0\0qt  ",
                Some("video/quicktime"),
            ),
            ("a.jpg", b"plain words", Some("unknown")),
            ("a.jpg", b"", None),
        ] {
            let problem = refused(case.store.store(name, pieces(content, 3), limits()).await);
            assert_eq!(problem.code, Code::MediaTypeUnsupported);
            assert_eq!(problem.given.as_deref(), given);
            case.check_files(0);
        }
    }
}

#[tokio::test]
async fn documents_are_taken() {
    for case in all() {
        let file = case
            .store
            .store("a", pieces(b"%PDF-1.7\n1 0 obj", 5), limits())
            .await
            .unwrap();
        assert_eq!(
            (file.kind, file.mime.as_str()),
            (MediaKind::Document, "application/pdf")
        );
        assert_eq!(file.key.rsplit_once('.').unwrap().1, "pdf");
    }
}

#[tokio::test]
async fn sources_that_break_off_leave_nothing() {
    for case in all() {
        for good in [0, 1, 30] {
            let broken = std::io::Error::from(std::io::ErrorKind::ConnectionReset);
            let source = std::iter::repeat_n(png(2, 2, 10_000), good).map(Ok);
            let source: Vec<_> = source.chain([Err(broken)]).collect();
            let policy = postern_domain::ports::StorePolicy {
                max_image_bytes: 1_000_000,
                ..limits()
            };
            let stored = case
                .store
                .store("a", futures::stream::iter(source).boxed(), policy)
                .await;
            assert!(matches!(stored, Err(MediaError::Failed(_))), "{stored:?}");
            case.check_files(0);
        }
    }
}

#[tokio::test]
async fn uploads_that_are_given_up_leave_nothing() {
    for case in all() {
        let head = futures::stream::iter([Ok(mp4(1_000_000))]);
        let stuck: ByteStream = head.chain(futures::stream::pending()).boxed();
        let given_up = timeout(Duration::from_millis(200), case.store.store("a", stuck, limits())).await;
        assert!(given_up.is_err());
        // The last write may still be under way on another thread.
        let deadline = std::time::Instant::now() + Duration::from_secs(10);
        while !case.files().is_empty() && std::time::Instant::now() < deadline {
            tokio::task::yield_now().await;
        }
        case.check_files(0);
    }
}

#[tokio::test]
async fn removed_files_are_gone_and_removing_twice_is_no_error() {
    for case in all() {
        let file = case
            .store
            .store("a", pieces(&png(2, 2, 0), 9), limits())
            .await
            .unwrap();
        case.store.remove(&file.key).await.unwrap();
        case.check_files(0);
        assert_eq!(read(&*case.store, &file.key, 0).await, Err(MediaError::NotFound));
        case.store.remove(&file.key).await.unwrap();
    }
}

#[tokio::test]
async fn keys_that_lead_out_touch_nothing() {
    for case in all() {
        let outside = case.folder.path().join("secret.png");
        std::fs::write(&outside, "secret").unwrap();
        for key in [
            "secret.png",
            "../secret.png",
            "2026/11/20/../../../secret.png",
            "/etc/hostname",
            "",
            STRANGE_KEY,
        ] {
            let found = read(&*case.store, key, 0).await;
            assert_eq!(found, Err(MediaError::NotFound), "{key}");
            assert_eq!(case.store.size(key).await, Err(MediaError::NotFound), "{key}");
            case.store.remove(key).await.unwrap();
        }
        assert!(outside.exists());
    }
}
