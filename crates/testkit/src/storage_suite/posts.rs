//! Posts with all they consist of.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;
use postern_domain::actor::Door;
use postern_domain::content::Document;
use postern_domain::id::PostId;
use postern_domain::ports::{PersonRow, Remembered, Storage, StorageError};
use postern_domain::post::{AttachedMedia, Entry, Post, PostQuery, PostState, Version};
use postern_domain::publication::{Publication, State};
use postern_domain::review::{Decision, Rejection, Review};
use postern_domain::time::{PublishAt, Zone, parse_local};

use super::{a_stored_publication, ground, rules, store};
use crate::build::{HOME, NOW, a_channel, a_person, a_picture, a_post, an_entry, next_id, seconds};

rules! {
    whole_posts_read_back
    other_workspaces_see_no_post
    a_change_needs_the_version_that_was_read
    a_change_replaces_all_parts
    the_summary_state_follows_the_publications
    a_repeated_request_is_recognised
    trace_contexts_stay_with_their_posts
    a_planned_post_is_there_for_what_follows_in_its_unit
}

/// A post that uses everything a post can have.
async fn a_rich_post(storage: &Arc<dyn Storage>) -> Result<Post> {
    let ground = ground(storage).await?;
    let (picture, film, author) = (a_picture(), a_picture(), a_person());
    let unit = storage.begin().await?;
    unit.insert_media(&picture).await?;
    unit.insert_media(&film).await?;
    let row = PersonRow {
        person: author.clone(),
        password_hash: String::new(),
    };
    unit.insert_person(&row).await?;
    unit.commit().await?;
    let attached = |media: &postern_domain::media::Media, alt: Option<&str>| AttachedMedia {
        media: media.clone(),
        alt: alt.map(str::to_owned),
    };
    let head = Entry {
        content: Document::parse(
            "<p>Ships <strong>leave</strong> &amp; come</p><ul><li><p>one</p></li></ul>",
        ),
        media: vec![attached(&film, Some("Two ships")), attached(&picture, None)],
        delay: Duration::ZERO,
    };
    let reply = Entry {
        delay: Duration::from_secs(90),
        ..an_entry("a < b\n\nsecond line")
    };
    Ok(Post {
        author: Some(author.id),
        door: Door::Mcp,
        publish_at: Some(PublishAt::local(
            parse_local("2026-03-29T02:30")?,
            Zone::parse("Europe/Berlin")?,
        )),
        entries: vec![head.clone(), reply],
        versions: vec![Version {
            channel: ground.channel.id,
            entries: vec![an_entry("for this channel"), head],
        }],
        tags: vec!["news".to_owned(), "harbour".to_owned()],
        version: 3,
        updated_at: seconds(9),
        ..a_post()
    })
}

async fn whole_posts_read_back(storage: Arc<dyn Storage>) -> Result<()> {
    let rich = a_rich_post(&storage).await?;
    let plain = Post {
        publish_at: None,
        draft: true,
        review: Some(Review {
            verdict: Some(Decision::Reject(Rejection("no \"logo\"".into())).into_verdict("Ada", seconds(4))),
            ..Review::asked("Eve", seconds(2))
        }),
        entries: Vec::new(),
        trashed_at: Some(seconds(3)),
        ..a_post()
    };
    let unit = storage.begin().await?;
    unit.insert_post(&rich).await?;
    unit.insert_post(&plain).await?;
    unit.commit().await?;
    let unit = storage.read().await?;
    assert_eq!(unit.post(HOME, rich.id).await?, Some(rich.clone()));
    assert_eq!(unit.post(HOME, plain.id).await?, Some(plain.clone()));
    let mut both = unit.posts_by_id(&[plain.id, rich.id, a_post().id]).await?;
    both.sort_by_key(|post| post.id);
    let mut wanted = [plain, rich];
    wanted.sort_by_key(|post| post.id);
    assert_eq!(both, wanted);
    Ok(())
}

