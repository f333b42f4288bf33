//! Figures of channels and posts.

pub(super) mod all;
pub(super) mod channel;
pub(super) mod post;

use serde::Deserialize;

/// How many days back.
#[derive(Deserialize)]
pub(super) struct Span {
    #[serde(default)]
    date: Option<String>,
}
