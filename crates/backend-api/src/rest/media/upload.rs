//! `POST /media/uploads`: asks for a place to send one file to, for those who send it from elsewhere.

use axum::body::Body;
use axum::extract::State;
use postern_domain::BackendError;
use postern_domain::ports::MediaLibrary;
use postern_wire::postiz::{parse_upload, upload_out};

use crate::deps::Shared;
use crate::edge::{Documented, Holder, json, small_json};

pub(in crate::rest) async fn upload(
    State(shared): State<Shared>,
    Holder(actor): Holder,
    body: Body,
) -> Documented {
    let asked = parse_upload(&small_json(body).await?).map_err(BackendError::Refused)?;
    let ticket = shared.app.begin_upload(&actor, asked).await?;
    Ok(json(201, &upload_out(&ticket)))
}
