//! `GET /workspace`, a route of ours.

use axum::extract::State;
use postern_domain::ports::Members;
use postern_wire::postiz::workspace_out;

use crate::deps::Shared;
use crate::edge::{Documented, Holder, json};

pub(in crate::rest) async fn read(State(shared): State<Shared>, Holder(actor): Holder) -> Documented {
    let workspace = shared.app.workspace(&actor).await?;
    Ok(json(200, &workspace_out(&workspace)))
}