async fn other_workspaces_see_no_post(storage: Arc<dyn Storage>) -> Result<()> {
    let ground = ground(&storage).await?;
    let (post, publication) = a_stored_publication(&storage, &ground.channel).await?;
    let other = ground.other.id;
    let unit = storage.begin().await?;
    assert_eq!(unit.post(other, post.id).await?, None);
    let query = PostQuery {
        limit: 10,
        ..PostQuery::default()
    };
    assert_eq!(unit.posts(other, &query).await?.items, []);
    assert_eq!(unit.publication(other, publication.id).await?, None);
    assert_eq!(unit.publications_of(other, &[post.id]).await?, []);
    assert_eq!(unit.publications_in(other, &State::ALL, 10).await?, []);
    assert_eq!(unit.publications_between(other, NOW, seconds(99_999)).await?, []);
    assert_eq!(unit.attempts(other, publication.id).await?, []);
    let foreign = Post {
        workspace: other,
        ..post
    };
    assert!(unit.update_post(&foreign, 1).await.is_err());
    Ok(())
}

async fn a_change_needs_the_version_that_was_read(storage: Arc<dyn Storage>) -> Result<()> {
    let ground = ground(&storage).await?;
    let (post, _) = a_stored_publication(&storage, &ground.channel).await?;
    let second = Post { version: 2, ..post };
    let unit = storage.begin().await?;
    unit.update_post(&second, 1).await?;
    unit.commit().await?;
    let unit = storage.begin().await?;
    let stale = unit.update_post(&second, 1).await;
    assert_eq!(
        stale,
        Err(StorageError::Conflict {
            what: "post".to_owned()
        })
    );
    let gone = unit.update_post(&a_post(), 1).await;
    assert_eq!(
        gone,
        Err(StorageError::Conflict {
            what: "post".to_owned()
        })
    );
    Ok(())
}

async fn a_change_replaces_all_parts(storage: Arc<dyn Storage>) -> Result<()> {
    let rich = a_rich_post(&storage).await?;
    let unit = storage.begin().await?;
    unit.insert_post(&rich).await?;
    unit.set_traceparent(rich.id, "00-trace").await?;
    let lean = Post {
        entries: vec![an_entry("only this")],
        versions: Vec::new(),
        tags: vec!["harbour".to_owned()],
        publish_at: None,
        version: 4,
        ..rich
    };
    unit.update_post(&lean, 3).await?;
    assert_eq!(unit.post(HOME, lean.id).await?, Some(lean.clone()));
    assert_eq!(unit.traceparents(&[lean.id]).await?.len(), 1);
    Ok(())
}

async fn the_summary_state_follows_the_publications(storage: Arc<dyn Storage>) -> Result<()> {
    let ground = ground(&storage).await?;
    let second = a_channel("test");
    let unit = storage.begin().await?;
    unit.insert_channel(&second).await?;
    let post = a_post();
    let one = store(unit.as_ref(), &post, &ground.channel).await?;
    let two = crate::build::a_publication(&post, &second);
    unit.insert_publications(std::slice::from_ref(&two)).await?;
    for (first, other, sum) in [
        (State::Scheduled, State::Scheduled, PostState::Scheduled),
        (State::Armed, State::Scheduled, PostState::Publishing),
        (State::Published, State::Failed, PostState::PartlyPublished),
        (State::Missed, State::Failed, PostState::Failed),
        (State::Published, State::Cancelled, PostState::Published),
        (State::Published, State::Published, PostState::Published),
    ] {
        let changed = [
            Publication {
                state: first,
                ..one.clone()
            },
            Publication {
                state: other,
                ..two.clone()
            },
        ];
        unit.save_publications(&changed).await?;
        for state in PostState::ALL {
            let query = PostQuery {
                states: vec![state],
                limit: 10,
                ..PostQuery::default()
            };
            let found = unit.posts(HOME, &query).await?.items.len();
            assert_eq!(found, usize::from(state == sum), "{first} {other}: {state:?}");
        }
    }
    unit.delete_publications(&[one.id, two.id]).await?;
    let query = PostQuery {
        states: vec![PostState::Trashed],
        limit: 10,
        ..PostQuery::default()
    };
    assert_eq!(unit.posts(HOME, &query).await?.items, std::slice::from_ref(&post));
    let draft = Post {
        draft: true,
        version: 2,
        ..post
    };
    unit.update_post(&draft, 1).await?;
    let query = PostQuery {
        states: vec![PostState::Draft],
        ..query
    };
    assert_eq!(
        unit.posts(HOME, &query).await?.items,
        std::slice::from_ref(&draft)
    );
    let asked = Post {
        version: 3,
        review: Some(Review::asked("Eve", NOW)),
        ..draft
    };
    unit.update_post(&asked, 2).await?;
    assert_eq!(unit.posts(HOME, &query).await?.items, []);
    let query = PostQuery {
        states: vec![PostState::NeedsApproval],
        ..query
    };
    assert_eq!(unit.posts(HOME, &query).await?.items, [asked]);
    Ok(())
}

