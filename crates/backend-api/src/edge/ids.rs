//! Ids in paths; what is no id of ours is not there.

use postern_domain::BackendError;
use postern_domain::id::{ChannelId, MediaId, TagId};
use postern_domain::post::PostRef;

/// The channel of a path.
pub(crate) fn channel_id(text: &str) -> Result<ChannelId, BackendError> {
    text.trim()
        .parse()
        .map_err(|_| BackendError::not_found("channel", shown(text)))
}

/// The post of a path: a whole one (`post_...`) or one channel's part (`pub_...`).
pub(crate) fn post_ref(text: &str) -> Result<PostRef, BackendError> {
    text.trim()
        .parse()
        .map_err(|_| BackendError::not_found("post", shown(text)))
}

/// The file of a path.
pub(crate) fn media_id(text: &str) -> Result<MediaId, BackendError> {
    text.trim()
        .parse()
        .map_err(|_| BackendError::not_found("file", shown(text)))
}

/// The label of a path.
pub(crate) fn tag_id(text: &str) -> Result<TagId, BackendError> {
    text.trim()
        .parse()
        .map_err(|_| BackendError::not_found("tag", shown(text)))
}

/// What was given, short enough to be shown.
fn shown(text: &str) -> String {
    text.chars().take(100).collect()
}
