//! `GET /media/{id}`: one file of the library.

use axum::extract::{Path, State};
use postern_domain::ports::MediaLibrary;

use super::shown;
use crate::deps::Shared;
use crate::edge::{Documented, Holder, media_id};

pub(in crate::rest) async fn read(
    State(shared): State<Shared>,
    Holder(actor): Holder,
    Path(id): Path<String>,
) -> Documented {
    let media = shared.app.media(&actor, media_id(&id)?).await?;
    Ok(shown(&shared, &media))
}
