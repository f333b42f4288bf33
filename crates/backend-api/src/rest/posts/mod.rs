//! Posts. What the compatible API calls a post is one channel's part of ours; both kinds of id are taken.

mod budget;
pub(super) mod bulk;
pub(super) mod create;
pub(super) mod delete;
pub(super) mod list;
pub(super) mod missing;
pub(super) mod publish;
pub(super) mod read;
pub(super) mod release_id;
pub(super) mod resolve;
pub(super) mod retry;
mod returning;
pub(super) mod review;
mod revise;
pub(super) mod settings;
pub(super) mod shift;
pub(super) mod status;
pub(super) mod update;
pub(super) mod validate;

use axum::response::Response;
use postern_domain::id::PublicationId;
use postern_domain::media::Media;
use postern_domain::ports::{MediaLibrary, Posts};
use postern_domain::post::{PostRef, PostView};
use postern_domain::publication::State;
use postern_domain::{Actor, BackendError, Code, Problem};
use postern_wire::postiz::{PostItem, post_out};

use crate::deps::Inner;
use crate::edge::json;

/// A post over all its channels, as our own routes answer it.
async fn shown(shared: &Inner, actor: &Actor, view: &PostView) -> Response {
    let media_url = |media: &Media| shared.app.media_url(media);
    let mut out = post_out(view, &media_url);
    dress(shared, actor, &mut out.posts).await;
    json(200, &out)
}

/// Says of the labels of posts what is stored about them. Keys that may not read posts see their names alone.
async fn dress(shared: &Inner, actor: &Actor, items: &mut [PostItem]) {
    if items.iter().all(|item| item.tags.is_empty()) {
        return;
    }
    if let Ok(known) = shared.app.tags(actor).await {
        for item in items {
            item.dress(&known);
        }
    }
}

/// The one channel's part that a path names; a post with several wants it named.
async fn only_part(shared: &Inner, actor: &Actor, id: PostRef) -> Result<PublicationId, BackendError> {
    let post = match id {
        PostRef::Publication(publication) => return Ok(publication),
        PostRef::Post(_) => shared.app.post(actor, id).await?,
    };
    let live = post.publications.iter().map(|part| &part.publication);
    let parts: Vec<PublicationId> = live
        .filter(|publication| publication.state != State::Cancelled)
        .map(|publication| publication.id)
        .collect();
    match parts.as_slice() {
        [only] => Ok(*only),
        parts => Err(BackendError::refused(
            Problem::new(
                Code::Malformed,
                "/id",
                "the post goes to several channels",
                "name the part of one channel by its own id",
            )
            .given(id)
            .allowed(
                parts
                    .iter()
                    .map(ToString::to_string)
                    .collect::<Vec<_>>()
                    .join(", "),
            ),
        )),
    }
}
