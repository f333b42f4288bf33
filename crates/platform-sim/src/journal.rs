//! What the platforms hold, as one flat list.

use serde::Serialize;
use serde_json::Value;

use crate::platforms::Platform;
use crate::time::iso;
use crate::world::{Kind, Post, World};

/// One thing that exists on a platform.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct JournalEntry {
    /// The platform's word, as in `mastodon`.
    pub platform: &'static str,
    /// The author's handle.
    pub account: String,
    /// The platform's id: a number, an at-uri or a URN.
    pub id: String,
    /// What a reader of the platform sees.
    pub text: String,
    /// The files shown with it, in order.
    pub media: Vec<JournalMedia>,
    /// Id of the thing it answers.
    pub in_reply_to: Option<String>,
    /// When it appeared; RFC 3339 with milliseconds.
    pub at: String,
    /// The key sent with it, where the platform knows such keys.
    pub idempotency_key: Option<String>,
    /// Its public page on this listener.
    pub url: String,
    /// `post`, `comment`, `article` or `repost`.
    pub kind: &'static str,
    /// The instance on Mastodon; empty elsewhere.
    pub instance: String,
    /// What only this platform knows about it.
    pub detail: Value,
}

/// One file of a [`JournalEntry`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct JournalMedia {
    /// Alternative text; `None` when nothing was sent.
    pub alt: Option<String>,
    /// Size in bytes.
    pub bytes: u64,
    /// Media type by content.
    #[serde(rename = "type")]
    pub kind: String,
}

/// Lists what exists, oldest first.
pub(crate) fn journal(world: &World, platform: Option<Platform>) -> Vec<JournalEntry> {
    world
        .posts
        .iter()
        .filter(|post| platform.is_none_or(|wanted| wanted == post.platform))
        .map(|post| entry(post, &world.base))
        .collect()
}

fn entry(post: &Post, base: &str) -> JournalEntry {
    JournalEntry {
        platform: post.platform.as_str(),
        account: post.handle.clone(),
        id: post.id.clone(),
        text: post.text.clone(),
        media: post
            .media
            .iter()
            .map(|file| JournalMedia {
                alt: file.alt.clone(),
                bytes: file.bytes,
                kind: file.mime.clone(),
            })
            .collect(),
        in_reply_to: post.in_reply_to.clone(),
        at: iso(post.at),
        idempotency_key: post.idempotency_key.clone(),
        url: format!("{base}{}", post.page),
        kind: match post.kind {
            Kind::Post => "post",
            Kind::Comment => "comment",
            Kind::Article => "article",
            Kind::Repost => "repost",
        },
        instance: post.realm.clone(),
        detail: post.detail.clone(),
    }
}
