//! `PUT /tags/{id}`: renames a label, also on the posts that carry it, or gives it another colour.

use axum::body::Body;
use axum::extract::{Path, State};
use postern_domain::BackendError;
use postern_wire::postiz::{parse_tag_change, tag_item};

use crate::deps::Shared;
use crate::edge::{Documented, Holder, json, small_json, tag_id};

pub(in crate::rest) async fn change(
    State(shared): State<Shared>,
    Holder(actor): Holder,
    Path(id): Path<String>,
    body: Body,
) -> Documented {
    let change = parse_tag_change(&small_json(body).await?).map_err(BackendError::refused)?;
    let tag = shared.app.change_tag(&actor, tag_id(&id)?, change).await?;
    Ok(json(200, &tag_item(&tag)))
}
