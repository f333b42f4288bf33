//! `GET /groups`: the groups that channels are in.

use axum::extract::State;
use postern_domain::ports::Channels;
use postern_wire::postiz::{Customer, group_item};

use crate::deps::Shared;
use crate::edge::{Answer, Caller, json};

pub(in crate::rest) async fn groups(State(shared): State<Shared>, Caller(actor): Caller) -> Answer {
    let groups = shared.app.groups(&actor).await?;
    let items: Vec<Customer> = groups.iter().map(group_item).collect();
    Ok(json(200, &items))
}
