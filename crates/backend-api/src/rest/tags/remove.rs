//! `DELETE /tags/{id}`: removes a label and takes it off all posts.

use axum::extract::{Path, State};
use http::StatusCode;

use crate::deps::Shared;
use crate::edge::{Documented, Holder, empty_on, tag_id};

pub(in crate::rest) async fn remove(
    State(shared): State<Shared>,
    Holder(actor): Holder,
    Path(id): Path<String>,
) -> Documented {
    shared.app.remove_tag(&actor, tag_id(&id)?).await?;
    Ok(empty_on(StatusCode::NO_CONTENT))
}
