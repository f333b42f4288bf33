//! `POST /posts/{id}/retry`, a route of ours: sends what failed or was missed once more.

use axum::extract::{Path, State};
use postern_domain::ports::Posts;

use super::shown;
use crate::deps::Shared;
use crate::edge::{Documented, Holder, post_ref};

pub(in crate::rest) async fn retry(
    State(shared): State<Shared>,
    Holder(actor): Holder,
    Path(id): Path<String>,
) -> Documented {
    let view = shared.app.retry_post(&actor, post_ref(&id)?).await?;
    Ok(shown(&shared, &actor, &view).await)
}
