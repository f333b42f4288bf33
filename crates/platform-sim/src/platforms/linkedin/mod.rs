//! LinkedIn: OAuth 2.0, versioned uploads, posts and comments of members.
//!
//! Source: LinkedIn's marketing and consumer documentation, versions 202601 to 202608.

mod comments;
mod littletext;
mod media;
mod oauth;
mod posts;
mod profile;
pub(crate) mod refusal;

use std::collections::BTreeMap;

use http::Method;
use serde::{Deserialize, Serialize};

use self::media::Asset;
use self::oauth::{Code, Token};
use crate::call::{Call, decode};
use crate::fault::Operation;
use crate::pages;
use crate::pipeline::PLAIN;
use crate::platforms::Platform;
use crate::reply::Reply;
use crate::time::DAY;
use crate::window::{Rule, Windows};
use crate::world::World;

/// The state behind `/linkedin`.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct LinkedIn {
    pub settings: Settings,
    pub codes: BTreeMap<String, Code>,
    pub access: BTreeMap<String, Token>,
    pub refresh: BTreeMap<String, Token>,
    /// Uploads by URN.
    pub assets: BTreeMap<String, Asset>,
    pub windows: Windows,
}

/// What may be set.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Settings {
    /// Life of an access token in seconds.
    pub access_secs: i64,
    /// Whether refresh tokens are issued, as approved partners get them.
    pub refresh: bool,
    /// Life of a refresh token in seconds, counted from the first consent.
    pub refresh_secs: i64,
    /// Scopes that the app may ask for.
    pub scopes: Vec<String>,
    /// Redirect addresses that are registered; empty admits any http or https address.
    pub redirects: Vec<String>,
    /// Versions of the API that still live.
    pub versions: Vec<String>,
    /// Reads of the status until a video is available.
    pub processing_polls: u32,
    /// Seconds until an image or document is available.
    pub image_secs: i64,
    /// How many of the next videos fail.
    pub fail_processing: u32,
    /// Seconds for which an equal post is a duplicate.
    pub duplicate_secs: i64,
    /// Seconds until a post can be read.
    pub listing_lag: i64,
    /// Requests per member and day; 0 enforces nothing.
    pub day_budget: u64,
}

impl Default for Settings {
    fn default() -> Self {
        let scopes = [
            "openid",
            "profile",
            "email",
            "w_member_social",
            "w_member_social_feed",
            "r_basicprofile",
            "rw_organization_admin",
            "w_organization_social",
            "r_organization_social",
        ];
        Self {
            access_secs: 5_184_000,
            refresh: true,
            refresh_secs: 31_536_000,
            scopes: scopes.map(str::to_owned).to_vec(),
            redirects: Vec::new(),
            versions: (202_601..=202_608).map(|version| version.to_string()).collect(),
            processing_polls: 2,
            image_secs: 0,
            fail_processing: 0,
            duplicate_secs: 600,
            listing_lag: 0,
            day_budget: 0,
        }
    }
}

impl LinkedIn {
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
        (&Method::POST, ["oauth", "v2", "accessToken"]) => {
            if call.params().get("grant_type") == Some("refresh_token") {
                Operation::Refresh
            } else {
                Operation::Token
            }
        }
        (&Method::GET, ["v2", "userinfo" | "me"]) => Operation::Profile,
        (&Method::POST, ["rest", "images" | "videos" | "documents"]) | (&Method::PUT, ["upload", ..]) => {
            Operation::Upload
        }
        (&Method::GET, ["rest", "images" | "videos" | "documents", _]) => Operation::Status,
        (&Method::POST, ["rest", "posts"]) => Operation::Commit,
        (&Method::POST, ["rest", "socialActions", _, "comments"]) => Operation::Comment,
        (&Method::GET, ["rest", "posts"] | ["rest", "posts", _]) => Operation::Detect,
        (_, ["rest" | "v2", ..] | ["oauth", "v2", "introspectToken" | "revoke"]) => return PLAIN,
        _ => return None,
    })
}

