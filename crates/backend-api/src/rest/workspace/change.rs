//! `PUT /workspace`, a route of ours: changes name, zone or lateness, for keys with the scope `admin`.

use axum::body::Body;
use axum::extract::State;
use postern_domain::BackendError;
use postern_domain::ports::Members;
use postern_wire::postiz::{parse_workspace, workspace_out};

use crate::deps::Shared;
use crate::edge::{Documented, Holder, json, small_json};

pub(in crate::rest) async fn change(
    State(shared): State<Shared>,
    Holder(actor): Holder,
    body: Body,
) -> Documented {
    let change = parse_workspace(&small_json(body).await?).map_err(BackendError::Refused)?;
    let workspace = shared.app.change_workspace(&actor, change).await?;
    Ok(json(200, &workspace_out(&workspace)))
}
