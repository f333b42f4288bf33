//! `GET /analytics/post/{id}`: what the platform measured of a post.

use axum::extract::{Path, Query, State};
use postern_domain::BackendError;
use postern_domain::insight::PostInsights;
use postern_wire::postiz::{parse_days, post_analytics};

use super::Span;
use crate::deps::Shared;
use crate::edge::{Answer, Caller, json, post_ref};

/// Of an unknown post nothing was measured, as clients expect.
pub(in crate::rest) async fn post(
    State(shared): State<Shared>,
    Caller(actor): Caller,
    Path(id): Path<String>,
    Query(span): Query<Span>,
) -> Answer {
    parse_days(span.date.as_deref()).map_err(BackendError::refused)?;
    let nothing = || PostInsights::Known(Vec::new());
    let insights = match post_ref(&id) {
        Err(_) => nothing(),
        Ok(id) => match shared.app.post_insights(&actor, id).await {
            Err(BackendError::NotFound { .. }) => nothing(),
            insights => insights?,
        },
    };
    Ok(json(200, &post_analytics(&insights)))
}
