//! Holding everything, letting it go, and what did not get through: routes of ours.

pub(super) mod dead_letters;
pub(super) mod list;
pub(super) mod pause;
pub(super) mod replay;
pub(super) mod resume;

use axum::response::Response;
use postern_domain::ports::Pauses;
use postern_domain::{Actor, BackendError};
use postern_wire::postiz::pause_list;

use crate::deps::Inner;
use crate::edge::json;

/// The pauses as they stand now.
async fn standing(shared: &Inner, actor: &Actor) -> Result<Response, BackendError> {
    let pauses = shared.app.pauses(actor).await?;
    Ok(json(200, &pause_list(&pauses)))
}
