//! `GET /users`: people of the instance, for keys of whoever owns it.

use axum::extract::{Query, State};
use postern_domain::BackendError;
use postern_wire::postiz::{Refusal, UserItem, user_item};
use serde::Deserialize;

use crate::deps::Shared;
use crate::edge::{Answer, Caller, json, said};

#[derive(Deserialize)]
pub(super) struct Wanted {
    #[serde(default)]
    name: Option<String>,
}

pub(super) async fn users(
    State(shared): State<Shared>,
    Caller(actor): Caller,
    Query(wanted): Query<Wanted>,
) -> Answer {
    let is_meant = |error: &BackendError| matches!(error, BackendError::Forbidden(_));
    let found = shared
        .app
        .people(&actor, wanted.name.as_deref().unwrap_or_default());
    let people = found
        .await
        .map_err(|error| said(&error, is_meant, |error| Refusal::msg(403, "Unauthorized", error)))?;
    let items: Vec<UserItem> = people.iter().map(user_item).collect();
    Ok(json(200, &items))
}
