//! `GET /integrations/health`, a route of ours: which channels work, and why others do not.

use std::time::Duration;

use axum::extract::State;
use postern_domain::ports::Channels;
use postern_wire::postiz::{ChannelHealth, channel_health};

use crate::deps::Shared;
use crate::edge::{Documented, Holder, json};

/// How long before its end an access counts as ending.
const SOON: Duration = Duration::from_hours(14 * 24);

pub(in crate::rest) async fn health(State(shared): State<Shared>, Holder(actor): Holder) -> Documented {
    let soon = shared.clock.now().plus(SOON);
    let channels = shared.app.channels(&actor, None).await?;
    let items: Vec<ChannelHealth> = channels
        .iter()
        .map(|channel| channel_health(channel, soon))
        .collect();
    Ok(json(200, &items))
}
