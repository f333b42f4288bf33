//! `GET /tags`: all labels, by name.

use axum::extract::State;
use postern_wire::postiz::tag_list;

use crate::deps::Shared;
use crate::edge::{Documented, Holder, json};

pub(in crate::rest) async fn list(State(shared): State<Shared>, Holder(actor): Holder) -> Documented {
    let tags = shared.app.tags(&actor).await?;
    Ok(json(200, &tag_list(&tags)))
}
