//! Bluesky: entryway, PDS, video service and AppView behind one address.
//!
//! Source: the AT Protocol lexicons of August 2026 and what the reference server was measured to answer.

mod appview;
mod blobs;
mod cid;
mod record;
pub(crate) mod refusal;
mod repo;
mod session;
mod token;
mod video;

use std::collections::{BTreeMap, BTreeSet};

use http::Method;
use serde::{Deserialize, Serialize};

use self::blobs::StoredBlob;
use self::repo::Record;
use self::session::Refresh;
use self::video::Job;
use crate::call::{Call, decode};
use crate::fault::Operation;
use crate::pages;
use crate::pipeline::PLAIN;
use crate::platforms::Platform;
use crate::reply::Reply;
use crate::time::MINUTE;
use crate::window::{Rule, Windows};
use crate::world::World;

/// The state behind `/bluesky`.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Bluesky {
    pub settings: Settings,
    /// Refresh tokens by their id.
    pub refreshes: BTreeMap<String, Refresh>,
    /// Ids of tokens that were made to expire.
    pub dead: BTreeSet<String>,
    /// Records by `did/collection/rkey`.
    pub records: BTreeMap<String, Record>,
    /// Blobs by `did/cid`.
    pub blobs: BTreeMap<String, StoredBlob>,
    pub jobs: BTreeMap<String, Job>,
    pub windows: Windows,
}

/// What may be set.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Settings {
    /// Life of an access token in seconds.
    pub access_secs: i64,
    /// Life of a refresh token in seconds.
    pub refresh_secs: i64,
    /// Seconds for which a spent refresh token still works.
    pub grace_secs: i64,
    /// Largest image of a post in bytes.
    pub image_limit: u64,
    /// Largest blob in bytes.
    pub blob_limit: u64,
    /// Polls until a video is done.
    pub processing_polls: u32,
    /// Failure code of the next video jobs; empty for none.
    pub fail_processing: String,
    /// Whether the video service answers with the job at the top level.
    pub flat_job_status: bool,
    /// Whether the account may upload videos.
    pub can_upload: bool,
    /// Seconds until the AppView knows a post.
    pub listing_lag: i64,
    /// Sessions per account and 5 minutes.
    pub session_budget: u64,
    /// Sessions per account and day.
    pub session_day_budget: u64,
    /// Write points per account and hour; 0 enforces nothing.
    pub write_budget: u64,
    /// Requests per 5 minutes; 0 enforces nothing.
    pub request_budget: u64,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            access_secs: 7_200,
            refresh_secs: 7_776_000,
            grace_secs: 7_200,
            image_limit: 2_000_000,
            blob_limit: 52_428_800,
            processing_polls: 3,
            fail_processing: String::new(),
            flat_job_status: false,
            can_upload: true,
            listing_lag: 0,
            session_budget: 30,
            session_day_budget: 300,
            write_budget: 0,
            request_budget: 0,
        }
    }
}

impl Bluesky {
    /// Forgets all but the settings.
    pub(crate) fn reset(&mut self) {
        *self = Self {
            settings: self.settings.clone(),
            ..Self::default()
        };
    }
}

/// What a request is for.
pub(crate) fn operation(call: &Call) -> Option<Operation> {
    let segments = call.segments();
    let ["xrpc", nsid] = segments.as_slice() else {
        return None;
    };
    Some(match *nsid {
        "com.atproto.server.createSession" => Operation::Token,
        "com.atproto.server.refreshSession" => Operation::Refresh,
        "app.bsky.actor.getProfile" => Operation::Profile,
        "com.atproto.repo.uploadBlob"
        | "app.bsky.video.uploadVideo"
        | "com.atproto.server.getServiceAuth" => Operation::Upload,
        "app.bsky.video.getJobStatus" => Operation::Status,
        "com.atproto.repo.putRecord" | "com.atproto.repo.createRecord" => {
            let reply = call.json().is_some_and(|body| !body["record"]["reply"].is_null());
            if reply {
                Operation::Comment
            } else {
                Operation::Commit
            }
        }
        "com.atproto.repo.getRecord" | "com.atproto.repo.listRecords" | "app.bsky.feed.getPosts" => {
            Operation::Detect
        }
        _ => return PLAIN,
    })
}

