//! `POST /tags`: makes a label.

use axum::body::Body;
use axum::extract::State;
use postern_domain::BackendError;
use postern_wire::postiz::{parse_new_tag, tag_item};

use crate::deps::Shared;
use crate::edge::{Documented, Holder, json, small_json};

pub(in crate::rest) async fn create(
    State(shared): State<Shared>,
    Holder(actor): Holder,
    body: Body,
) -> Documented {
    let new = parse_new_tag(&small_json(body).await?).map_err(BackendError::refused)?;
    let tag = shared.app.create_tag(&actor, new).await?;
    Ok(json(201, &tag_item(&tag)))
}
