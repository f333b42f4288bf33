//! `GET /keys`: all keys that are not revoked, without their texts.

use axum::extract::State;
use postern_domain::ports::Keys;
use postern_wire::key::key_list;

use crate::deps::Shared;
use crate::edge::{Documented, Holder, json};

pub(super) async fn list(State(shared): State<Shared>, Holder(actor): Holder) -> Documented {
    let keys = shared.app.keys(&actor).await?;
    Ok(json(200, &key_list(&keys)))
}
