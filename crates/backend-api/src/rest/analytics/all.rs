//! `GET /analytics`, a route of ours: the figures of all channels, and how publishing on them went.

use std::collections::BTreeMap;

use axum::extract::{Query, State};
use postern_domain::BackendError;
use postern_domain::ports::{Channels, Posts};
use postern_wire::postiz::{all_insights, parse_days};

use super::Span;
use crate::deps::Shared;
use crate::edge::{Documented, Holder, json};

pub(in crate::rest) async fn all(
    State(shared): State<Shared>,
    Holder(actor): Holder,
    Query(span): Query<Span>,
) -> Documented {
    let days = parse_days(span.date.as_deref()).map_err(BackendError::refused)?;
    let rows = shared.app.punctuality(&actor, days).await?;
    let channels = shared.app.channels(&actor, None).await?;
    let mut series = BTreeMap::new();
    for channel in &channels {
        series.insert(channel.id, shared.app.channel_insights(&actor, channel.id).await?);
    }
    Ok(json(200, &all_insights(&channels, &series, &rows)))
}
