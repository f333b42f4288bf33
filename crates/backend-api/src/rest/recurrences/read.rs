//! `GET /recurrences/{id}`: one recurrence, also when it has ended.

use axum::extract::{Path, State};
use postern_domain::ports::Planning;

use super::{recurrence_id, shown};
use crate::deps::Shared;
use crate::edge::{Documented, Holder};

pub(in crate::rest) async fn read(
    State(shared): State<Shared>,
    Holder(actor): Holder,
    Path(id): Path<String>,
) -> Documented {
    let view = shared.app.recurrence(&actor, recurrence_id(&id)?).await?;
    Ok(shown(&shared, &view))
}