/// Answers a request; every answer of the API carries the rate headers.
pub(crate) fn handle(call: &Call, world: &mut World) -> Option<Reply> {
    let segments = call.segments();
    match (&call.method, segments.as_slice()) {
        (&Method::GET, ["profile", actor, "post", rkey]) => {
            let uri = format!(
                "at://{}/{}/{rkey}",
                appview::did_of(world, &decode(actor)).unwrap_or_default(),
                repo::POST
            );
            Some(pages::permalink(world, Platform::Bluesky, "", &uri))
        }
        (&Method::GET, ["profile", actor]) => Some(page_of(world, &decode(actor))),
        (&Method::GET, [handle]) if handle.starts_with('@') => Some(page_of(world, &handle[1..])),
        (_, ["xrpc", nsid]) => xrpc(call, world, nsid),
        _ => None,
    }
}

fn page_of(world: &World, actor: &str) -> Reply {
    let handle = world
        .account_by_id(Platform::Bluesky, "", actor)
        .map_or_else(|| actor.to_owned(), |account| account.handle.clone());
    pages::profile(world, Platform::Bluesky, "", &handle)
}

fn xrpc(call: &Call, world: &mut World, nsid: &str) -> Option<Reply> {
    let enforced = world.bluesky.settings.request_budget;
    let limit = if enforced == 0 { 3_000 } else { enforced };
    let mut budget = world.bluesky.windows.spend(
        "requests",
        Rule {
            limit,
            span: 5 * MINUTE,
            cost: 1,
        },
        call.now,
    );
    if enforced == 0 {
        budget.exhausted = false;
        budget.remaining = budget.remaining.max(1);
    }
    if budget.exhausted {
        return Some(refusal::limited(limit, 300, budget.reset));
    }
    let reply = route(call, world, nsid)?.unwrap_or_else(|refusal| refusal);
    let known = reply.headers.iter().any(|(name, _)| name == "ratelimit-limit");
    Some(if known {
        reply
    } else {
        refusal::with_rates(reply, budget, 300)
    })
}

fn route(call: &Call, world: &mut World, nsid: &str) -> Option<Result<Reply, Reply>> {
    Some(match (&call.method, nsid) {
        (&Method::GET, "_health") => Ok(Reply::json(200, &serde_json::json!({ "version": "0.5.35" }))),
        (&Method::GET, "com.atproto.server.describeServer") => Ok(session::describe(call, world)),
        (&Method::POST, "com.atproto.server.createSession") => session::create(call, world),
        (&Method::POST, "com.atproto.server.refreshSession") => session::refresh(call, world),
        (&Method::GET, "com.atproto.server.getSession") => session::show(call, world),
        (&Method::POST, "com.atproto.server.deleteSession") => session::delete(call, world),
        (&Method::GET, "com.atproto.server.getServiceAuth") => session::service_auth(call, world),
        (&Method::GET, "com.atproto.identity.resolveHandle") => appview::resolve(call, world),
        (&Method::POST, "com.atproto.repo.uploadBlob") => blobs::upload(call, world),
        (&Method::POST, "com.atproto.repo.putRecord") => repo::put(call, world),
        (&Method::POST, "com.atproto.repo.createRecord") => repo::create(call, world),
        (&Method::POST, "com.atproto.repo.deleteRecord") => repo::delete(call, world),
        (&Method::GET, "com.atproto.repo.getRecord") => repo::show(call, world),
        (&Method::GET, "com.atproto.repo.listRecords") => repo::list(call, world),
        (&Method::GET, "app.bsky.actor.getProfile") => appview::profile(call, world),
        (&Method::GET, "app.bsky.actor.searchActors" | "app.bsky.actor.searchActorsTypeahead") => {
            appview::search(call, world)
        }
        (&Method::GET, "app.bsky.feed.getPosts") => appview::posts(call, world),
        (&Method::GET, "app.bsky.video.getUploadLimits") => video::limits(call, world),
        (&Method::POST, "app.bsky.video.uploadVideo") => video::upload(call, world),
        (&Method::GET, "app.bsky.video.getJobStatus") => video::status(call, world),
        _ => return None,
    })
}

/// Lets the token that the request carries expire.
pub(crate) fn expire_token(call: &Call, world: &mut World) {
    if let Some(claims) = call.bearer().and_then(token::open) {
        world
            .bluesky
            .dead
            .insert(claims["jti"].as_str().unwrap_or_default().to_owned());
    }
}
