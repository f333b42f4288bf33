//! `PUT /media/{id}`: gives a file words for those who cannot see it.

use axum::body::Body;
use axum::extract::{Path, State};
use postern_domain::BackendError;
use postern_domain::ports::MediaLibrary;
use postern_wire::postiz::parse_media_change;

use super::shown;
use crate::deps::Shared;
use crate::edge::{Documented, Holder, media_id, small_json};

pub(in crate::rest) async fn change(
    State(shared): State<Shared>,
    Holder(actor): Holder,
    Path(id): Path<String>,
    body: Body,
) -> Documented {
    let alt = parse_media_change(&small_json(body).await?).map_err(BackendError::refused)?;
    let media = shared.app.describe_media(&actor, media_id(&id)?, alt).await?;
    Ok(shown(&shared, &media))
}
