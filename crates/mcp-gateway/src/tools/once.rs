//! Calls that come twice: recognised by the client's key, or within two minutes by being the same.

use postern_domain::BackendError;
use postern_domain::post::{Created, IdempotencyKey, NewPost};
use postern_domain::publication::State;

use crate::confirm::digest;
use crate::tools::Call;

/// Within this many seconds the same post is recognised without a key.
const WINDOW_SECS: i64 = 120;

/// One post of a call, as it is recognised when it comes again.
pub(super) struct Wanted<'a> {
    /// The tool.
    pub(super) tool: &'static str,
    /// The client's key for the whole call.
    pub(super) key: Option<&'a str>,
    /// Which post of the call it is, where there are several.
    pub(super) place: Option<usize>,
    /// All that makes it the same post.
    pub(super) text: &'a str,
}

/// Stores a post, or finds the one that an earlier call stored.
///
/// A post that was cancelled in the meantime is not taken for an answer to a call without a key.
pub(super) async fn create(
    call: &Call<'_>,
    wanted: &Wanted<'_>,
    post: NewPost,
) -> Result<Created, BackendError> {
    let backend = &call.shared.backend;
    let (key, own) = key(call, wanted);
    let again = (!own).then(|| post.clone());
    let created = backend.create_post(call.actor(), post, Some(key)).await?;
    let gone = || {
        let mut parts = created.view.publications.iter();
        parts.any(|part| part.publication.state == State::Cancelled)
    };
    match again {
        Some(post) if created.replayed && gone() => backend.create_post(call.actor(), post, None).await,
        Some(_) | None => Ok(created),
    }
}

/// The client's key, or one that recognises the same post within two minutes; and whether it is the client's.
fn key(call: &Call<'_>, wanted: &Wanted<'_>) -> (IdempotencyKey, bool) {
    let digest = digest([wanted.tool, wanted.text]);
    let own = wanted.key.map(str::trim).filter(|key| !key.is_empty());
    let key = match (own, wanted.place) {
        (Some(key), None) => key.to_owned(),
        (Some(key), Some(place)) => format!("{key}#{place}"),
        (None, _) => {
            let window = call.shared.clock.now().as_secs().div_euclid(WINDOW_SECS);
            format!("auto:{}:{window}", &digest[..32])
        }
    };
    (IdempotencyKey { key, digest }, own.is_some())
}
