//! `GET /media`: files, newest first, in pages.

use axum::extract::{Query, State};
use postern_domain::BackendError;
use postern_domain::media::Media;
use postern_domain::ports::MediaLibrary;
use postern_wire::postiz::{MediaWish, media_page, parse_media_query};
use serde::Deserialize;

use crate::deps::Shared;
use crate::edge::{Documented, Holder, json};

#[derive(Deserialize)]
pub(in crate::rest) struct Wanted {
    #[serde(rename = "type")]
    kind: Option<String>,
    search: Option<String>,
    limit: Option<String>,
    cursor: Option<String>,
}

pub(in crate::rest) async fn list(
    State(shared): State<Shared>,
    Holder(actor): Holder,
    Query(wanted): Query<Wanted>,
) -> Documented {
    let query = parse_media_query(MediaWish {
        kind: wanted.kind.as_deref(),
        search: wanted.search.as_deref(),
        limit: wanted.limit.as_deref(),
        cursor: wanted.cursor.as_deref(),
    });
    let page = shared
        .app
        .list_media(&actor, query.map_err(BackendError::Refused)?)
        .await?;
    let media_url = |media: &Media| shared.app.media_url(media);
    Ok(json(200, &media_page(&page, &media_url)))
}
