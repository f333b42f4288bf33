//! X: OAuth 1.0a, chunked uploads, posts and articles.
//!
//! Source: `xdevplatform/docs` with OpenAPI 2.167 of August 2026, and the twitter-text configuration of version 3.

mod articles;
mod handshake;
mod media;
mod posts;
pub(crate) mod refusal;
mod schema;
mod signature;
mod timeline;
mod users;
mod weight;

use std::collections::{BTreeMap, BTreeSet};

use http::Method;
use serde::{Deserialize, Serialize};

use self::articles::Draft;
use self::handshake::{Access, Pending};
use self::media::Upload;
use crate::call::Call;
use crate::fault::Operation;
use crate::pages;
use crate::pipeline::PLAIN;
use crate::platforms::Platform;
use crate::reply::Reply;
use crate::time::{MINUTE, Millis};
use crate::window::{Budget, Rule, Windows};
use crate::world::{Account, World};

/// The state behind `/x`.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct X {
    pub settings: Settings,
    /// Request tokens waiting for a person.
    pub pending: BTreeMap<String, Pending>,
    pub access: BTreeMap<String, Access>,
    /// Nonces seen, with the time after which they may be forgotten.
    pub nonces: BTreeMap<String, Millis>,
    pub uploads: BTreeMap<String, Upload>,
    pub drafts: BTreeMap<String, Draft>,
    /// Reposts and likes as `account/post`.
    pub reposts: BTreeSet<String>,
    pub likes: BTreeSet<String>,
    pub windows: Windows,
}

/// What may be set.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Settings {
    /// Whether accounts are verified and may write 25 000 weighted characters.
    pub premium: bool,
    /// Seconds for which the same text is refused.
    pub duplicate_secs: i64,
    /// STATUS calls until a video or GIF is ready.
    pub processing_polls: u32,
    /// What processing tells to wait, in seconds.
    pub check_after_secs: u32,
    /// How many of the next processed uploads fail.
    pub fail_processing: u32,
    /// Life of an upload in seconds.
    pub media_secs: i64,
    /// Seconds until a post shows in the author's timeline.
    pub listing_lag: i64,
    /// Posts per 15 minutes and user; 0 enforces nothing.
    pub post_budget: u64,
    /// Callback addresses that are registered; empty admits any http or https address.
    pub callbacks: Vec<String>,
    /// Whether the text of a post with media ends in a link to its media, as the platform's own does.
    pub media_links: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            premium: false,
            duplicate_secs: 3_600,
            processing_polls: 2,
            check_after_secs: 1,
            fail_processing: 0,
            media_secs: 86_400,
            listing_lag: 0,
            post_budget: 0,
            callbacks: Vec::new(),
            media_links: true,
        }
    }
}

impl X {
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
    Some(match (&call.method, segments.as_slice()) {
        (&Method::POST, ["oauth", "request_token" | "access_token"]) => Operation::Token,
        (&Method::GET, ["2", "users", "me"]) => Operation::Profile,
        (&Method::GET, ["2", "media", "upload"]) => Operation::Status,
        (&Method::POST, ["2", "media", ..]) => Operation::Upload,
        (&Method::POST, ["2", "tweets"]) => {
            let reply = call.json().is_some_and(|body| !body["reply"].is_null());
            if reply {
                Operation::Comment
            } else {
                Operation::Commit
            }
        }
        (&Method::POST, ["2", "articles", ..]) => Operation::Commit,
        (&Method::GET, ["2", "users", _, "tweets"] | ["2", "tweets"] | ["2", "tweets", _]) => {
            Operation::Detect
        }
        (_, ["2", ..]) => return PLAIN,
        _ => return None,
    })
}

/// Answers a request; every answer of the API carries the rate headers.
pub(crate) fn handle(call: &Call, world: &mut World) -> Option<Reply> {
    let segments = call.segments();
    match (&call.method, segments.as_slice()) {
        (_, ["oauth", "authorize" | "authenticate"]) => Some(handshake::authorize(call, world)),
        (&Method::POST, ["oauth", "request_token"]) => {
            Some(handshake::request_token(call, world).unwrap_or_else(|refusal| refusal))
        }
        (&Method::POST, ["oauth", "access_token"]) => {
            Some(handshake::access_token(call, world).unwrap_or_else(|refusal| refusal))
        }
        (_, ["2", rest @ ..]) => api(call, world, rest),
        (&Method::GET, ["i", "web" | "articles", ..]) => Some(pages::profile(world, Platform::X, "", "ada")),
        (&Method::GET, [_, "status", id]) => Some(pages::permalink(world, Platform::X, "", id)),
        (&Method::GET, [handle]) => Some(pages::profile(world, Platform::X, "", handle)),
        _ => None,
    }
}