/// Answers a request.
pub(crate) fn handle(call: &Call, world: &mut World) -> Option<Reply> {
    let segments = call.segments();
    let outcome = match (&call.method, segments.as_slice()) {
        (_, ["oauth", "v2", "authorization"]) => Ok(oauth::authorize(call, world)),
        (&Method::POST, ["oauth", "v2", "accessToken"]) => oauth::token(call, world),
        (&Method::GET, ["v2", "userinfo"]) => profile::userinfo(call, world),
        (&Method::GET, ["v2", "me"]) => profile::me(call, world),
        (&Method::GET, ["v2", "organizations"]) => profile::organizations(call, world),
        (&Method::PUT, ["upload", rest @ ..]) => media::put(call, world, rest),
        (_, ["rest", rest @ ..]) => versioned(call, world, rest)?,
        (&Method::GET, ["feed", "update", urn]) => {
            Ok(pages::permalink(world, Platform::LinkedIn, "", &decode(urn)))
        }
        (&Method::GET, ["in", handle]) => Ok(pages::profile(world, Platform::LinkedIn, "", handle)),
        (&Method::GET, [handle]) if handle.starts_with('@') => {
            Ok(pages::profile(world, Platform::LinkedIn, "", &handle[1..]))
        }
        _ => return None,
    };
    Some(outcome.unwrap_or_else(|refusal| refusal))
}

/// Requests below `/rest` need a token, the protocol version and a living API version.
fn versioned(call: &Call, world: &mut World, rest: &[&str]) -> Option<Result<Reply, Reply>> {
    let known = matches!(
        (&call.method, rest),
        (
            &Method::POST,
            ["images" | "videos" | "documents" | "posts"] | ["socialActions", _, "comments"] | ["posts", _]
        ) | (
            &Method::GET,
            ["images" | "videos" | "documents" | "posts", _] | ["posts"]
        ) | (&Method::DELETE, ["posts", _])
    );
    if !known {
        return None;
    }
    Some(guarded(call, world).and_then(|token| route(call, world, &token, rest)))
}

fn guarded(call: &Call, world: &mut World) -> Result<Token, Reply> {
    let token = oauth::bearer(call, world)?;
    if call.header("x-restli-protocol-version") != Some("2.0.0") {
        return Err(refusal::error(
            400,
            "ILLEGAL_ARGUMENT",
            "Header X-Restli-Protocol-Version must be 2.0.0",
        ));
    }
    let version = call.header("linkedin-version").unwrap_or_default();
    if !world
        .linkedin
        .settings
        .versions
        .iter()
        .any(|known| known == version)
    {
        return Err(refusal::error(
            426,
            "NONEXISTENT_VERSION",
            &format!("Requested version {version} is not active"),
        ));
    }
    let limit = world.linkedin.settings.day_budget;
    if limit > 0 {
        let day = call.now.div_euclid(DAY);
        let budget = world.linkedin.windows.spend(
            &format!("{}:{day}", token.account),
            Rule {
                limit,
                span: DAY,
                cost: 1,
            },
            call.now,
        );
        if budget.exhausted {
            return Err(refusal::limited(call.now));
        }
    }
    Ok(token)
}

fn route(call: &Call, world: &mut World, token: &Token, rest: &[&str]) -> Result<Reply, Reply> {
    match (&call.method, rest) {
        (&Method::POST, [kind @ ("images" | "videos" | "documents")]) => {
            media::action(call, world, token, kind)
        }
        (&Method::GET, [kind @ ("images" | "videos" | "documents"), urn]) => {
            media::show(call, world, token, kind, urn)
        }
        (&Method::POST, ["posts"]) => posts::create(call, world, token),
        (&Method::POST, ["posts", urn]) => posts::update(call, world, token, urn),
        (&Method::GET, ["posts"]) => posts::list(call, world, token),
        (&Method::GET, ["posts", urn]) => posts::show(call, world, token, urn),
        (&Method::DELETE, ["posts", urn]) => posts::delete(world, token, urn),
        (&Method::POST, ["socialActions", urn, "comments"]) => comments::create(call, world, token, urn),
        _ => Err(refusal::error(
            404,
            "RESOURCE_NOT_FOUND",
            "No virtual resource found",
        )),
    }
}

/// Lets the token that the request carries expire: the bearer, or the refresh token in the form.
pub(crate) fn expire_token(call: &Call, world: &mut World) {
    let refresh = call.params().get("refresh_token").map(str::to_owned);
    if let Some(token) = call
        .bearer()
        .and_then(|token| world.linkedin.access.get_mut(token))
    {
        token.expires_at = call.now;
    }
    if let Some(token) = refresh.and_then(|token| world.linkedin.refresh.get_mut(&token)) {
        token.expires_at = call.now;
    }
}

/// A path segment that must be a percent-encoded URN.
fn urn_of(segment: &str) -> Result<String, Reply> {
    if segment.contains(':') || !segment.contains("%3A") && !segment.contains("%3a") {
        return Err(refusal::error(
            400,
            "ILLEGAL_ARGUMENT",
            "Invalid URN in path: a URN must be percent-encoded",
        ));
    }
    Ok(decode(segment))
}
