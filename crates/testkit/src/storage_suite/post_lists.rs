//! Pages of posts.

use std::sync::Arc;

use anyhow::Result;
use postern_domain::channel::Channel;
use postern_domain::id::{GroupId, PostId};
use postern_domain::ports::{Storage, StorageError, Unit};
use postern_domain::post::{Post, PostQuery, PostState};
use postern_domain::publication::State;
use postern_domain::time::{PublishAt, Zone};

use super::{ground, rules, store};
use crate::build::{HOME, a_channel, a_post, next_id, seconds};

rules! {
    posts_are_paged_in_both_directions_with_timeless_ones_last
    a_span_of_time_takes_its_first_instant_and_not_its_last
    thrown_away_posts_are_shown_when_asked_for
    pages_of_several_states_are_one_list
    posts_are_found_by_channel_and_by_group
    a_cursor_that_never_was_one_is_refused
}

/// Stores a post for each time, with its publication on the channel.
async fn store_all(unit: &dyn Unit, channel: &Channel, times: &[Option<i64>]) -> Result<Vec<Post>> {
    let mut posts = Vec::new();
    for time in times {
        let post = Post {
            publish_at: time.map(|second| PublishAt::at(seconds(second), Zone::utc())),
            ..a_post()
        };
        store(unit, &post, channel).await?;
        posts.push(post);
    }
    Ok(posts)
}

fn ids(posts: &[Post]) -> Vec<PostId> {
    posts.iter().map(|post| post.id).collect()
}

/// All pages of a query, one behind the other.
async fn walk(unit: &dyn Unit, query: PostQuery) -> Result<Vec<PostId>> {
    let mut query = query;
    let mut seen = Vec::new();
    loop {
        let page = unit.posts(HOME, &query).await?;
        assert!(page.items.len() <= query.limit as usize);
        seen.extend(ids(&page.items));
        query.cursor = page.next;
        if query.cursor.is_none() {
            return Ok(seen);
        }
    }
}

async fn posts_are_paged_in_both_directions_with_timeless_ones_last(storage: Arc<dyn Storage>) -> Result<()> {
    let ground = ground(&storage).await?;
    let unit = storage.begin().await?;
    let times = [Some(30), None, Some(10), Some(20), Some(20), None, Some(20)];
    let posts = ids(&store_all(unit.as_ref(), &ground.channel, &times).await?);
    let up = [
        posts[2], posts[3], posts[4], posts[6], posts[0], posts[1], posts[5],
    ];
    let down = [
        posts[0], posts[6], posts[4], posts[3], posts[2], posts[5], posts[1],
    ];
    for limit in [1, 2, 3, 5, 6, 7, 100] {
        for (newest_first, wanted) in [(false, up), (true, down)] {
            let query = PostQuery {
                newest_first,
                limit,
                ..PostQuery::default()
            };
            assert_eq!(
                walk(unit.as_ref(), query).await?,
                wanted,
                "{limit} {newest_first}"
            );
        }
    }
    Ok(())
}

async fn a_span_of_time_takes_its_first_instant_and_not_its_last(storage: Arc<dyn Storage>) -> Result<()> {
    let ground = ground(&storage).await?;
    let unit = storage.begin().await?;
    let times = [Some(10), Some(20), Some(30), None];
    let posts = ids(&store_all(unit.as_ref(), &ground.channel, &times).await?);
    for (from, until, wanted) in [
        (Some(10), Some(30), vec![posts[0], posts[1]]),
        (Some(11), None, vec![posts[1], posts[2]]),
        (None, Some(20), vec![posts[0]]),
        (Some(31), None, vec![]),
    ] {
        let query = PostQuery {
            from: from.map(seconds),
            until: until.map(seconds),
            limit: 2,
            ..PostQuery::default()
        };
        assert_eq!(walk(unit.as_ref(), query).await?, wanted, "{from:?} {until:?}");
    }
    Ok(())
}

