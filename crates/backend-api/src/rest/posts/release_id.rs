//! `PUT /posts/{id}/release-id`: tells the platform's id of a post that is out under an unknown one.

use axum::body::Body;
use axum::extract::{Path, State};
use postern_domain::media::Media;
use postern_domain::ports::MediaLibrary;
use postern_domain::{Actor, BackendError};
use postern_wire::postiz::{PostItem, Refusal, parse_release_id, post_item};

use super::only_part;
use crate::deps::{Inner, Shared};
use crate::edge::{Answer, Caller, Refused, json, post_ref, said, small_json};

pub(in crate::rest) async fn release_id(
    State(shared): State<Shared>,
    Caller(actor): Caller,
    Path(id): Path<String>,
    body: Body,
) -> Answer {
    let named = name(&shared, &actor, &id, body).await;
    Ok(json(200, &named.map_err(|error| refused(&error))?))
}

async fn name(shared: &Inner, actor: &Actor, id: &str, body: Body) -> Result<Option<PostItem>, BackendError> {
    let release = parse_release_id(&small_json(body).await?);
    let part = only_part(shared, actor, post_ref(id)?).await?;
    let view = shared.app.name_release(actor, part, &release).await?;
    let media_url = |media: &Media| shared.app.media_url(media);
    let own = view.publications.iter().find(|it| it.publication.id == part);
    Ok(own.and_then(|own| post_item(&view, own, &media_url)))
}

/// A post whose id is known is none of those that this route is about.
fn refused(error: &BackendError) -> Refused {
    let is_missing =
        |error: &BackendError| matches!(error, BackendError::NotFound { .. } | BackendError::Conflict(_));
    said(error, is_missing, |error| {
        Refusal::text(404, "Post not found", error)
    })
}
