//! Was it published? The key of the record is known, so the account's own server can be asked for exactly it.

use postern_domain::publication::Step;
use postern_provider_kit::{Cx, Found, ProviderError, read_step};

use super::publish::{self, Progress};
use super::session::Pds;

pub(super) async fn detect(cx: &Cx<'_>, step: Option<&Step>) -> Result<Found, ProviderError> {
    let pds = Pds::of(cx)?;
    let Some(progress) = read_step::<Progress>(step) else {
        return Ok(Found::Unknown { look_again_in: None });
    };
    // A request that is still under way does no harm when it arrives after this answer: the same record under the
    // same key is one post, however often it is put.
    Ok(match publish::read(&pds, &progress.key).await? {
        Some(made) => Found::There(publish::committed(&pds, made)),
        None => Found::Absent,
    })
}
