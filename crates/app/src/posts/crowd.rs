//! What can be said while a post is planned: more is planned around its time than its platforms take.

use std::time::Duration;

use postern_domain::BackendError;
use postern_domain::channel::Channel;
use postern_domain::manifest::{Rate, RateScope};
use postern_domain::ports::Unit;
use postern_domain::post::PostView;
use postern_domain::publication::State;
use postern_domain::rate::{Allowance, Budget, Crowding, Planned, crowding};
use postern_domain::time::Timestamp;

use crate::deps::Deps;

/// A publication that is not stored yet.
pub(super) struct Sketch<'a> {
    /// Where it goes.
    pub(super) channel: &'a Channel,
    /// When.
    pub(super) at: Timestamp,
    /// How many entries it has.
    pub(super) entries: u32,
}

/// Adds to a stored post the rates that the plan exceeds since it is part of it. What cannot be looked up is left
/// out, for the post is stored already.
pub(super) async fn warn(deps: &Deps, view: &mut PostView) {
    match stored(deps, view).await {
        Ok(crowding) => view.crowding = crowding,
        Err(error) => tracing::warn!(error = %error, "plan not compared with the platforms' rates"),
    }
}

async fn stored(deps: &Deps, view: &PostView) -> Result<Vec<Crowding>, BackendError> {
    let planned = view.publications.iter().filter_map(|part| {
        let at = part.publication.publish_at?;
        (part.publication.state == State::Scheduled).then_some((&part.channel, at))
    });
    let limited: Vec<(&Channel, Timestamp)> = planned
        .filter(|(channel, _)| !rates(deps, channel).is_empty())
        .collect();
    if limited.is_empty() {
        return Ok(Vec::new());
    }
    let unit = deps.storage.glance().await?;
    let mut found = Vec::new();
    for (channel, at) in limited {
        found.extend(exceeded(deps, &*unit, channel, at, &[]).await?);
    }
    Ok(found)
}

/// The rates that the plan would exceed with a publication that is not stored yet.
pub(super) async fn sketched(
    deps: &Deps,
    unit: &dyn Unit,
    sketch: &Sketch<'_>,
) -> Result<Vec<Crowding>, BackendError> {
    let own = Planned {
        at: sketch.at,
        entries: sketch.entries,
    };
    exceeded(deps, unit, sketch.channel, sketch.at, &[own]).await
}

fn rates<'a>(deps: &'a Deps, channel: &Channel) -> &'a [Rate] {
    let manifest = deps.catalog.manifest(&channel.provider);
    manifest
        .map(|manifest| manifest.rates.as_slice())
        .unwrap_or_default()
}

async fn exceeded(
    deps: &Deps,
    unit: &dyn Unit,
    channel: &Channel,
    at: Timestamp,
    besides: &[Planned],
) -> Result<Vec<Crowding>, BackendError> {
    let mut found = Vec::new();
    for scope in [RateScope::Channel, RateScope::App] {
        let own: Vec<&Rate> = rates(deps, channel)
            .iter()
            .filter(|rate| rate.scope == scope)
            .collect();
        let Some(widest) = own.iter().map(|rate| rate.window).max() else {
            continue;
        };
        let mut planned = around(unit, &budget(channel, scope), at, widest).await?;
        planned.extend_from_slice(besides);
        for rate in own {
            let allowance = Allowance {
                count: rate.count,
                window: rate.window,
            };
            found.extend(crowding(allowance, &planned, at).map(|sum| {
                Crowding {
                    channel: channel.id,
                    platform: deps
                        .catalog
                        .manifest(&channel.provider)
                        .map_or_else(|| channel.provider.to_string(), |manifest| manifest.name.clone()),
                    scope,
                    planned: sum,
                    allowed: rate.count,
                    window: rate.window,
                }
            }));
        }
    }
    Ok(found)
}

fn budget(channel: &Channel, scope: RateScope) -> Budget {
    match scope {
        RateScope::Channel => Budget::Channel {
            workspace: channel.workspace,
            channel: channel.id,
        },
        RateScope::App => Budget::App(channel.provider.clone()),
    }
}

async fn around(
    unit: &dyn Unit,
    budget: &Budget,
    at: Timestamp,
    window: Duration,
) -> Result<Vec<Planned>, BackendError> {
    Ok(unit.planned(budget, at.minus(window), at.plus(window)).await?)
}
