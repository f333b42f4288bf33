//! The AppView: profiles, search, and posts as they are indexed some time after they were written.

use serde_json::{Value, json};

use super::{refusal, token};
use crate::call::Call;
use crate::platforms::Platform;
use crate::reply::{Outcome, Reply};
use crate::time::{SECOND, iso};
use crate::world::{Account, Post, World};

/// The DID of an account named by DID or handle.
pub(super) fn did_of(world: &World, named: &str) -> Option<String> {
    find(world, named).map(|account| account.id.clone())
}

fn find<'a>(world: &'a World, named: &str) -> Option<&'a Account> {
    let handle = named.to_lowercase();
    world.accounts.iter().find(|account| {
        account.platform == Platform::Bluesky && (account.id == named || account.handle == handle)
    })
}

/// `com.atproto.identity.resolveHandle`.
pub(super) fn resolve(call: &Call, world: &mut World) -> Outcome {
    let handle = call
        .query("handle")
        .filter(|handle| handle.contains('.'))
        .ok_or_else(|| refusal::invalid("Error: handle must be a valid handle"))?;
    let did = did_of(world, &handle)
        .ok_or_else(|| refusal::error(400, "HandleNotFound", "Unable to resolve handle"))?;
    Ok(Reply::json(200, &json!({ "did": did })))
}

/// `app.bsky.actor.getProfile`; a token is not needed, but a given one must be good.
pub(super) fn profile(call: &Call, world: &mut World) -> Outcome {
    optional_token(call, world)?;
    let actor = call
        .query("actor")
        .ok_or_else(|| refusal::invalid("Error: Params must have the property \"actor\""))?;
    let account = find(world, &actor).ok_or_else(|| refusal::invalid("Profile not found"))?;
    let posts = world
        .posts
        .iter()
        .filter(|post| post.platform == Platform::Bluesky && post.author == account.id)
        .count();
    let mut body = basic(call, account);
    if let Some(fields) = body.as_object_mut() {
        fields.insert("followersCount".to_owned(), 12.into());
        fields.insert("followsCount".to_owned(), 7.into());
        fields.insert("postsCount".to_owned(), posts.into());
        fields.insert("indexedAt".to_owned(), iso(account.created_at).into());
    }
    Ok(Reply::json(200, &body))
}

/// `app.bsky.actor.searchActors` and its typeahead.
pub(super) fn search(call: &Call, world: &mut World) -> Outcome {
    optional_token(call, world)?;
    let wanted = call
        .query("q")
        .or_else(|| call.query("term"))
        .unwrap_or_default()
        .trim_start_matches('@')
        .to_lowercase();
    let limit = call
        .query("limit")
        .and_then(|limit| limit.parse().ok())
        .unwrap_or(10_usize)
        .min(100);
    let actors: Vec<Value> = world
        .accounts
        .iter()
        .filter(|account| account.platform == Platform::Bluesky)
        .filter(|account| account.handle.contains(&wanted) || account.name.to_lowercase().contains(&wanted))
        .take(limit)
        .map(|account| basic(call, account))
        .collect();
    Ok(Reply::json(200, &json!({ "actors": actors })))
}

/// `app.bsky.feed.getPosts`: what is indexed, silently without the rest.
pub(super) fn posts(call: &Call, world: &mut World) -> Outcome {
    optional_token(call, world)?;
    let mut uris = call.query_all("uris");
    uris.extend(call.query_all("uris[]"));
    if uris.is_empty() || uris.len() > 25 {
        return Err(refusal::invalid("Error: uris must have between 1 and 25 items"));
    }
    let lag = world.bluesky.settings.listing_lag * SECOND;
    let found: Vec<Value> = uris
        .iter()
        .filter_map(|uri| world.post(Platform::Bluesky, "", uri))
        .filter(|post| post.at + lag <= call.now)
        .filter_map(|post| view(call, world, post))
        .collect();
    Ok(Reply::json(200, &json!({ "posts": found })))
}

fn view(call: &Call, world: &World, post: &Post) -> Option<Value> {
    let record = world.bluesky.records.get(post.id.trim_start_matches("at://"))?;
    let author = world.account_by_id(Platform::Bluesky, "", &post.author)?;
    Some(json!({
        "uri": post.id, "cid": record.cid, "author": basic(call, author), "record": record.value, "indexedAt": iso(record.at),
        "likeCount": 0, "repostCount": 0, "quoteCount": 0, "bookmarkCount": 0, "replyCount": world.replies(post).count(), "labels": [],
    }))
}

fn basic(call: &Call, account: &Account) -> Value {
    json!({
        "did": account.id, "handle": account.handle, "displayName": account.name,
        "avatar": format!("{}/_sim/avatars/{}.svg", call.base, account.handle), "labels": [], "createdAt": iso(account.created_at),
    })
}

fn optional_token(call: &Call, world: &World) -> Result<(), Reply> {
    if call.header("authorization").is_some() {
        token::account(call, world)?;
    }
    Ok(())
}
