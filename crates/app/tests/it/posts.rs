//! Writing, changing and taking back posts.

use std::time::Duration;

use postern_domain::actor::Scope;
use postern_domain::id::ChannelId;
use postern_domain::ports::{Clock, MediaStore, Posts};
use postern_domain::post::{
    IdempotencyKey, Intent, MediaRef, MediaUse, PostEdit, PostQuery, PostRef, PostState,
};
use postern_domain::publication::State;
use postern_domain::time::{PublishAt, Zone};
use postern_domain::{Actor, BackendError, Code};

use crate::desk::{Desk, entry, new_post};

fn codes(error: &BackendError) -> Vec<(Code, String)> {
    error
        .problems()
        .into_iter()
        .map(|problem| (problem.code, problem.field))
        .collect()
}

#[tokio::test]
async fn all_problems_come_at_once_and_nothing_is_stored() {
    let desk = Desk::new().await;
    let channel = desk.channel().await;
    let stranger = ChannelId::from_bits(77);
    let at = PublishAt::at(desk.clock.now().minus(Duration::from_hours(1)), Zone::utc());
    let mut post = new_post(
        Intent::Schedule {
            at,
            past_is_now: false,
        },
        &[channel.id, stranger],
        &[&"x".repeat(101)],
    );
    post.entries[0].media.push(MediaUse {
        media: MediaRef::Url(desk.media.public_url("2026/01/01/none.png")),
        alt: None,
    });
    let error = desk.app.create_post(&desk.actor, post, None).await.unwrap_err();
    let found = codes(&error);
    for (code, field) in [
        (Code::MediaUnknown, "/entries/0/media/0"),
        (Code::UnknownChannel, "/targets/1/channel"),
        (Code::PublishTimePassed, "/publish_at"),
        (Code::TextTooLong, "/targets/0/entries/0/content"),
    ] {
        assert!(
            found.contains(&(code, field.to_owned())),
            "{code} at {field} in {found:?}"
        );
    }
    let stored = desk
        .app
        .posts(
            &desk.actor,
            PostQuery {
                limit: 10,
                ..PostQuery::default()
            },
        )
        .await
        .unwrap();
    assert!(stored.items.is_empty());
}

#[tokio::test]
async fn the_same_key_makes_one_post() {
    let desk = Desk::new().await;
    let channel = desk.channel().await;
    let key = |digest: &str| {
        Some(IdempotencyKey {
            key: "k".into(),
            digest: digest.into(),
        })
    };
    let post = || new_post(Intent::Draft(None), &[channel.id], &["hello"]);
    let first = desk.app.create_post(&desk.actor, post(), key("a")).await.unwrap();
    let again = desk.app.create_post(&desk.actor, post(), key("a")).await.unwrap();
    assert_eq!(
        (first.view.post.id, false, true),
        (again.view.post.id, first.replayed, again.replayed)
    );
    let other = desk
        .app
        .create_post(&desk.actor, post(), key("b"))
        .await
        .unwrap_err();
    assert_eq!(codes(&other)[0].0, Code::IdempotencyMismatch);
}

#[tokio::test]
async fn a_refused_request_does_not_use_its_key_up() {
    let desk = Desk::new().await;
    let channel = desk.channel().await;
    let key = || {
        Some(IdempotencyKey {
            key: "k".into(),
            digest: "a".into(),
        })
    };
    let bad = new_post(Intent::Now, &[], &["hello"]);
    assert!(desk.app.create_post(&desk.actor, bad, key()).await.is_err());
    let good = new_post(Intent::Now, &[channel.id], &["hello"]);
    assert!(
        !desk
            .app
            .create_post(&desk.actor, good, key())
            .await
            .unwrap()
            .replayed
    );
}

#[tokio::test]
async fn drafts_may_be_unfinished_but_not_empty() {
    let desk = Desk::new().await;
    let channel = desk.channel().await;
    let long = new_post(Intent::Draft(None), &[channel.id], &[&"x".repeat(500)]);
    let view = desk.app.create_post(&desk.actor, long, None).await.unwrap().view;
    assert_eq!(
        (view.state, view.publications[0].publication.state),
        (PostState::Draft, State::Draft)
    );
    let empty = new_post(Intent::Draft(None), &[channel.id], &["  "]);
    let error = desk.app.create_post(&desk.actor, empty, None).await.unwrap_err();
    assert_eq!(codes(&error)[0].0, Code::ContentEmpty);
    let now = desk
        .app
        .publish_post(&desk.actor, PostRef::Post(view.post.id))
        .await
        .unwrap_err();
    assert_eq!(codes(&now)[0].0, Code::TextTooLong);
}

