//! `PUT /api/uploads/{id}?token=`: the bytes of an upload that was asked for.

use axum::body::Body;
use axum::extract::{Path, Query, State};
use postern_domain::BackendError;
use postern_domain::id::UploadId;
use postern_domain::ports::MediaLibrary;
use postern_wire::postiz::media_item;
use serde::Deserialize;

use crate::deps::Shared;
use crate::edge::{Documented, incoming, json};

#[derive(Deserialize)]
pub(super) struct Ticket {
    #[serde(default)]
    token: String,
}

pub(super) async fn take(
    State(shared): State<Shared>,
    Path(id): Path<String>,
    Query(ticket): Query<Ticket>,
    body: Body,
) -> Documented {
    let upload: UploadId = id.parse().map_err(|_| BackendError::not_found("upload", &id))?;
    let content = incoming(body.into_data_stream(), shared.stop.clone());
    let media = shared.app.finish_upload(upload, &ticket.token, content).await?;
    let path = shared.app.media_url(&media);
    Ok(json(201, &media_item(&media, path)))
}
