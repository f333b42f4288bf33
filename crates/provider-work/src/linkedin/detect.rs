//! Was it published? Members' posts can be listed by few apps. For all others LinkedIn's own filter decides: for
//! about ten minutes an equal post is refused, and the refusal names the first.

use std::time::Duration;

use postern_domain::content::Editor;
use postern_domain::failure::ErrorClass;
use postern_domain::publication::{Armed, Step};
use postern_domain::time::Timestamp;
use postern_provider_kit::http::Call;
use postern_provider_kit::{Cx, EntryOrder, Found, Phase, ProviderError, evidence};

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

const DAY: Duration = Duration::from_hours(24);

/// 2003-05-05, before which no post can have been made.
const LINKEDIN_BEGAN: Timestamp = Timestamp::from_secs(1_052_092_800);

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
        Err(error) => refused(cx, error, armed),
    }
}

/// Only a duplicate that names the first post is an answer; any other refusal leaves the question open, and so does a
/// first post that is older than the commit: somebody else wrote it.
fn refused(cx: &Cx<'_>, error: ProviderError, armed: &Armed) -> Result<Found, ProviderError> {
    if error.code == DUPLICATE {
        let first = error
            .provider_message
            .as_deref()
            .and_then(errors::first_of_duplicates)
            .filter(|urn| made_at(urn, cx.platform.now()).is_none_or(|at| at.plus(SKEW) >= armed.at));
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
    let earliest = evidence::earliest(&reply, armed, session.cx.platform.now(), SKEW);
    let same = listing.elements.into_iter().find(|post| {
        Timestamp::from_micros(post.created_at.saturating_mul(1000)) >= earliest
            && post.commentary == commentary
    });
    Ok(same.map(|post| post.id))
}

/// When a post was made, as its number tells; none where the number cannot be a time.
///
/// Source: observed on public posts, the upper 41 bits are milliseconds since 1970; not documented. Checked 2026-11.
fn made_at(urn: &str, now: Timestamp) -> Option<Timestamp> {
    let number: i64 = urn.rsplit(':').next()?.parse().ok()?;
    let at = Timestamp::from_micros((number >> 22).saturating_mul(1000));
    (LINKEDIN_BEGAN <= at && at <= now.plus(DAY)).then_some(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_posts_tell_their_time_or_nothing() {
        let now = Timestamp::from_secs(1_800_000_000);
        for (urn, want) in [
            ("urn:li:share:7000000000000000000", Some(1_668_930_053_710_938)),
            ("urn:li:ugcPost:12", None),
            ("urn:li:share:9200000000000000000", None),
            ("urn:li:share:", None),
        ] {
            assert_eq!(
                made_at(urn, now)
                    .map(Timestamp::as_micros)
                    .map(|at| at / 1_000_000),
                want.map(|at: i64| at / 1_000_000),
                "{urn}"
            );
        }
    }
}
