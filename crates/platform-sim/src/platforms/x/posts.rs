//! Publishing and deleting posts.

use serde_json::{Value, json};

use super::media::{self, State};
use super::schema::{self, Is};
use super::{refusal, timeline, weight};
use crate::call::Call;
use crate::link;
use crate::platforms::Platform;
use crate::reply::{Outcome, Reply};
use crate::time::SECOND;
use crate::world::{Account, Attachment, Kind, Post, World};

/// Weighted characters of a post.
const LIMIT: usize = 280;
/// The same for Premium accounts.
const PREMIUM_LIMIT: usize = 25_000;

/// `POST /2/tweets`.
pub(super) fn create(call: &Call, world: &mut World, account: &Account) -> Outcome {
    let body = call
        .json()
        .ok_or_else(|| refusal::invalid("$: a JSON body is required"))?;
    check_shape(&body)?;
    let text = body["text"].as_str().unwrap_or_default().trim().to_owned();
    let files = choose_media(call, world, account, &body["media"]["media_ids"])?;
    if text.is_empty() && files.is_empty() {
        return Err(refusal::invalid("$.text: must not be empty without media"));
    }
    check_text(world, &text)?;
    let parent = body["reply"]["in_reply_to_tweet_id"].as_str();
    check_parent(world, account, parent)?;
    check_duplicate(call, world, account, &text)?;
    let id = world.snowflake(call.now);
    let stored = timeline::store(world, account, &id, &text, &files);
    let shown = stored["text"].clone();
    let root = parent
        .and_then(|parent| world.post(Platform::X, "", parent))
        .and_then(|parent| parent.detail["conversation_id"].as_str());
    let conversation = root.unwrap_or(&id).to_owned();
    world.posts.push(Post {
        platform: Platform::X,
        realm: String::new(),
        id: id.clone(),
        author: account.id.clone(),
        handle: account.handle.clone(),
        kind: if parent.is_some() { Kind::Comment } else { Kind::Post },
        text,
        media: files,
        in_reply_to: parent.map(str::to_owned),
        at: call.now,
        idempotency_key: None,
        page: format!("/x/{}/status/{id}", account.handle),
        detail: json!({
            "raw_text": shown, "entities": stored["entities"], "conversation_id": conversation,
            "reply_settings": body["reply_settings"].as_str().unwrap_or("everyone"), "community_id": body["community_id"],
            "made_with_ai": body["made_with_ai"], "paid_partnership": body["paid_partnership"], "quote_tweet_id": body["quote_tweet_id"],
        }),
    });
    Ok(Reply::json(
        201,
        &json!({ "data": { "id": id, "text": shown, "edit_history_tweet_ids": [id] } }),
    ))
}

fn check_shape(body: &Value) -> Result<(), Reply> {
    let properties = [
        ("card_uri", Is::Text, false),
        ("community_id", Is::Id, false),
        ("direct_message_deep_link", Is::Text, false),
        ("edit_options", Is::Object, false),
        ("for_super_followers_only", Is::Flag, false),
        ("geo", Is::Object, false),
        ("made_with_ai", Is::Flag, false),
        ("media", Is::Object, false),
        ("nullcast", Is::Flag, false),
        ("paid_partnership", Is::Flag, false),
        ("poll", Is::Object, false),
        ("quote_tweet_id", Is::Id, false),
        ("reply", Is::Object, false),
        (
            "reply_settings",
            Is::Word(&["following", "mentionedUsers", "subscribers", "verified"]),
            false,
        ),
        ("share_with_followers", Is::Flag, false),
        ("text", Is::Text, false),
    ];
    schema::object(body, "$", &properties)?;
    if !body["media"].is_null() {
        let media = [
            ("call_to_actions", Is::Object, false),
            ("embeddable", Is::Flag, false),
            ("media_ids", Is::Ids(1, 4), true),
            ("preview_media_id", Is::Id, false),
            ("tagged_user_ids", Is::Ids(0, 10), false),
            ("title", Is::Text, false),
        ];
        schema::object(&body["media"], "$.media", &media)?;
    }
    if !body["reply"].is_null() {
        let reply = [
            ("in_reply_to_tweet_id", Is::Id, true),
            ("auto_populate_reply_metadata", Is::Flag, false),
            ("exclude_reply_user_ids", Is::Ids(0, 50), false),
        ];
        schema::object(&body["reply"], "$.reply", &reply)?;
    }
    let exclusive = [&body["poll"], &body["media"], &body["quote_tweet_id"]];
    if exclusive.iter().filter(|field| !field.is_null()).count() > 1 {
        return Err(refusal::invalid(
            "$: poll, media and quote_tweet_id exclude each other",
        ));
    }
    Ok(())
}

