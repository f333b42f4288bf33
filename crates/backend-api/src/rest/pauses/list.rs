//! `GET /pause`, a route of ours: what is paused.

use axum::extract::State;

use super::standing;
use crate::deps::Shared;
use crate::edge::{Documented, Holder};

pub(in crate::rest) async fn list(State(shared): State<Shared>, Holder(actor): Holder) -> Documented {
    Ok(standing(&shared, &actor).await?)
}
