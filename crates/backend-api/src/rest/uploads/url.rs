//! `POST /upload-from-url`: fetches a public https address into the library.

use axum::body::Body;
use axum::extract::State;
use postern_domain::media::Media;
use postern_domain::ports::MediaLibrary;
use postern_domain::{Actor, BackendError, Code};
use postern_wire::postiz::{Refusal, media_item, parse_url};

use crate::deps::{Inner, Shared};
use crate::edge::{Answer, Caller, Refused, json, small_json};

pub(in crate::rest) async fn from_url(
    State(shared): State<Shared>,
    Caller(actor): Caller,
    body: Body,
) -> Answer {
    let media = fetch(&shared, &actor, body)
        .await
        .map_err(|error| refused(&error))?;
    let path = shared.app.media_url(&media);
    Ok(json(201, &media_item(&media, path)))
}

async fn fetch(shared: &Inner, actor: &Actor, body: Body) -> Result<Media, BackendError> {
    let url = parse_url(&small_json(body).await?).map_err(BackendError::refused)?;
    shared.app.import_media(actor, url, true).await
}

fn refused(error: &BackendError) -> Refused {
    let code = match error {
        BackendError::Refused(problems) => problems.first().map(|problem| problem.code),
        _ => None,
    };
    let words = match code {
        Some(Code::MediaTypeUnsupported) => "Unsupported file type.",
        Some(Code::MediaTooLarge) => "File is too large.",
        Some(Code::FetchFailed) => "Failed to fetch URL",
        _ => return Refusal::of(error).into(),
    };
    Refusal::msg(400, words, error).into()
}
