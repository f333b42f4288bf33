//! What scripts ask for: labels, batches, answers by idempotency key.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;
use postern_domain::id::{BatchId, TagId, WorkspaceId};
use postern_domain::ports::{AnswerClaim, AnswerRow, BatchPost, Storage, StorageError};
use postern_domain::post::{IdempotencyKey, Post};
use postern_domain::tag::{DEFAULT_COLOR, Tag};

use super::{ground, rules, store};
use crate::build::{NOW, a_post};

rules! {
    labels_are_told_by_name_and_are_there_once
    a_new_name_of_a_label_is_that_of_its_posts
    a_label_that_is_removed_is_off_all_posts
    a_batch_knows_its_posts
    a_key_is_answered_once
    a_claim_of_somebody_who_is_gone_is_taken_over
    old_answers_are_forgotten
}

fn tag(bits: u128, workspace: WorkspaceId, name: &str) -> Tag {
    Tag {
        id: TagId::from_bits(bits),
        workspace,
        name: name.to_owned(),
        color: DEFAULT_COLOR.to_owned(),
        created_at: NOW,
        updated_at: NOW,
    }
}

async fn labels_are_told_by_name_and_are_there_once(storage: Arc<dyn Storage>) -> Result<()> {
    let ground = ground(&storage).await?;
    let unit = storage.begin().await?;
    let (news, art) = (tag(1, ground.home.id, "news"), tag(2, ground.home.id, "art"));
    unit.insert_tag(&news).await?;
    unit.ensure_tags(&[tag(3, ground.home.id, "news"), art.clone()])
        .await?;
    unit.ensure_tags(&[tag(4, ground.other.id, "news")]).await?;
    assert_eq!(unit.tags(ground.home.id).await?, [art, news.clone()]);
    assert_eq!(unit.tags(ground.other.id).await?.len(), 1);
    assert_eq!(unit.tag(ground.home.id, news.id).await?, Some(news.clone()));
    assert_eq!(unit.tag(ground.other.id, news.id).await?, None);
    let again = unit.insert_tag(&tag(5, ground.home.id, "news")).await;
    let taken = StorageError::Conflict {
        what: "tag".to_owned(),
    };
    assert_eq!(again, Err(taken));
    Ok(())
}

async fn a_new_name_of_a_label_is_that_of_its_posts(storage: Arc<dyn Storage>) -> Result<()> {
    let ground = ground(&storage).await?;
    let unit = storage.begin().await?;
    let post = Post {
        tags: vec!["art".into(), "news".into()],
        ..a_post()
    };
    store(unit.as_ref(), &post, &ground.channel).await?;
    let before = tag(1, ground.home.id, "news");
    unit.insert_tag(&before).await?;
    let after = Tag {
        name: "notes".into(),
        color: "#ffffff".into(),
        updated_at: NOW.plus(Duration::from_secs(1)),
        ..before
    };
    unit.update_tag(&after, "news").await?;
    assert_eq!(unit.tags(ground.home.id).await?, std::slice::from_ref(&after));
    let stored = unit.post(ground.home.id, post.id).await?;
    assert_eq!(
        stored.map(|post| post.tags),
        Some(vec!["art".into(), "notes".into()])
    );
    let foreign = Tag {
        workspace: ground.other.id,
        ..after
    };
    assert!(unit.update_tag(&foreign, "notes").await.is_err());
    Ok(())
}

async fn a_label_that_is_removed_is_off_all_posts(storage: Arc<dyn Storage>) -> Result<()> {
    let ground = ground(&storage).await?;
    let unit = storage.begin().await?;
    let post = Post {
        tags: vec!["news".into(), "art".into()],
        ..a_post()
    };
    store(unit.as_ref(), &post, &ground.channel).await?;
    let news = tag(1, ground.home.id, "news");
    unit.insert_tag(&news).await?;
    unit.remove_tag(&Tag {
        workspace: ground.other.id,
        ..news.clone()
    })
    .await?;
    assert_eq!(unit.tags(ground.home.id).await?.len(), 1);
    unit.remove_tag(&news).await?;
    assert!(unit.tags(ground.home.id).await?.is_empty());
    let stored = unit.post(ground.home.id, post.id).await?;
    assert_eq!(stored.map(|post| post.tags), Some(vec!["art".into()]));
    Ok(())
}

