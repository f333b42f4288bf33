//! Everything a provider declares is carried out.

use postern_domain::manifest::Thread;
use postern_domain::media::MediaKind;

use crate::driver::{Job, text};
use crate::stage::Stage;

#[tokio::test]
async fn a_text_comes_out_once_with_its_link() {
    let stage = Stage::open().await;
    for id in Stage::providers() {
        let account = stage.connect(&id, "ada").await;
        let words = "Hello (world) [x] #first *and* _last_ https://example.org/a?b=1";
        let mut job = Job::new(&stage, &account, 1, vec![text(words)]);
        job.run().await.unwrap_or_else(|error| panic!("{id}: {error:?}"));
        let journal = stage.journal(&id);
        assert_eq!(journal.len(), 1, "{id}");
        assert_eq!(journal[0].text, words, "{id}");
        let url = job.releases[0].url.as_deref().unwrap();
        assert!(url.starts_with("http"), "{id}: {url}");
    }
    stage.close();
}

#[tokio::test]
async fn images_keep_their_order_and_their_words() {
    let stage = Stage::open().await;
    for id in Stage::providers() {
        let account = stage.connect(&id, "ada").await;
        let entry = text("Two pictures")
            .with_image("a red door")
            .with_image("a blue door");
        let mut job = Job::new(&stage, &account, 2, vec![entry]);
        job.run().await.unwrap_or_else(|error| panic!("{id}: {error:?}"));
        let journal = stage.journal(&id);
        let alts: Vec<Option<&str>> = journal[0].media.iter().map(|file| file.alt.as_deref()).collect();
        assert_eq!(alts, [Some("a red door"), Some("a blue door")], "{id}");
    }
    stage.close();
}

#[tokio::test]
async fn videos_come_out_where_they_are_declared() {
    let stage = Stage::open().await;
    for id in Stage::providers() {
        let provider = stage.provider(&id);
        if !provider
            .manifest()
            .limits
            .media
            .iter()
            .any(|limit| limit.kind == MediaKind::Video)
        {
            continue;
        }
        let account = stage.connect(&id, "ada").await;
        let mut job = Job::new(&stage, &account, 3, vec![text("A film").with_video("waves")]);
        job.run().await.unwrap_or_else(|error| panic!("{id}: {error:?}"));
        let journal = stage.journal(&id);
        assert_eq!(journal[0].media.len(), 1, "{id}");
        assert_eq!(journal[0].media[0].bytes, 5_000_000, "{id}");
    }
    stage.close();
}

#[tokio::test]
async fn threads_hang_together() {
    let stage = Stage::open().await;
    for id in Stage::providers() {
        let thread = stage.provider(&id).manifest().thread;
        if thread == Thread::None {
            continue;
        }
        let account = stage.connect(&id, "ada").await;
        let mut job = Job::new(&stage, &account, 4, vec![text("one"), text("two"), text("three")]);
        job.run().await.unwrap_or_else(|error| panic!("{id}: {error:?}"));
        let journal = stage.journal(&id);
        let texts: Vec<&str> = journal.iter().map(|entry| entry.text.as_str()).collect();
        assert_eq!(texts, ["one", "two", "three"], "{id}");
        let parents: Vec<Option<&str>> = journal.iter().map(|entry| entry.in_reply_to.as_deref()).collect();
        let second = if thread == Thread::Replies {
            &journal[1].id
        } else {
            &journal[0].id
        };
        assert_eq!(
            parents,
            [None, Some(journal[0].id.as_str()), Some(second.as_str())],
            "{id}"
        );
        assert!(job.releases.iter().all(|release| release.url.is_some()), "{id}");
    }
    stage.close();
}
