//! `PUT /recurrences/{id}`: changes the posts to come, all of them or those from a date on.

use axum::body::Body;
use axum::extract::{Path, State};
use postern_domain::BackendError;
use postern_domain::ports::{Members, Planning};
use postern_wire::postiz::parse_recurrence_edit;

use super::{recurrence_id, shown};
use crate::deps::Shared;
use crate::edge::{Documented, Holder, LARGEST_POST, json_of, whole};
use crate::rest::posts::create::fit;

pub(in crate::rest) async fn update(
    State(shared): State<Shared>,
    Holder(actor): Holder,
    Path(id): Path<String>,
    body: Body,
) -> Documented {
    let id = recurrence_id(&id)?;
    let body = json_of(&whole(body, LARGEST_POST).await?).await?;
    let zone = shared.app.workspace(&actor).await?.zone;
    let stored = shared.app.recurrence(&actor, id).await?;
    let mut edit = parse_recurrence_edit(&body, &stored, &zone).map_err(BackendError::Refused)?;
    for target in edit.targets.iter_mut().flatten() {
        fit(&shared, &actor, target).await?;
    }
    let view = shared.app.update_recurrence(&actor, id, edit).await?;
    Ok(shown(&shared, &view))
}
