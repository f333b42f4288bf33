//! `POST /recurrences/{id}/skip` and `/end`.

use axum::extract::{Path, State};
use axum::response::Response;
use postern_domain::recurrence::Ahead;
use postern_domain::time::parse_local_date;

use crate::deps::App;
use crate::failure::Failure;
use crate::form::Form;
use crate::member::Member;
use crate::respond;

/// Leaves one date out.
pub(crate) async fn skip(
    State(app): State<App>,
    member: Member,
    Path(id): Path<String>,
    form: Form,
) -> Result<Response, Failure> {
    let recurrence = super::parse(&id)?;
    let page = format!("/recurrences/{recurrence}");
    let Ok(date) = parse_local_date(form.text("date")) else {
        return Ok(respond::noticed(&app, &page, false, "Give a date."));
    };
    let outcome = app.backend.skip_occurrence(&member.actor, recurrence, date).await;
    respond::after(&app, &page, outcome, "This date is left out.")
}

/// Ends it, with or without the post that waits.
pub(crate) async fn end(
    State(app): State<App>,
    member: Member,
    Path(id): Path<String>,
    form: Form,
) -> Result<Response, Failure> {
    let recurrence = super::parse(&id)?;
    let ahead = if form.text("next") == "keep" {
        Ahead::Keep
    } else {
        Ahead::Discard
    };
    let outcome = app.backend.end_recurrence(&member.actor, recurrence, ahead).await;
    respond::after(
        &app,
        &format!("/recurrences/{recurrence}"),
        outcome,
        "It does not return any more.",
    )
}
