//! `GET /recurrences`: what returns, oldest first.

use axum::extract::State;
use postern_domain::ports::Planning;
use postern_wire::postiz::{RecurrenceOut, recurrence_out};
use serde_json::json;

use crate::deps::Shared;
use crate::edge::{Documented, Holder, json};

pub(in crate::rest) async fn list(State(shared): State<Shared>, Holder(actor): Holder) -> Documented {
    let now = shared.clock.now();
    let views = shared.app.recurrences(&actor).await?;
    let items: Vec<RecurrenceOut> = views.iter().map(|view| recurrence_out(view, now)).collect();
    Ok(json(200, &json!({ "recurrences": items })))
}
