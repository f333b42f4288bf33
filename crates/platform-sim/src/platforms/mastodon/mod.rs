//! Mastodon: several instances, each with its own apps, tokens and limits.
//!
//! Source: `mastodon/documentation` for 4.6, read July 2026.

mod account;
mod apps;
mod content;
mod counting;
mod instance;
mod media;
mod oauth;
pub(crate) mod refusal;
mod statuses;

use std::collections::BTreeMap;

use http::Method;
use serde::{Deserialize, Serialize};

pub(crate) use self::instance::Instance;

use crate::call::Call;
use crate::fault::Operation;
use crate::pages;
use crate::pipeline::PLAIN;
use crate::platforms::Platform;
use crate::reply::Reply;
use crate::time::MINUTE;
use crate::window::Rule;
use crate::world::World;

/// All instances by name; `main` answers directly under `/mastodon`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Mastodon {
    pub instances: BTreeMap<String, Instance>,
}

impl Mastodon {
    /// The instances that exist from the start.
    pub(crate) fn new() -> Self {
        Self {
            instances: instance::initial(),
        }
    }

    /// Forgets tokens, media and keys of every instance.
    pub(crate) fn reset(&mut self) {
        self.instances.values_mut().for_each(Instance::reset);
    }
}

/// A request with the instance it is for and the path below that instance.
pub(super) struct Visit<'a> {
    pub call: &'a Call,
    /// Name of the instance.
    pub realm: String,
    /// Path below the instance, still percent-encoded.
    pub segments: Vec<&'a str>,
    /// Address of the instance without a trailing slash.
    pub home: String,
}

fn visit(call: &Call) -> Visit<'_> {
    let segments = call.segments();
    if let ["i", name, rest @ ..] = segments.as_slice() {
        return Visit {
            call,
            realm: (*name).to_owned(),
            segments: rest.to_vec(),
            home: format!("{}/mastodon/i/{name}", call.base),
        };
    }
    Visit {
        call,
        realm: "main".to_owned(),
        segments,
        home: format!("{}/mastodon", call.base),
    }
}

/// What a request is for.
pub(crate) fn operation(call: &Call) -> Option<Operation> {
    let visit = visit(call);
    match (&call.method, visit.segments.as_slice()) {
        (&Method::POST, ["api", "v1" | "v2", "media"]) => Some(Operation::Upload),
        (_, ["api", "v1", "media", _]) => Some(Operation::Status),
        (&Method::POST, ["api", "v1", "statuses"]) => {
            let reply = call
                .params()
                .get("in_reply_to_id")
                .is_some_and(|id| !id.is_empty());
            Some(if reply {
                Operation::Comment
            } else {
                Operation::Commit
            })
        }
        (&Method::GET, ["api", "v1", "statuses", _] | ["api", "v1", "accounts", _, "statuses"]) => {
            Some(Operation::Detect)
        }
        (&Method::GET, ["api", "v1", "accounts", "verify_credentials"]) => Some(Operation::Profile),
        (&Method::POST, ["oauth", "token"]) => Some(Operation::Token),
        (_, ["api" | ".well-known", ..] | ["oauth", "revoke"]) => PLAIN,
        _ => None,
    }
}

/// Answers a request; every answer of the API carries the rate headers.
pub(crate) fn handle(call: &Call, world: &mut World) -> Option<Reply> {
    let visit = visit(call);
    if !world.mastodon.instances.contains_key(&visit.realm) {
        return None;
    }
    match (&call.method, visit.segments.as_slice()) {
        (_, ["oauth", "authorize"]) => return Some(oauth::authorize(&visit, world)),
        (&Method::GET, ["statuses", id]) => return Some(statuses::redirect(&visit, world, id)),
        (&Method::GET, [handle]) if handle.starts_with('@') => {
            return Some(pages::profile(
                world,
                Platform::Mastodon,
                &visit.realm,
                &handle[1..],
            ));
        }
        (&Method::GET, [handle, id]) if handle.starts_with('@') => {
            return Some(pages::permalink(world, Platform::Mastodon, &visit.realm, id));
        }
        _ => {}
    }
    let budget = instance::of(world, &visit.realm).spend_request(call);
    if budget.exhausted {
        return Some(refusal::limited(budget.limit, budget.reset));
    }
    let reply = route(&visit, world)?.unwrap_or_else(|refusal| refusal);
    let known = reply.headers.iter().any(|(name, _)| name == "x-ratelimit-limit");
    Some(if known {
        reply
    } else {
        refusal::with_rates(reply, budget)
    })
}

fn route(visit: &Visit<'_>, world: &mut World) -> Option<Result<Reply, Reply>> {
    Some(match (&visit.call.method, visit.segments.as_slice()) {
        (&Method::GET, [".well-known", "oauth-authorization-server"]) => instance::metadata(visit, world),
        (&Method::GET, ["api", version @ ("v1" | "v2"), "instance"]) => {
            Ok(instance::describe(visit, world, version))
        }
        (&Method::POST, ["api", "v1", "apps"]) => apps::register(visit, world),
        (&Method::POST, ["oauth", "token"]) => oauth::token(visit, world),
        (&Method::POST, ["oauth", "revoke"]) => oauth::revoke(visit, world),
        (&Method::GET, ["api", "v1", "accounts", "verify_credentials"]) => account::verify(visit, world),
        (&Method::GET, ["api", "v1", "accounts", "search"]) => account::search(visit, world),
        (&Method::GET, ["api", "v1", "accounts", id, "statuses"]) => statuses::list(visit, world, id),
        (&Method::GET, ["api", "v1", "accounts", id]) => account::show(visit, world, id),
        (&Method::POST, ["api", version @ ("v1" | "v2"), "media"]) => media::upload(visit, world, version),
        (&Method::GET, ["api", "v1", "media", id]) => media::show(visit, world, id),
        (&Method::PUT, ["api", "v1", "media", id]) => media::describe(visit, world, id),
        (&Method::POST, ["api", "v1", "statuses"]) => statuses::create(visit, world),
        (&Method::GET, ["api", "v1", "statuses", id]) => statuses::show(visit, world, id),
        (&Method::DELETE, ["api", "v1", "statuses", id]) => statuses::delete(visit, world, id),
        _ => return None,
    })
}

/// Revokes the token that the request carries.
pub(crate) fn expire_token(call: &Call, world: &mut World) {
    let visit = visit(call);
    let Some(instance) = world.mastodon.instances.get_mut(&visit.realm) else {
        return;
    };
    if let Some(token) = call.bearer().and_then(|token| instance.tokens.get_mut(token)) {
        token.revoked = true;
    }
}

/// Requests per five minutes, as announced in the headers.
pub(super) const REQUESTS: Rule = Rule {
    limit: 300,
    span: 5 * MINUTE,
    cost: 1,
};
