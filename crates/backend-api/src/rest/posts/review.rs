//! `POST /posts/{id}/approve` and `/reject`, routes of ours: the answer to a post that waits for approval.

use axum::body::Body;
use axum::extract::{Path, State};
use postern_domain::BackendError;
use postern_domain::ports::Posts;
use postern_domain::review::Decision;
use postern_wire::postiz::parse_rejection;

use super::shown;
use crate::deps::Shared;
use crate::edge::{Documented, Holder, post_ref, small_json};

pub(in crate::rest) async fn approve(
    State(shared): State<Shared>,
    Holder(actor): Holder,
    Path(id): Path<String>,
) -> Documented {
    let view = shared
        .app
        .review_post(&actor, post_ref(&id)?, Decision::Approve)
        .await?;
    Ok(shown(&shared, &actor, &view).await)
}

pub(in crate::rest) async fn reject(
    State(shared): State<Shared>,
    Holder(actor): Holder,
    Path(id): Path<String>,
    body: Body,
) -> Documented {
    let reason = parse_rejection(&small_json(body).await?).map_err(BackendError::refused)?;
    let decision = Decision::Reject(reason);
    let view = shared.app.review_post(&actor, post_ref(&id)?, decision).await?;
    Ok(shown(&shared, &actor, &view).await)
}