fn api(call: &Call, world: &mut World, rest: &[&str]) -> Option<Reply> {
    if !knows(&call.method, rest) {
        return None;
    }
    let account = match signature::account(call, world) {
        Ok(account) => account,
        Err(refusal) => return Some(refusal),
    };
    let budget = spend(call, world, &account, rest);
    if budget.exhausted {
        return Some(refusal::limited(budget.limit, budget.reset));
    }
    let reply = route(call, world, &account, rest).unwrap_or_else(|refusal| refusal);
    Some(refusal::with_rates(reply, budget))
}

fn knows(method: &Method, rest: &[&str]) -> bool {
    matches!(
        (method, rest),
        (
            &Method::GET,
            ["users", "me" | "by"]
                | ["users", "by", "username", _]
                | ["users", _, "tweets"]
                | ["tweets"]
                | ["tweets", _]
                | ["media", "upload"]
        ) | (&Method::DELETE, ["tweets", _])
            | (
                &Method::POST,
                ["tweets"]
                    | ["media", "upload" | "metadata"]
                    | ["media", "upload", "initialize"]
                    | ["media", "upload", _, "append" | "finalize"]
                    | ["users", _, "retweets" | "likes"]
                    | ["articles", "draft"]
                    | ["articles", _, "publish"]
            )
    )
}

fn route(call: &Call, world: &mut World, account: &Account, rest: &[&str]) -> Result<Reply, Reply> {
    match (&call.method, rest) {
        (&Method::GET, ["users", "me"]) => users::me(call, world, account),
        (&Method::GET, ["users", "by", "username", name]) => users::by_name(call, world, name),
        (&Method::GET, ["users", id, "tweets"]) => timeline::of_user(call, world, id),
        (&Method::POST, ["users", id, action @ ("retweets" | "likes")]) => {
            users::react(call, world, account, id, action)
        }
        (&Method::GET, ["tweets"]) => timeline::by_ids(call, world),
        (&Method::GET, ["tweets", id]) => Ok(timeline::by_id(call, world, id)),
        (&Method::POST, ["tweets"]) => posts::create(call, world, account),
        (&Method::DELETE, ["tweets", id]) => posts::delete(world, account, id),
        (&Method::GET, ["media", "upload"]) => media::status(call, world, account),
        (&Method::POST, ["media", "upload"]) => media::upload(call, world, account),
        (&Method::POST, ["media", "upload", "initialize"]) => media::initialize(call, world, account),
        (&Method::POST, ["media", "upload", id, "append"]) => media::append(call, world, account, id),
        (&Method::POST, ["media", "upload", id, "finalize"]) => media::finalize(call, world, account, id),
        (&Method::POST, ["media", "metadata"]) => media::describe(call, world, account),
        (&Method::POST, ["articles", "draft"]) => articles::draft(call, world, account),
        (&Method::POST, ["articles", id, "publish"]) => articles::publish(call, world, account, id),
        _ => Err(refusal::problem(404, "Not Found", "Not Found")),
    }
}

/// Counts a request in the window of its endpoint; only posts can be limited for real.
fn spend(call: &Call, world: &mut World, account: &Account, rest: &[&str]) -> Budget {
    let posting = call.method == Method::POST && rest == ["tweets"];
    let enforced = if posting { world.x.settings.post_budget } else { 0 };
    let usual = match (&call.method, rest) {
        (&Method::POST, ["tweets"]) => 100,
        (&Method::GET, ["users", "me"]) => 75,
        (&Method::POST, ["media", "upload" | "metadata"]) => 500,
        (&Method::POST, ["media", ..]) => 1_875,
        (&Method::GET, ["media", "upload"]) => 1_000,
        (&Method::POST, ["users", ..]) => 50,
        _ => 900,
    };
    let limit = if enforced == 0 { usual } else { enforced };
    let key = format!(
        "{}:{}:{}",
        account.id,
        call.method,
        rest.first().copied().unwrap_or_default()
    );
    let budget = world.x.windows.spend(
        &key,
        Rule {
            limit,
            span: 15 * MINUTE,
            cost: 1,
        },
        call.now,
    );
    if enforced == 0 {
        Budget {
            exhausted: false,
            remaining: budget.remaining.max(1),
            ..budget
        }
    } else {
        budget
    }
}

/// Takes the token that the request carries out of use.
pub(crate) fn expire_token(call: &Call, world: &mut World) {
    if let Some(token) = signature::token_of(call) {
        world.x.access.remove(&token);
    }
}
