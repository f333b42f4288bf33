//! Subscriptions of revision 2026-07-28: a client is told when a post that it follows has changed.

use futures::StreamExt as _;
use postern_domain::event::Event;
use postern_domain::id::PostId;
use postern_domain::post::PostRef;
use rmcp::model::{ErrorData, SubscriptionFilter};
use rmcp::service::SubscriptionContext;

use crate::caller::Caller;
use crate::gateway::Shared;

/// Most posts that one subscription may follow.
const MOST: usize = 100;

/// What of a wish is granted: posts, and nothing else.
pub(crate) fn accepted(requested: &SubscriptionFilter) -> SubscriptionFilter {
    let uris = requested.resource_subscriptions.iter().flatten();
    let posts: Vec<_> = uris
        .filter(|uri| post_of(uri).is_some())
        .take(MOST)
        .cloned()
        .collect();
    if posts.is_empty() {
        return SubscriptionFilter::new();
    }
    SubscriptionFilter::builder()
        .resource_subscriptions(posts)
        .build()
}

/// Tells changes until the client goes away or its key is revoked.
pub(crate) async fn listen(
    shared: &Shared,
    caller: &Caller,
    context: SubscriptionContext,
) -> Result<(), ErrorData> {
    let away = |_| ErrorData::internal_error("changes cannot be followed at the moment", None);
    let Some(_ear) = shared.meter.listen(&caller.fingerprint, shared.clock.now()) else {
        let most = shared.settings.limits.streams_per_key;
        let message = format!("This key has {most} subscriptions open, which is the most. Close some first.");
        return Err(ErrorData::invalid_request(message, None));
    };
    let followed = followed(shared, caller, context.accepted()).await;
    let mut changes = shared.backend.watch(&caller.actor).await.map_err(away)?;
    let mut recheck = tokio::time::interval(shared.settings.limits.key_recheck);
    loop {
        tokio::select! {
            () = context.cancelled() => return Ok(()),
            _ = recheck.tick() => {
                if shared.is_revoked(caller).await {
                    return Ok(());
                }
            }
            change = changes.next() => match change {
                Some(Event::PostChanged { post, .. }) => {
                    for (_, uri) in followed.iter().filter(|(id, _)| *id == post) {
                        if context.sink().notify_resource_updated(uri.clone()).await.is_err() {
                            return Ok(());
                        }
                    }
                }
                Some(_) => {}
                // The stream of changes has ended; the client subscribes again.
                None => return Ok(()),
            },
        }
    }
}

/// The posts that exist in the caller's workspace, each with the address under which the client knows it.
async fn followed(shared: &Shared, caller: &Caller, filter: &SubscriptionFilter) -> Vec<(PostId, String)> {
    let mut followed = Vec::new();
    for uri in filter.resource_subscriptions.iter().flatten() {
        let Some(id) = post_of(uri) else { continue };
        if let Ok(view) = shared.backend.post(&caller.actor, id).await {
            followed.push((view.post.id, uri.clone()));
        }
    }
    followed
}

fn post_of(uri: &str) -> Option<PostRef> {
    uri.strip_prefix("post://")?.parse().ok()
}