async fn a_batch_knows_its_posts(storage: Arc<dyn Storage>) -> Result<()> {
    let ground = ground(&storage).await?;
    let unit = storage.begin().await?;
    let post = a_post();
    store(unit.as_ref(), &post, &ground.channel).await?;
    let (batch, rows) = (
        BatchId::from_bits(7),
        [BatchPost {
            row: 3,
            post: post.id,
        }],
    );
    unit.insert_batch(ground.home.id, batch, &rows, NOW).await?;
    assert_eq!(unit.batch(ground.home.id, batch).await?, rows);
    assert!(unit.batch(ground.other.id, batch).await?.is_empty());
    assert!(
        unit.batch(ground.home.id, BatchId::from_bits(8))
            .await?
            .is_empty()
    );
    Ok(())
}

fn key(digest: &str) -> IdempotencyKey {
    IdempotencyKey {
        key: "k".to_owned(),
        digest: digest.to_owned(),
    }
}

fn answer() -> AnswerRow {
    AnswerRow {
        status: 201,
        sealed: vec![1, 2, 3],
    }
}

async fn a_key_is_answered_once(storage: Arc<dyn Storage>) -> Result<()> {
    let ground = ground(&storage).await?;
    let (home, other) = (ground.home.id, ground.other.id);
    let unit = storage.begin().await?;
    let stale = NOW.minus(Duration::from_mins(1));
    assert_eq!(
        unit.claim_answer(home, &key("a"), NOW, stale).await?,
        AnswerClaim::Fresh
    );
    assert_eq!(
        unit.claim_answer(other, &key("b"), NOW, stale).await?,
        AnswerClaim::Fresh
    );
    assert_eq!(
        unit.claim_answer(home, &key("a"), NOW, stale).await?,
        AnswerClaim::Busy
    );
    assert_eq!(
        unit.claim_answer(home, &key("b"), NOW, stale).await?,
        AnswerClaim::Mismatch
    );
    unit.put_answer(home, "k", &answer()).await?;
    unit.drop_claim(home, "k").await?;
    let answered = unit.claim_answer(home, &key("a"), NOW, stale).await?;
    assert_eq!(answered, AnswerClaim::Answered(answer()));
    unit.drop_claim(other, "k").await?;
    assert_eq!(
        unit.claim_answer(other, &key("c"), NOW, stale).await?,
        AnswerClaim::Fresh
    );
    Ok(())
}

async fn a_claim_of_somebody_who_is_gone_is_taken_over(storage: Arc<dyn Storage>) -> Result<()> {
    let ground = ground(&storage).await?;
    let unit = storage.begin().await?;
    let later = NOW.plus(Duration::from_secs(61));
    let home = ground.home.id;
    unit.claim_answer(home, &key("a"), NOW, NOW.minus(Duration::from_mins(1)))
        .await?;
    let key = key("a");
    let claim = |at| unit.claim_answer(home, &key, later, at);
    assert_eq!(claim(NOW).await?, AnswerClaim::Busy);
    assert_eq!(claim(NOW.plus(Duration::from_secs(1))).await?, AnswerClaim::Fresh);
    assert_eq!(claim(NOW.plus(Duration::from_secs(1))).await?, AnswerClaim::Busy);
    Ok(())
}

async fn old_answers_are_forgotten(storage: Arc<dyn Storage>) -> Result<()> {
    let ground = ground(&storage).await?;
    let unit = storage.begin().await?;
    unit.claim_answer(ground.home.id, &key("a"), NOW, NOW).await?;
    unit.put_answer(ground.home.id, "k", &answer()).await?;
    assert_eq!(unit.forget_answers(NOW, 10).await?, 0);
    assert_eq!(
        unit.forget_answers(NOW.plus(Duration::from_secs(1)), 10).await?,
        1
    );
    let again = unit.claim_answer(ground.home.id, &key("b"), NOW, NOW).await?;
    assert_eq!(again, AnswerClaim::Fresh);
    Ok(())
}
