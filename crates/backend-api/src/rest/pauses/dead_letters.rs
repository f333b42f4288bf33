//! `GET /dead-letters`, a route of ours: what did not get through.

use axum::extract::State;
use postern_domain::ports::DeadLetters;
use postern_wire::postiz::dead_letter_list;

use crate::deps::Shared;
use crate::edge::{Documented, Holder, json};

pub(in crate::rest) async fn dead_letters(State(shared): State<Shared>, Holder(actor): Holder) -> Documented {
    let letters = shared.app.dead_letters(&actor).await?;
    Ok(json(200, &dead_letter_list(&letters)))
}
