//! The list of resources: the channels, their figures, then the posts ahead, page by page.

use postern_domain::BackendError;
use postern_domain::actor::Scope;
use postern_domain::post::{PostQuery, PostView};
use rmcp::model::{ErrorData, ListResourcesResult, Resource};

use super::CHANNELS;
use crate::caller::Caller;
use crate::gateway::Shared;

/// Posts on one page.
const PAGE: u32 = 50;
/// Sets the cursors of later pages apart from anything else.
const MARK: &str = "posts:";

/// One page of what the caller may read.
///
/// Errors: for a cursor that no page gave.
pub(crate) async fn list(
    shared: &Shared,
    caller: &Caller,
    cursor: Option<String>,
) -> Result<ListResourcesResult, ErrorData> {
    let after = match cursor.as_deref() {
        None => None,
        Some(cursor) => Some(cursor.strip_prefix(MARK).ok_or_else(bad_cursor)?.to_owned()),
    };
    let mut resources = match after {
        None => overview(shared, caller).await.map_err(away)?,
        Some(_) => Vec::new(),
    };
    let mut next = None;
    if caller.actor.may(Scope::PostsRead) {
        let query = PostQuery {
            from: Some(shared.clock.now()),
            limit: PAGE,
            cursor: after,
            ..PostQuery::default()
        };
        let page = shared
            .backend
            .posts(&caller.actor, query)
            .await
            .map_err(|error| match error {
                BackendError::Refused(_) | BackendError::NotFound { .. } => bad_cursor(),
                error => away(error),
            })?;
        resources.extend(page.items.iter().map(post));
        next = page.next.map(|next| format!("{MARK}{next}"));
    }
    let mut result = ListResourcesResult::with_all_items(resources);
    result.next_cursor = next;
    Ok(result)
}

/// The channels, and the figures of each.
async fn overview(shared: &Shared, caller: &Caller) -> Result<Vec<Resource>, BackendError> {
    if !caller.actor.may(Scope::ChannelsRead) {
        return Ok(Vec::new());
    }
    let all = Resource::new(CHANNELS, "channels")
        .with_title("Channels")
        .with_description("The connected social media channels with their ids, platforms and health.")
        .with_mime_type(super::JSON);
    let mut resources = vec![all];
    if caller.actor.may(Scope::AnalyticsRead) {
        let channels = shared.backend.channels(&caller.actor, None).await?;
        resources.extend(channels.iter().map(|channel| {
            Resource::new(
                format!("analytics://{}/30d", channel.id),
                format!("analytics-{}", channel.id),
            )
            .with_title(format!("{} on {}, last 30 days", channel.name, channel.provider))
            .with_mime_type(super::JSON)
        }));
    }
    Ok(resources)
}

fn post(view: &PostView) -> Resource {
    let at = view
        .post
        .publish_at
        .as_ref()
        .map(|at| at.instant.to_rfc3339_in(&at.zone));
    let parts: Vec<_> = view
        .publications
        .iter()
        .map(|part| part.channel.provider.to_string())
        .collect();
    let title = format!(
        "{} {} on {}",
        view.state.as_str(),
        at.unwrap_or_default(),
        parts.join(", ")
    );
    Resource::new(format!("post://{}", view.post.id), view.post.id.to_string())
        .with_title(title)
        .with_mime_type(super::JSON)
}

fn bad_cursor() -> ErrorData {
    ErrorData::invalid_params(
        "The cursor is not one that a page of this list gave; begin without a cursor.",
        None,
    )
}

fn away(_: BackendError) -> ErrorData {
    ErrorData::internal_error(
        "the server cannot list its resources at the moment; try again in a few seconds",
        None,
    )
}
