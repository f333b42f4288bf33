//! `DELETE /recurrences/{id}`: ends a recurrence; with `keepNext=true` the post that waits goes out as the last one.

use axum::extract::{Path, Query, State};
use postern_domain::ports::Planning;
use postern_domain::recurrence::Ahead;
use serde::Deserialize;

use super::{recurrence_id, shown};
use crate::deps::Shared;
use crate::edge::{Documented, Holder};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::rest) struct Wanted {
    #[serde(default)]
    keep_next: Option<String>,
}

pub(in crate::rest) async fn end(
    State(shared): State<Shared>,
    Holder(actor): Holder,
    Path(id): Path<String>,
    Query(wanted): Query<Wanted>,
) -> Documented {
    let ahead = match wanted.keep_next.as_deref() {
        Some("true" | "1") => Ahead::Keep,
        Some(_) | None => Ahead::Discard,
    };
    let view = shared
        .app
        .end_recurrence(&actor, recurrence_id(&id)?, ahead)
        .await?;
    Ok(shown(&shared, &view))
}
