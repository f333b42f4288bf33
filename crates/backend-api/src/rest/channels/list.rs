//! `GET /integrations`: all channels, or those of one group.

use axum::extract::{Query, State};
use postern_domain::ports::Channels;
use postern_wire::postiz::{Integration, integration_item};
use serde::Deserialize;

use crate::deps::Shared;
use crate::edge::{Answer, Caller, json};

#[derive(Deserialize)]
pub(in crate::rest) struct Wanted {
    #[serde(default)]
    group: Option<String>,
}

pub(in crate::rest) async fn list(
    State(shared): State<Shared>,
    Caller(actor): Caller,
    Query(wanted): Query<Wanted>,
) -> Answer {
    let given = wanted.group.filter(|group| !group.trim().is_empty());
    let group = match given.map(|group| group.trim().parse()) {
        // A group that is not ours has no channels.
        Some(Err(_)) => return Ok(json(200, &Vec::<Integration>::new())),
        Some(Ok(group)) => Some(group),
        None => None,
    };
    let channels = shared.app.channels(&actor, group).await?;
    let groups = shared.app.groups(&actor).await?;
    let items: Vec<Integration> = channels
        .iter()
        .map(|channel| integration_item(channel, &groups))
        .collect();
    Ok(json(200, &items))
}
