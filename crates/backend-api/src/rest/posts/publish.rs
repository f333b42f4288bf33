//! `POST /posts/{id}/publish`, a route of ours: publishes a draft or planned post, or one channel's part, at once.

use axum::extract::{Path, State};
use postern_domain::ports::Posts;

use super::shown;
use crate::deps::Shared;
use crate::edge::{Documented, Holder, post_ref};

pub(in crate::rest) async fn publish(
    State(shared): State<Shared>,
    Holder(actor): Holder,
    Path(id): Path<String>,
) -> Documented {
    let view = shared.app.publish_post(&actor, post_ref(&id)?).await?;
    Ok(shown(&shared, &actor, &view).await)
}
