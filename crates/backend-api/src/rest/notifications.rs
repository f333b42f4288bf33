//! `GET /notifications`: what somebody should know, newest first.

use axum::extract::{Query, State};
use postern_domain::BackendError;
use postern_wire::postiz::{notification_page, parse_page};
use serde::Deserialize;

use crate::deps::Shared;
use crate::edge::{Answer, Caller, json};

#[derive(Deserialize)]
pub(super) struct Wanted {
    #[serde(default)]
    page: Option<String>,
}

pub(super) async fn notifications(
    State(shared): State<Shared>,
    Caller(actor): Caller,
    Query(wanted): Query<Wanted>,
) -> Answer {
    let page = parse_page(wanted.page.as_deref()).map_err(BackendError::refused)?;
    let notices = shared.app.notices(&actor, page).await?;
    Ok(json(200, &notification_page(&notices, page)))
}
