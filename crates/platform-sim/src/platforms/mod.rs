//! The simulated platforms and what they have in common.

pub(crate) mod bluesky;
pub(crate) mod linkedin;
pub(crate) mod mastodon;
pub(crate) mod x;

use std::str::FromStr;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::call::Call;
use crate::fault::{Operation, UnknownWord};
use crate::reply::Reply;
use crate::time::Millis;
use crate::world::World;

/// A platform this crate simulates; its word is also its path prefix.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Platform {
    /// Mastodon, with several instances.
    Mastodon,
    /// Bluesky: entryway, PDS, video service and AppView in one.
    Bluesky,
    /// X, its API and its consent page.
    X,
    /// LinkedIn, its OAuth and its versioned API.
    LinkedIn,
}

impl Platform {
    /// Every platform in the order of the pages.
    pub const ALL: [Self; 4] = [Self::Mastodon, Self::Bluesky, Self::X, Self::LinkedIn];

    /// The word on the wire and in paths.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Mastodon => "mastodon",
            Self::Bluesky => "bluesky",
            Self::X => "x",
            Self::LinkedIn => "linkedin",
        }
    }

    /// The name that people read.
    pub fn title(self) -> &'static str {
        match self {
            Self::Mastodon => "Mastodon",
            Self::Bluesky => "Bluesky",
            Self::X => "X",
            Self::LinkedIn => "LinkedIn",
        }
    }

    /// The handle in this platform's form: lower case, and a host name on Bluesky.
    pub(crate) fn full_handle(self, handle: &str) -> String {
        let handle = handle.trim().trim_start_matches('@').to_lowercase();
        if self == Self::Bluesky && !handle.contains('.') {
            format!("{handle}.bsky.social")
        } else {
            handle
        }
    }

    /// The id of the `rank`-th account; equal ranks on two Mastodon instances get equal ids on purpose.
    pub(crate) fn account_id(self, handle: &str, rank: usize) -> String {
        match self {
            Self::Mastodon => format!("1093000000000{:05}", rank + 1),
            Self::Bluesky => format!(
                "did:plc:{}",
                letters(handle, b"abcdefghijklmnopqrstuvwxyz234567", 24)
            ),
            Self::X => format!("17{:08}", 60_000_000 + rank),
            Self::LinkedIn => letters(
                handle,
                b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789",
                10,
            ),
        }
    }
}

impl FromStr for Platform {
    type Err = UnknownWord;

    fn from_str(text: &str) -> Result<Self, UnknownWord> {
        Self::ALL
            .into_iter()
            .find(|platform| platform.as_str() == text)
            .ok_or_else(|| UnknownWord {
                field: "platform",
                given: text.to_owned(),
                allowed: Self::ALL.map(Self::as_str).join(", "),
            })
    }
}

fn letters(seed: &str, alphabet: &[u8], length: usize) -> String {
    Sha256::digest(seed.as_bytes())
        .iter()
        .take(length)
        .map(|byte| char::from(alphabet[usize::from(*byte) % alphabet.len()]))
        .collect()
}

/// What a request is for; `None` for pages that people read, which no fault strikes.
pub(crate) fn operation(platform: Platform, call: &Call) -> Option<Operation> {
    match platform {
        Platform::Mastodon => mastodon::operation(call),
        Platform::Bluesky => bluesky::operation(call),
        Platform::X => x::operation(call),
        Platform::LinkedIn => linkedin::operation(call),
    }
}

/// Answers a request; `None` when the platform knows no such path.
pub(crate) fn handle(platform: Platform, call: &Call, world: &mut World) -> Option<Reply> {
    match platform {
        Platform::Mastodon => mastodon::handle(call, world),
        Platform::Bluesky => bluesky::handle(call, world),
        Platform::X => x::handle(call, world),
        Platform::LinkedIn => linkedin::handle(call, world),
    }
}

/// Lets the token that a request carries expire.
pub(crate) fn expire_token(platform: Platform, call: &Call, world: &mut World) {
    match platform {
        Platform::Mastodon => mastodon::expire_token(call, world),
        Platform::Bluesky => bluesky::expire_token(call, world),
        Platform::X => x::expire_token(call, world),
        Platform::LinkedIn => linkedin::expire_token(call, world),
    }
}

/// The platform's 503.
pub(crate) fn unavailable(platform: Platform) -> Reply {
    match platform {
        Platform::Mastodon => mastodon::refusal::error(503, "Service Unavailable"),
        Platform::Bluesky => bluesky::refusal::error(503, "UpstreamFailure", "Upstream server unavailable"),
        Platform::X => x::refusal::problem(503, "Service Unavailable", "Service Unavailable"),
        Platform::LinkedIn => linkedin::refusal::error(503, "SERVICE_UNAVAILABLE", "Service Unavailable"),
    }
}

/// The platform's 429, with its window ending at `reset`.
pub(crate) fn limited(platform: Platform, now: Millis, reset: Millis) -> Reply {
    match platform {
        Platform::Mastodon => mastodon::refusal::limited(300, reset),
        Platform::Bluesky => bluesky::refusal::limited(3_000, 300, reset),
        Platform::X => x::refusal::limited(100, reset),
        Platform::LinkedIn => linkedin::refusal::limited(now),
    }
}

/// The platform's 404 for a path it does not know.
pub(crate) fn not_found(platform: Platform) -> Reply {
    match platform {
        Platform::Mastodon => mastodon::refusal::error(404, "Not Found"),
        Platform::Bluesky => bluesky::refusal::error(404, "MethodNotImplemented", "Method Not Implemented"),
        Platform::X => x::refusal::problem(404, "Not Found", "Not Found"),
        Platform::LinkedIn => {
            linkedin::refusal::error(404, "RESOURCE_NOT_FOUND", "No virtual resource found")
        }
    }
}