#[tokio::test]
async fn edits_need_the_version_that_was_read() {
    let desk = Desk::new().await;
    let channel = desk.channel().await;
    let view = desk.schedule(&[channel.id], &["one"]).await;
    let id = PostRef::Post(view.post.id);
    let edit = |text: &str| PostEdit {
        expected_version: Some(view.post.version),
        entries: Some(vec![entry(text)]),
        ..PostEdit::default()
    };
    let changed = desk.app.update_post(&desk.actor, id, edit("two")).await.unwrap();
    assert_eq!(changed.post.entries[0].content.excerpt(10), "two");
    assert_eq!(
        changed.publications[0].publication.id,
        view.publications[0].publication.id
    );
    let stale = desk
        .app
        .update_post(&desk.actor, id, edit("three"))
        .await
        .unwrap_err();
    assert_eq!(codes(&stale)[0].0, Code::VersionConflict);
    assert_eq!(desk.view(id).await.post.entries[0].content.excerpt(10), "two");
}

#[tokio::test]
async fn edits_and_cancellations_are_refused_once_a_worker_has_it() {
    let desk = Desk::new().await;
    let channel = desk.channel().await;
    let view = desk.schedule(&[channel.id], &["one"]).await;
    let id = PostRef::Post(view.post.id);
    assert_eq!(desk.work(Duration::from_mins(1)).await.len(), 1);
    let edit = PostEdit {
        entries: Some(vec![entry("two")]),
        ..PostEdit::default()
    };
    for error in [
        desk.app.update_post(&desk.actor, id, edit).await.unwrap_err(),
        desk.app.cancel_post(&desk.actor, id).await.unwrap_err(),
    ] {
        assert_eq!(codes(&error)[0].0, Code::PostSettled);
    }
}

#[tokio::test]
async fn a_cancelled_post_never_becomes_due() {
    let desk = Desk::new().await;
    let channel = desk.channel().await;
    let view = desk.schedule(&[channel.id], &["one"]).await;
    let cancelled = desk
        .app
        .cancel_post(&desk.actor, PostRef::Post(view.post.id))
        .await
        .unwrap();
    assert_eq!(cancelled.state, PostState::Trashed);
    assert!(desk.work(Duration::from_mins(5)).await.is_empty());
}

#[tokio::test]
async fn dropping_a_channel_drops_its_part_only() {
    let desk = Desk::new().await;
    let (one, two) = (desk.connect("a").await, desk.connect("b").await);
    let view = desk.schedule(&[one.id, two.id], &["hello"]).await;
    let second = view.publications[1].publication.id;
    let left = desk
        .app
        .cancel_post(&desk.actor, PostRef::Publication(second))
        .await
        .unwrap();
    assert_eq!(left.state, PostState::Scheduled);
    let claimed = desk.work(Duration::from_mins(1)).await;
    assert_eq!(
        claimed.iter().map(|it| it.channel.id).collect::<Vec<_>>(),
        [one.id]
    );
}

#[tokio::test]
async fn scopes_are_needed() {
    let desk = Desk::new().await;
    let channel = desk.channel().await;
    let reader = Actor {
        scopes: vec![Scope::PostsRead],
        ..desk.actor.clone()
    };
    let post = new_post(Intent::Now, &[channel.id], &["hello"]);
    let error = desk.app.create_post(&reader, post, None).await.unwrap_err();
    assert_eq!(error, BackendError::Forbidden(Scope::PostsWrite));
}

#[tokio::test]
async fn queueing_takes_the_next_free_slot() {
    let desk = Desk::new().await;
    let channel = desk.channel().await;
    let queue = || new_post(Intent::Queue, &[channel.id], &["hello"]);
    let first = desk
        .app
        .create_post(&desk.actor, queue(), None)
        .await
        .unwrap()
        .view;
    let second = desk
        .app
        .create_post(&desk.actor, queue(), None)
        .await
        .unwrap()
        .view;
    let at = |view: &postern_domain::post::PostView| view.post.publish_at.as_ref().unwrap().instant;
    assert!(desk.clock.now() < at(&first) && at(&first) < at(&second));
    let free = desk.app.find_slot(&desk.actor, channel.id).await.unwrap();
    assert!(at(&second) < free.instant);
}

#[tokio::test]
async fn files_come_from_the_library_or_are_fetched_into_it() {
    let desk = Desk::new().await;
    let channel = desk.channel().await;
    desk.media
        .publish("https://example.org/a.png", b"\x89PNG\r\n\x1a\nxxxx");
    let mut post = new_post(Intent::Draft(None), &[channel.id], &["hello"]);
    post.entries[0].media.push(MediaUse {
        media: MediaRef::Url("https://example.org/a.png".into()),
        alt: Some("a".into()),
    });
    let view = desk.app.create_post(&desk.actor, post, None).await.unwrap().view;
    let used = &view.post.entries[0].media[0];
    assert_eq!(used.alt.as_deref(), Some("a"));
    assert!(desk.media.content(&used.media.key).is_some());
}
