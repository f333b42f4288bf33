//! What must be done now and then: grants renewed ahead of their end, leftovers removed.

use tokio_util::sync::CancellationToken;

use crate::Deps;

/// Most grants renewed in one round.
const GRANTS: u32 = 50;

/// Does chores until `stop`.
pub(crate) async fn run(deps: &Deps, stop: &CancellationToken) {
    loop {
        match deps.backend.refresh_grants(GRANTS).await {
            Ok(renewed) if renewed > 0 => tracing::info!(renewed, "grants renewed ahead of their end"),
            Ok(_) => {}
            Err(error) => tracing::warn!(error = %error, "grants not renewed"),
        }
        match deps.backend.clean_up().await {
            Ok(removed) if removed > 0 => tracing::debug!(removed, "leftovers removed"),
            Ok(_) => {}
            Err(error) => tracing::warn!(error = %error, "leftovers not removed"),
        }
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(deps.settings.chores) => {}
        }
    }
}
