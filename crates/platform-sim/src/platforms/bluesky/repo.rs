//! Records of a repository.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{cid, record, refusal, session, token};
use crate::call::Call;
use crate::platforms::Platform;
use crate::reply::{Outcome, Reply};
use crate::time::{HOUR, Millis};
use crate::window::Rule;
use crate::world::{Kind, Post, World};

/// The collection of posts.
pub(super) const POST: &str = "app.bsky.feed.post";

/// Collections whose keys are TIDs.
const TID_COLLECTIONS: [&str; 3] = [POST, "app.bsky.feed.repost", "app.bsky.feed.like"];

const TID_ALPHABET: &[u8; 32] = b"234567abcdefghijklmnopqrstuvwxyz";

/// A stored record.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Record {
    pub value: Value,
    pub cid: String,
    pub at: Millis,
}

/// A write as it was asked for, checked for form and for the right to write.
struct Write {
    did: String,
    collection: String,
    rkey: String,
    record: Value,
    cid: String,
    swap: Swap,
}

/// What the record is compared with before it is written.
enum Swap {
    /// With nothing: any record is replaced.
    Any,
    /// With absence, or with the record of that id.
    Was(Option<String>),
}

impl Write {
    fn key(&self) -> String {
        format!("{}/{}/{}", self.did, self.collection, self.rkey)
    }

    fn uri(&self) -> String {
        format!("at://{}/{}/{}", self.did, self.collection, self.rkey)
    }
}

/// `com.atproto.repo.putRecord`: creates or replaces, compares where `swapRecord` is given, repeats for free.
pub(super) fn put(call: &Call, world: &mut World) -> Outcome {
    let write = read(call, world, true)?;
    let current = world
        .bluesky
        .records
        .get(&write.key())
        .map(|record| record.cid.clone());
    if current.as_deref() == Some(write.cid.as_str()) {
        return Ok(Reply::json(
            200,
            &json!({ "uri": write.uri(), "cid": write.cid, "validationStatus": "valid" }),
        ));
    }
    if matches!(&write.swap, Swap::Was(wanted) if *wanted != current) {
        let was = current.unwrap_or_else(|| "null".to_owned());
        return Err(refusal::error(
            400,
            "InvalidSwap",
            &format!("Record was at {was}"),
        ));
    }
    spend(call, world, &write.did, if current.is_some() { 2 } else { 3 })?;
    Ok(commit(call, world, &write))
}

/// `com.atproto.repo.createRecord`: an existing key is an internal error, as measured.
pub(super) fn create(call: &Call, world: &mut World) -> Outcome {
    let write = read(call, world, false)?;
    if world.bluesky.records.contains_key(&write.key()) {
        return Err(refusal::error(
            500,
            "InternalServerError",
            "Internal Server Error",
        ));
    }
    spend(call, world, &write.did, 3)?;
    Ok(commit(call, world, &write))
}

fn commit(call: &Call, world: &mut World, write: &Write) -> Reply {
    let stored = Record {
        value: write.record.clone(),
        cid: write.cid.clone(),
        at: call.now,
    };
    world.bluesky.records.insert(write.key(), stored);
    if write.collection == POST {
        publish(call, world, write);
    }
    let rev = tid(world, call.now);
    let commit = cid::of_record(&json!({ "rev": rev, "did": write.did })).unwrap_or_default();
    Reply::json(
        200,
        &json!({ "uri": write.uri(), "cid": write.cid, "commit": { "cid": commit, "rev": rev }, "validationStatus": "valid" }),
    )
}

/// Shows a record of the post collection to readers; a replaced record keeps its place.
fn publish(call: &Call, world: &mut World, write: &Write) {
    let handle = world
        .account_by_id(Platform::Bluesky, "", &write.did)
        .map(|account| account.handle.clone())
        .unwrap_or_default();
    let parent = write.record["reply"]["parent"]["uri"].as_str().map(str::to_owned);
    let post = Post {
        platform: Platform::Bluesky,
        realm: String::new(),
        id: write.uri(),
        author: write.did.clone(),
        handle,
        kind: if parent.is_some() {
            Kind::Comment
        } else {
            Kind::Post
        },
        text: write.record["text"].as_str().unwrap_or_default().to_owned(),
        media: record::attachments(world, &write.did, &write.record["embed"]),
        in_reply_to: parent,
        at: call.now,
        idempotency_key: Some(write.rkey.clone()),
        page: format!("/bluesky/profile/{}/post/{}", write.did, write.rkey),
        detail: json!({
            "cid": write.cid, "createdAt": write.record["createdAt"], "langs": write.record["langs"],
            "facets": write.record["facets"], "embed": write.record["embed"], "reply": write.record["reply"],
        }),
    };
    match world
        .posts
        .iter_mut()
        .find(|known| known.platform == Platform::Bluesky && known.id == post.id)
    {
        Some(known) => *known = post,
        None => world.posts.push(post),
    }
}