async fn thrown_away_posts_are_shown_when_asked_for(storage: Arc<dyn Storage>) -> Result<()> {
    let ground = ground(&storage).await?;
    let unit = storage.begin().await?;
    let live = a_post();
    let gone = Post {
        trashed_at: Some(seconds(1)),
        ..a_post()
    };
    store(unit.as_ref(), &live, &ground.channel).await?;
    store(unit.as_ref(), &gone, &ground.channel).await?;
    for (states, wanted) in [
        (vec![], vec![live.id]),
        (vec![PostState::Trashed], vec![gone.id]),
        (
            vec![PostState::Scheduled, PostState::Trashed],
            vec![live.id, gone.id],
        ),
        (vec![PostState::Failed], vec![]),
    ] {
        let query = PostQuery {
            states: states.clone(),
            limit: 10,
            ..PostQuery::default()
        };
        assert_eq!(walk(unit.as_ref(), query).await?, wanted, "{states:?}");
    }
    Ok(())
}

async fn pages_of_several_states_are_one_list(storage: Arc<dyn Storage>) -> Result<()> {
    let ground = ground(&storage).await?;
    let unit = storage.begin().await?;
    let mut wanted = Vec::new();
    for (time, state) in [
        (Some(50), State::Failed),
        (Some(10), State::Published),
        (None, State::Published),
        (Some(20), State::Failed),
        (Some(30), State::Scheduled),
        (Some(40), State::Published),
        (None, State::Failed),
    ] {
        let post = store_all(unit.as_ref(), &ground.channel, &[time])
            .await?
            .remove(0);
        let mut publications = unit.publications_of(HOME, &[post.id]).await?;
        publications[0].state = state;
        unit.save_publications(&publications).await?;
        if state != State::Scheduled {
            wanted.push((time.is_none(), time, post.id));
        }
    }
    wanted.sort_unstable();
    let wanted: Vec<PostId> = wanted.into_iter().map(|(_, _, id)| id).collect();
    for limit in [1, 2, 4, 6, 10] {
        let query = PostQuery {
            // A state that is named twice counts once.
            states: vec![PostState::Published, PostState::Failed, PostState::Failed],
            limit,
            ..PostQuery::default()
        };
        assert_eq!(walk(unit.as_ref(), query).await?, wanted, "{limit}");
    }
    Ok(())
}

async fn posts_are_found_by_channel_and_by_group(storage: Arc<dyn Storage>) -> Result<()> {
    let ground = ground(&storage).await?;
    let unit = storage.begin().await?;
    let brand = unit
        .ensure_group(HOME, GroupId::from_bits(next_id()), "Brand")
        .await?;
    let grouped = Channel {
        group: Some(brand),
        ..a_channel("test")
    };
    unit.insert_channel(&grouped).await?;
    let alone = store_all(unit.as_ref(), &ground.channel, &[Some(10)]).await?;
    let branded = store_all(unit.as_ref(), &grouped, &[Some(20)]).await?;
    let both = [ids(&alone), ids(&branded)].concat();
    for (channel, group, wanted) in [
        (Some(ground.channel.id), None, ids(&alone)),
        (Some(grouped.id), None, ids(&branded)),
        (None, Some(brand), ids(&branded)),
        (Some(ground.channel.id), Some(brand), vec![]),
        (None, None, both),
    ] {
        let query = PostQuery {
            channel,
            group,
            limit: 10,
            ..PostQuery::default()
        };
        assert_eq!(walk(unit.as_ref(), query).await?, wanted, "{channel:?} {group:?}");
    }
    Ok(())
}

async fn a_cursor_that_never_was_one_is_refused(storage: Arc<dyn Storage>) -> Result<()> {
    ground(&storage).await?;
    let unit = storage.begin().await?;
    let query = PostQuery {
        limit: 10,
        cursor: Some("tomorrow".to_owned()),
        ..PostQuery::default()
    };
    let refused = unit.posts(HOME, &query).await;
    assert_eq!(
        refused,
        Err(StorageError::Conflict {
            what: "cursor".to_owned()
        })
    );
    Ok(())
}
