//! `POST /keys`: makes a key; its text is given this once.

use axum::body::Body;
use axum::extract::State;
use postern_domain::BackendError;
use postern_domain::ports::Keys;
use postern_wire::key::{created_key_out, parse_new_key};

use crate::deps::Shared;
use crate::edge::{Documented, Holder, json, small_json};

pub(super) async fn create(State(shared): State<Shared>, Holder(actor): Holder, body: Body) -> Documented {
    let asked = parse_new_key(&small_json(body).await?).map_err(BackendError::Refused)?;
    let created = shared.app.create_key(&actor, asked).await?;
    Ok(json(201, &created_key_out(&created)))
}