async fn a_repeated_request_is_recognised(storage: Arc<dyn Storage>) -> Result<()> {
    let other = ground(&storage).await?.other.id;
    let (first, second) = (PostId::from_bits(next_id()), PostId::from_bits(next_id()));
    let unit = storage.begin().await?;
    assert_eq!(
        unit.remember(HOME, "key", "digest", first, NOW).await?,
        Remembered::Fresh
    );
    unit.commit().await?;
    let unit = storage.begin().await?;
    let again = unit.remember(HOME, "key", "digest", second, seconds(1)).await?;
    assert_eq!(again, Remembered::Replay(first));
    let changed = unit.remember(HOME, "key", "another", second, seconds(1)).await?;
    assert_eq!(changed, Remembered::Mismatch);
    let elsewhere = unit.remember(other, "key", "another", second, seconds(1)).await?;
    assert_eq!(elsewhere, Remembered::Fresh);
    assert_eq!(unit.forget_keys(seconds(1), 9).await?, 1);
    assert_eq!(
        unit.remember(HOME, "key", "another", second, NOW).await?,
        Remembered::Fresh
    );
    Ok(())
}

async fn trace_contexts_stay_with_their_posts(storage: Arc<dyn Storage>) -> Result<()> {
    let ground = ground(&storage).await?;
    let (traced, _) = a_stored_publication(&storage, &ground.channel).await?;
    let (silent, _) = a_stored_publication(&storage, &ground.channel).await?;
    let unit = storage.begin().await?;
    unit.set_traceparent(traced.id, "00-trace").await?;
    let told = unit.traceparents(&[silent.id, traced.id]).await?;
    assert_eq!(told, [(traced.id, "00-trace".to_owned())]);
    assert!(unit.set_traceparent(a_post().id, "00-trace").await.is_err());
    Ok(())
}

async fn a_planned_post_is_there_for_what_follows_in_its_unit(storage: Arc<dyn Storage>) -> Result<()> {
    ground(&storage).await?;
    let (first, second) = (a_post(), a_post());
    let unit = storage.begin().await?;
    unit.insert_planned(&first, &[], None).await?;
    unit.insert_planned(&second, &[], None).await?;
    let changed = Post {
        version: 2,
        ..first.clone()
    };
    unit.update_post(&changed, 1).await?;
    assert_eq!(unit.post(HOME, first.id).await?, Some(changed));
    assert_eq!(unit.post(HOME, second.id).await?, Some(second));
    unit.commit().await?;
    // What is wrong with it is told with the commit at the latest, and nothing of the unit stays.
    let third = a_post();
    let unit = storage.begin().await?;
    let told = async {
        unit.insert_planned(&third, &[], None).await?;
        unit.insert_planned(&first, &[], None).await?;
        unit.commit().await
    };
    assert!(matches!(told.await, Err(StorageError::Conflict { .. })));
    assert_eq!(storage.read().await?.post(HOME, third.id).await?, None);
    Ok(())
}
