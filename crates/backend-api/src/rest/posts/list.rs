//! `GET /posts`: all posts of a window, one item per channel, by publish time.

use axum::extract::{Query, State};
use postern_domain::media::Media;
use postern_domain::ports::{MediaLibrary, Posts};
use postern_domain::post::{PostQuery, PostView};
use postern_domain::{Actor, BackendError};
use postern_wire::postiz::{PostItem, parse_list, post_item};
use serde::Deserialize;
use serde_json::json;

use crate::deps::{Inner, Shared};
use crate::edge::{Answer, Caller, json};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::rest) struct Window {
    start_date: Option<String>,
    end_date: Option<String>,
    customer: Option<String>,
}

pub(in crate::rest) async fn list(
    State(shared): State<Shared>,
    Caller(actor): Caller,
    Query(window): Query<Window>,
) -> Answer {
    let asked = parse_list(
        window.start_date.as_deref(),
        window.end_date.as_deref(),
        window.customer.as_deref(),
    );
    let posts = match asked.map_err(BackendError::Refused)? {
        Some(query) => all(&shared, &actor, query).await?,
        None => Vec::new(),
    };
    Ok(json(200, &json!({ "posts": posts })))
}

/// The list has no pages on the wire; it is read in pages all the same.
async fn all(shared: &Inner, actor: &Actor, mut query: PostQuery) -> Result<Vec<PostItem>, BackendError> {
    let mut items = Vec::new();
    loop {
        let page = shared.app.posts(actor, query.clone()).await?;
        for view in &page.items {
            items.extend(parts(shared, view, &query));
        }
        query.cursor = page.next;
        if query.cursor.is_none() {
            return Ok(items);
        }
    }
}

fn parts(shared: &Inner, view: &PostView, query: &PostQuery) -> Vec<PostItem> {
    let media_url = |media: &Media| shared.app.media_url(media);
    view.publications
        .iter()
        .filter(|part| query.group.is_none() || part.channel.group == query.group)
        .filter_map(|part| post_item(view, part, &media_url))
        .collect()
}
