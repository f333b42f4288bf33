//! Was it published? Members' posts can be listed by few apps. For all others LinkedIn's own filter decides: for
//! about ten minutes an equal post is refused, and the refusal names the first.

use std::time::Duration;

use postern_domain::content::Editor;
use postern_domain::failure::ErrorClass;
use postern_domain::publication::{Armed, Step};
use postern_domain::time::Timestamp;
use postern_provider_kit::http::Call;
use postern_provider_kit::{Cx, EntryOrder, Found, Phase, ProviderError};

use super::littletext;
use super::manifest;
use super::publish;
use super::session::Session;
use super::wire::Listing;
use super::{errors, errors::DUPLICATE};

/// A request that is still being carried out is not in the filter yet.
const SETTLE: Duration = Duration::from_secs(5);

/// The filter is not trusted in its last minutes.
const MARGIN: Duration = Duration::from_mins(2);

/// Between two tries when LinkedIn does not answer clearly.
const PAUSE: Duration = Duration::from_secs(30);

/// How far the clocks of LinkedIn and of Postern may differ.
const SKEW: Duration = Duration::from_mins(1);

const NEVER: Found = Found::Unknown { look_again_in: None };

pub(super) async fn detect(
    cx: &Cx<'_>,
    entry: &EntryOrder<'_>,
    step: Option<&Step>,
    armed: &Armed,
) -> Result<Found, ProviderError> {
    // Equal comments are not refused, and members cannot list them: a person decides.
    if entry.index > 0 {
        return Ok(NEVER);
    }
    let session = Session::of(cx)?;
    let elapsed = cx.platform.now().since(armed.at);
    if elapsed < SETTLE {
        return Ok(Found::Unknown {
            look_again_in: Some(SETTLE.saturating_sub(elapsed)),
        });
    }
    if session.may("r_member_social")
        && let Some(urn) = listed(&session, entry, armed).await?
    {
        return Ok(Found::There(publish::committed(cx, urn)));
    }
    let Some(step) = step.filter(|_| elapsed + MARGIN <= manifest::DUPLICATES) else {
        return Ok(NEVER);
    };
    match publish::commit(cx, entry, step).await {
        Ok(committed) => Ok(Found::There(committed)),
        Err(error) => refused(cx, error),
    }
}

/// Only a duplicate that names the first post is an answer; any other refusal leaves the question open.
fn refused(cx: &Cx<'_>, error: ProviderError) -> Result<Found, ProviderError> {
    if error.code == DUPLICATE {
        let first = error
            .provider_message
            .as_deref()
            .and_then(errors::first_of_duplicates);
        return Ok(first.map_or(NEVER, |urn| Found::There(publish::committed(cx, urn))));
    }
    match error.class {
        ErrorClass::Rejected => Ok(NEVER),
        ErrorClass::Unconfirmed => Ok(Found::Unknown {
            look_again_in: Some(PAUSE),
        }),
        ErrorClass::Transient
        | ErrorClass::Reconnect
        | ErrorClass::Refresh
        | ErrorClass::RateLimited { .. } => Err(error),
    }
}

/// The member's post that is this entry, where the app may list posts.
async fn listed(
    session: &Session<'_, '_>,
    entry: &EntryOrder<'_>,
    armed: &Armed,
) -> Result<Option<String>, ProviderError> {
    let call = Call::get(session.url("/rest/posts"))
        .query("q", "author")
        .query("author", &session.author)
        .query("count", "10")
        .query("sortBy", "CREATED")
        .header("x-restli-method", "FINDER");
    let reply = session.ask(call, Phase::Repeatable).await?;
    let listing: Listing = reply
        .json()
        .ok_or_else(|| ProviderError::unclear(&reply, Phase::Repeatable))?;
    let commentary = littletext::escape(&entry.content.render(Editor::Normal));
    let since = armed.at.minus(SKEW);
    let same = listing.elements.into_iter().find(|post| {
        Timestamp::from_micros(post.created_at.saturating_mul(1000)) >= since && post.commentary == commentary
    });
    Ok(same.map(|post| post.id))
}
