//! `GET /posts/{id}`, a route of ours: one post over all its channels.

use axum::extract::{Path, State};
use postern_domain::ports::Posts;

use super::shown;
use crate::deps::Shared;
use crate::edge::{Documented, Holder, post_ref};

pub(in crate::rest) async fn read(
    State(shared): State<Shared>,
    Holder(actor): Holder,
    Path(id): Path<String>,
) -> Documented {
    let view = shared.app.post(&actor, post_ref(&id)?).await?;
    Ok(shown(&shared, &actor, &view).await)
}
