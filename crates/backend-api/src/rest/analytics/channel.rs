//! `GET /analytics/{id}`: what a channel's platform measured.

use axum::extract::{Path, Query, State};
use postern_domain::insight::Series;
use postern_domain::{Actor, BackendError};
use postern_wire::postiz::{Refusal, metric_items, parse_days};

use super::Span;
use crate::deps::{Inner, Shared};
use crate::edge::{Answer, Caller, channel_id, json, said};

pub(in crate::rest) async fn channel(
    State(shared): State<Shared>,
    Caller(actor): Caller,
    Path(id): Path<String>,
    Query(span): Query<Span>,
) -> Answer {
    let is_missing = |error: &BackendError| matches!(error, BackendError::NotFound { .. });
    let series = measured(&shared, &actor, &id, &span).await.map_err(|error| {
        said(&error, is_missing, |error| {
            Refusal::msg(404, "Integration not found", error)
        })
    })?;
    Ok(json(200, &metric_items(&series)))
}

async fn measured(shared: &Inner, actor: &Actor, id: &str, span: &Span) -> Result<Vec<Series>, BackendError> {
    parse_days(span.date.as_deref()).map_err(BackendError::refused)?;
    shared.app.channel_insights(actor, channel_id(id)?).await
}
