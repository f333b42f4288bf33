//! `POST /posts/bulk` and `POST /posts/bulk/{id}/undo`, routes of ours: many posts at once, as JSON or as a table.

use axum::body::Body;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use http::header::CONTENT_TYPE;
use http::{HeaderMap, HeaderValue};
use postern_domain::batch::NewBatch;
use postern_domain::ports::Members;
use postern_domain::time::Zone;
use postern_domain::{Actor, BackendError, Code, Problem};
use postern_wire::postiz::{
    Layout, bulk_out, bulk_problems, parse_bulk, parse_bulk_options, parse_table, undone_out,
};
use serde::Deserialize;
use sha2::{Digest, Sha256};

use super::budget;
use super::create::fit;
use crate::deps::{Inner, Shared};
use crate::edge::{Documented, Holder, LARGEST_POST, REPLAYED, json, json_of, key_of, whole};

/// The choices for a table, whose body has no room for them.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::rest) struct Choices {
    dry_run: Option<String>,
    accept: Option<String>,
    timezone: Option<String>,
}

/// Counts as one call against the budget.
pub(in crate::rest) async fn bulk(
    State(shared): State<Shared>,
    Holder(actor): Holder,
    Query(choices): Query<Choices>,
    headers: HeaderMap,
    body: Body,
) -> Documented {
    let budget = budget::take(&shared, &actor).await?;
    let response = answer(&shared, &actor, &choices, &headers, body).await?;
    Ok(budget.tell(response))
}

async fn answer(
    shared: &Inner,
    actor: &Actor,
    choices: &Choices,
    headers: &HeaderMap,
    body: Body,
) -> Result<Response, BackendError> {
    let bytes = whole(body, LARGEST_POST).await?;
    let key = key_of(headers, Sha256::digest(&bytes))?;
    let layout = layout_of(headers);
    let zone = shared.app.workspace(actor).await?.zone;
    let mut asked = match layout {
        Layout::Table => table(&bytes, choices, &zone)?,
        Layout::Json => parse_bulk(&json_of(&bytes).await?, &zone).map_err(BackendError::Refused)?,
    };
    for post in asked.rows.iter_mut().flatten() {
        for target in &mut post.targets {
            fit(shared, actor, target).await?;
        }
    }
    let dry_run = asked.dry_run;
    let batch = shared.app.create_posts(actor, asked, key).await?;
    if batch.id.is_none() && !dry_run {
        return Err(BackendError::Refused(bulk_problems(&batch, layout)));
    }
    let status = if dry_run { 200 } else { 201 };
    let mut response = json(status, &bulk_out(&batch, dry_run, layout));
    if batch.replayed {
        response
            .headers_mut()
            .insert(REPLAYED, HeaderValue::from_static("true"));
    }
    Ok(response)
}

fn layout_of(headers: &HeaderMap) -> Layout {
    let kind = headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    match kind.map(str::to_ascii_lowercase) {
        Some(kind) if kind.starts_with("text/csv") => Layout::Table,
        Some(_) | None => Layout::Json,
    }
}

fn table(bytes: &[u8], choices: &Choices, zone: &Zone) -> Result<NewBatch, BackendError> {
    let mut problems = Vec::new();
    let options = parse_bulk_options(
        choices.dry_run.as_deref(),
        choices.accept.as_deref(),
        &mut problems,
    );
    let zone = match choices
        .timezone
        .as_deref()
        .map(str::trim)
        .filter(|name| !name.is_empty())
    {
        None => zone.clone(),
        Some(name) => Zone::parse(name).unwrap_or_else(|_| {
            let fix = "send the IANA name of a zone";
            let problem = Problem::new(Code::ZoneUnknown, "/timezone", "there is no such time zone", fix);
            problems.push(problem.given(name).allowed("a name such as Europe/Berlin"));
            zone.clone()
        }),
    };
    if !problems.is_empty() {
        return Err(BackendError::Refused(problems));
    }
    parse_table(bytes, options, &zone).map_err(BackendError::Refused)
}

/// Takes what a batch wrote out of the plan again, as far as it is not out.
pub(in crate::rest) async fn undo(
    State(shared): State<Shared>,
    Holder(actor): Holder,
    Path(id): Path<String>,
) -> Documented {
    let shown: String = id.chars().take(100).collect();
    let batch = id
        .trim()
        .parse()
        .map_err(|_| BackendError::not_found("batch", shown))?;
    let undone = shared.app.undo_batch(&actor, batch).await?;
    Ok(json(200, &undone_out(&undone)))
}
