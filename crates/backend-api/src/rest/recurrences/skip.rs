//! `POST /recurrences/{id}/skip`: leaves one date out.

use axum::body::Body;
use axum::extract::{Path, State};
use postern_domain::BackendError;
use postern_domain::ports::Planning;
use postern_wire::postiz::parse_date;

use super::{recurrence_id, shown};
use crate::deps::Shared;
use crate::edge::{Documented, Holder, small_json};

pub(in crate::rest) async fn skip(
    State(shared): State<Shared>,
    Holder(actor): Holder,
    Path(id): Path<String>,
    body: Body,
) -> Documented {
    let id = recurrence_id(&id)?;
    let date = parse_date(&small_json(body).await?, "date").map_err(BackendError::refused)?;
    let view = shared.app.skip_occurrence(&actor, id, date).await?;
    Ok(shown(&shared, &view))
}
