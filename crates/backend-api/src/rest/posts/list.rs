//! `GET /posts`: all posts of a window, one item per channel, by publish time.

use std::collections::HashMap;

use axum::extract::{Query, State};
use postern_domain::media::Media;
use postern_domain::ports::{MediaLibrary, Planning, Posts};
use postern_domain::post::{PostQuery, PostView};
use postern_domain::recurrence::RecurrenceView;
use postern_domain::{Actor, BackendError};
use postern_wire::postiz::{PostItem, ahead_items, parse_list, post_item};
use serde::Deserialize;
use serde_json::json;

use super::dress;
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

/// The list has no pages on the wire; it is read in pages all the same. Posts that return stand at each of their
/// dates in the window.
async fn all(shared: &Inner, actor: &Actor, mut query: PostQuery) -> Result<Vec<PostItem>, BackendError> {
    let mut items = Vec::new();
    loop {
        let page = shared.app.posts(actor, query.clone()).await?;
        for view in &page.items {
            items.extend(parts(shared, view, &query));
        }
        query.cursor = page.next;
        if query.cursor.is_none() {
            break;
        }
    }
    let recurrences = shared.app.recurrences(actor).await?;
    tell_intervals(&mut items, &recurrences);
    items.extend(recurrences.iter().flat_map(|view| ahead(shared, view, &query)));
    dress(shared, actor, &mut items).await;
    items.sort_by(|a, b| a.publish_date.cmp(&b.publish_date));
    Ok(items)
}

/// What returns says after how many days; what has ended does not.
fn tell_intervals(items: &mut [PostItem], recurrences: &[RecurrenceView]) {
    let intervals: HashMap<String, Option<u32>> = recurrences
        .iter()
        .map(|view| {
            (
                view.recurrence.id.to_string(),
                view.recurrence.rule.interval_days(),
            )
        })
        .collect();
    for item in items {
        let interval = item.recurrence.as_ref().and_then(|id| intervals.get(id));
        item.interval_in_days = interval.copied().flatten();
    }
}

fn ahead(shared: &Inner, view: &RecurrenceView, query: &PostQuery) -> Vec<PostItem> {
    let media_url = |media: &Media| shared.app.media_url(media);
    let (Some(from), Some(until)) = (query.from, query.until) else {
        return Vec::new();
    };
    let mut view = view.clone();
    if let Some(next) = &mut view.next {
        next.publications
            .retain(|part| query.group.is_none() || part.channel.group == query.group);
    }
    ahead_items(&view, from, until, &media_url)
}

fn parts(shared: &Inner, view: &PostView, query: &PostQuery) -> Vec<PostItem> {
    let media_url = |media: &Media| shared.app.media_url(media);
    view.publications
        .iter()
        .filter(|part| query.group.is_none() || part.channel.group == query.group)
        .filter_map(|part| post_item(view, part, &media_url))
        .collect()
}