fn read(call: &Call, world: &mut World, needs_key: bool) -> Result<Write, Reply> {
    let did = token::account(call, world)?;
    let body = call
        .json()
        .ok_or_else(|| refusal::invalid("Request encoding (Content-Type) required but not provided"))?;
    for name in ["repo", "collection", "record"]
        .into_iter()
        .chain(needs_key.then_some("rkey"))
    {
        if body[name].is_null() {
            return Err(refusal::invalid(&format!(
                "Input must have the property \"{name}\""
            )));
        }
    }
    let text = |name: &str| body[name].as_str().unwrap_or_default().to_owned();
    if !session::same_account(world, &did, &text("repo")) {
        return Err(refusal::error(
            401,
            "AuthenticationRequired",
            "Authentication Required",
        ));
    }
    let collection = text("collection");
    if collection.split('.').count() < 3 {
        return Err(refusal::invalid("Input/collection must be a valid nsid"));
    }
    let rkey = if body["rkey"].is_null() {
        tid(world, call.now)
    } else {
        text("rkey")
    };
    if TID_COLLECTIONS.contains(&collection.as_str()) && !is_tid(&rkey) {
        return Err(refusal::invalid(&format!(
            "Invalid TID string (got \"{rkey}\") for {collection}"
        )));
    }
    let record = body["record"].clone();
    record::check(world, &did, &collection, &record)?;
    let cid = cid::of_record(&record)
        .ok_or_else(|| refusal::invalid("Bad record: numbers must be integers and links must be CIDs"))?;
    let swap = match body.get("swapRecord") {
        None => Swap::Any,
        Some(swap) => Swap::Was(swap.as_str().map(str::to_owned)),
    };
    Ok(Write {
        did,
        collection,
        rkey,
        record,
        cid,
        swap,
    })
}

fn spend(call: &Call, world: &mut World, did: &str, cost: u64) -> Result<(), Reply> {
    let limit = world.bluesky.settings.write_budget;
    if limit == 0 {
        return Ok(());
    }
    let budget = world.bluesky.windows.spend(
        &format!("writes:{did}"),
        Rule {
            limit,
            span: HOUR,
            cost,
        },
        call.now,
    );
    if budget.exhausted {
        Err(refusal::limited(limit, 3_600, budget.reset))
    } else {
        Ok(())
    }
}

/// `com.atproto.repo.deleteRecord`, which succeeds however often it is sent.
pub(super) fn delete(call: &Call, world: &mut World) -> Outcome {
    let did = token::account(call, world)?;
    let body = call
        .json()
        .ok_or_else(|| refusal::invalid("Request encoding (Content-Type) required but not provided"))?;
    let text = |name: &str| body[name].as_str().unwrap_or_default().to_owned();
    if !session::same_account(world, &did, &text("repo")) {
        return Err(refusal::error(
            401,
            "AuthenticationRequired",
            "Authentication Required",
        ));
    }
    let path = format!("{did}/{}/{}", text("collection"), text("rkey"));
    world.bluesky.records.remove(&path);
    let uri = format!("at://{path}");
    world
        .posts
        .retain(|post| !(post.platform == Platform::Bluesky && post.id == uri));
    Ok(Reply::json(200, &json!({})))
}

/// `com.atproto.repo.getRecord`, for anybody.
pub(super) fn show(call: &Call, world: &mut World) -> Outcome {
    let (did, collection) = place(call, world)?;
    let rkey = call
        .query("rkey")
        .ok_or_else(|| refusal::invalid("Error: Params must have the property \"rkey\""))?;
    let uri = format!("at://{did}/{collection}/{rkey}");
    let wanted = call.query("cid");
    let found = world
        .bluesky
        .records
        .get(&format!("{did}/{collection}/{rkey}"))
        .filter(|record| wanted.as_ref().is_none_or(|cid| *cid == record.cid));
    let record = found
        .ok_or_else(|| refusal::error(400, "RecordNotFound", &format!("Could not locate record: {uri}")))?;
    Ok(Reply::json(
        200,
        &json!({ "uri": uri, "cid": record.cid, "value": record.value }),
    ))
}

/// `com.atproto.repo.listRecords`, newest key first.
pub(super) fn list(call: &Call, world: &mut World) -> Outcome {
    let (did, collection) = place(call, world)?;
    let limit = call
        .query("limit")
        .and_then(|limit| limit.parse().ok())
        .unwrap_or(50_usize);
    if !(1..=100).contains(&limit) {
        return Err(refusal::invalid("Error: limit can not be greater than 100"));
    }
    let prefix = format!("{did}/{collection}/");
    let records: Vec<Value> = world
        .bluesky
        .records
        .iter()
        .rev()
        .filter(|(key, _)| key.starts_with(&prefix))
        .take(limit)
        .map(
            |(key, record)| json!({ "uri": format!("at://{key}"), "cid": record.cid, "value": record.value }),
        )
        .collect();
    Ok(Reply::json(200, &json!({ "records": records })))
}

fn place(call: &Call, world: &World) -> Result<(String, String), Reply> {
    let repo = call
        .query("repo")
        .ok_or_else(|| refusal::invalid("Error: Params must have the property \"repo\""))?;
    let collection = call
        .query("collection")
        .ok_or_else(|| refusal::invalid("Error: Params must have the property \"collection\""))?;
    let did = super::appview::did_of(world, &repo)
        .ok_or_else(|| refusal::invalid(&format!("Could not find repo: {repo}")))?;
    Ok((did, collection))
}

/// A key made of microseconds and chance.
fn tid(world: &mut World, now: Millis) -> String {
    let clock = world.random.bits() % 1_024;
    let mut number = (u64::try_from(now.max(0)).unwrap_or(0) * 1_000) << 10 | clock;
    let mut letters = [b'2'; 13];
    for letter in letters.iter_mut().rev() {
        *letter = TID_ALPHABET[usize::try_from(number & 31).unwrap_or(0)];
        number >>= 5;
    }
    letters.iter().map(|letter| char::from(*letter)).collect()
}

fn is_tid(key: &str) -> bool {
    let bytes = key.as_bytes();
    bytes.len() == 13
        && bytes.iter().all(|letter| TID_ALPHABET.contains(letter))
        && TID_ALPHABET[..16].contains(&bytes[0])
}
