//! `DELETE /media/{id}`: removes a file that no post to come uses.

use axum::extract::{Path, State};
use http::StatusCode;
use postern_domain::ports::MediaLibrary;

use crate::deps::Shared;
use crate::edge::{Documented, Holder, empty_on, media_id};

pub(in crate::rest) async fn remove(
    State(shared): State<Shared>,
    Holder(actor): Holder,
    Path(id): Path<String>,
) -> Documented {
    shared.app.remove_media(&actor, media_id(&id)?).await?;
    Ok(empty_on(StatusCode::NO_CONTENT))
}