/// Media must exist, belong to the author, be ready, and be of one sort.
fn choose_media(
    call: &Call,
    world: &World,
    account: &Account,
    ids: &Value,
) -> Result<Vec<Attachment>, Reply> {
    let mut files = Vec::new();
    let mut keys = Vec::new();
    for id in ids.as_array().into_iter().flatten().filter_map(Value::as_str) {
        let session = world
            .x
            .uploads
            .get(id)
            .filter(|session| session.owner == account.id && session.expires_at > call.now);
        let session = session.ok_or_else(|| refusal::absent("media", "media.media_ids", id))?;
        let file = session.file.clone().filter(|_| session.state == State::Ready);
        let file = file
            .ok_or_else(|| refusal::invalid("Your media IDs are invalid: processing has not succeeded."))?;
        keys.push(media::key(id, &session.category));
        files.push(Attachment {
            alt: session.alt.clone(),
            ..file
        });
    }
    let single = keys.iter().any(|key| !key.starts_with("3_"));
    if single && keys.len() > 1 {
        return Err(refusal::forbidden(
            "You are not permitted to perform this action. Only one video or animated GIF, or up to four images.",
        ));
    }
    Ok(files)
}

fn check_text(world: &World, text: &str) -> Result<(), Reply> {
    let limit = if world.x.settings.premium {
        PREMIUM_LIMIT
    } else {
        LIMIT
    };
    if weight::of(text) > limit {
        return Err(refusal::forbidden(
            "You are not permitted to perform this action.",
        ));
    }
    let cashtags = link::marked(text, '$', |letter| letter.is_ascii_alphabetic());
    if cashtags.iter().filter(|tag| tag.word.len() <= 6).count() > 1 {
        return Err(refusal::forbidden(
            "You are not permitted to perform this action: a post may contain a maximum of one cashtag.",
        ));
    }
    Ok(())
}

/// A reply needs its parent; to the posts of others it needs their mention.
fn check_parent(world: &World, account: &Account, parent: Option<&str>) -> Result<(), Reply> {
    let Some(parent) = parent else { return Ok(()) };
    let parent = world.post(Platform::X, "", parent);
    let parent = parent.ok_or_else(|| {
        refusal::forbidden("You attempted to reply to a Tweet that is deleted or not visible to you.")
    })?;
    let invited = link::mentions(&parent.text)
        .iter()
        .any(|mention| mention.word.eq_ignore_ascii_case(&account.handle));
    if parent.author == account.id || invited {
        return Ok(());
    }
    Err(refusal::forbidden(
        "Reply to this conversation is not allowed because you have not been mentioned or otherwise engaged by the author of the post you are replying to.",
    ))
}

fn check_duplicate(call: &Call, world: &World, account: &Account, text: &str) -> Result<(), Reply> {
    let window = world.x.settings.duplicate_secs * SECOND;
    let same = |post: &Post| {
        post.platform == Platform::X
            && post.author == account.id
            && post.text == text
            && call.now - post.at < window
    };
    if !text.is_empty() && world.posts.iter().any(same) {
        return Err(refusal::forbidden(
            "You are not allowed to create a Tweet with duplicate content.",
        ));
    }
    Ok(())
}

/// `DELETE /2/tweets/{id}`.
pub(super) fn delete(world: &mut World, account: &Account, id: &str) -> Outcome {
    let Some(post) = world.post(Platform::X, "", id) else {
        return Ok(Reply::json(200, &json!({ "data": { "deleted": true } })));
    };
    if post.author != account.id {
        return Err(refusal::forbidden("You are not authorized to delete this Tweet."));
    }
    world
        .posts
        .retain(|post| !(post.platform == Platform::X && post.id == id));
    Ok(Reply::json(200, &json!({ "data": { "deleted": true } })))
}
