//! What can be said while a post is planned: more is planned around its time than its platforms take.

use postern_domain::BackendError;
use postern_domain::channel::Channel;
use postern_domain::manifest::{Rate, RateScope};
use postern_domain::ports::{HowMany, Unit};
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
    let looks: Vec<Look<'_>> = planned
        .flat_map(|(channel, at)| looks(deps, channel, at, None))
        .collect();
    if looks.is_empty() {
        return Ok(Vec::new());
    }
    exceeded(deps, &*deps.storage.glance().await?, &looks).await
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
    let looks: Vec<Look<'_>> = looks(deps, sketch.channel, sketch.at, Some(own)).collect();
    exceeded(deps, unit, &looks).await
}

/// One rate around one time.
struct Look<'a> {
    channel: &'a Channel,
    at: Timestamp,
    rate: &'a Rate,
    /// What is not stored yet.
    besides: Option<Planned>,
}

fn looks<'a>(
    deps: &'a Deps,
    channel: &'a Channel,
    at: Timestamp,
    besides: Option<Planned>,
) -> impl Iterator<Item = Look<'a>> {
    let manifest = deps.catalog.manifest(&channel.provider);
    let rates = manifest.map(|manifest| manifest.rates.as_slice());
    rates.unwrap_or_default().iter().map(move |rate| Look {
        channel,
        at,
        rate,
        besides,
    })
}

/// Counts first, no further than the rates reach; only where there may be too many it looks how they are spread.
async fn exceeded(deps: &Deps, unit: &dyn Unit, looks: &[Look<'_>]) -> Result<Vec<Crowding>, BackendError> {
    let questions: Vec<HowMany> = looks.iter().map(Look::question).collect();
    let sums = unit.planned_up_to(&questions).await?;
    let mut found = Vec::new();
    for ((look, question), sum) in looks.iter().zip(&questions).zip(sums) {
        if sum <= u64::from(question.most) && look.own() <= look.rate.count {
            continue;
        }
        let HowMany {
            budget, from, until, ..
        } = question;
        let mut planned = unit.planned(budget, *from, *until).await?;
        planned.extend(look.besides);
        found.extend(look.crowding(deps, &planned));
    }
    Ok(found)
}

impl Look<'_> {
    /// Entries that are not stored yet.
    fn own(&self) -> u32 {
        self.besides.map_or(0, |own| own.entries)
    }

    /// Whether so much is planned around the time that the rate may be exceeded.
    fn question(&self) -> HowMany {
        HowMany {
            budget: budget(self.channel, self.rate.scope),
            from: self.at.minus(self.rate.window),
            until: self.at.plus(self.rate.window),
            most: self.rate.count.saturating_sub(self.own()),
        }
    }

    fn crowding(&self, deps: &Deps, planned: &[Planned]) -> Option<Crowding> {
        let allowance = Allowance {
            count: self.rate.count,
            window: self.rate.window,
        };
        let sum = crowding(allowance, planned, self.at)?;
        let provider = &self.channel.provider;
        let manifest = deps.catalog.manifest(provider);
        Some(Crowding {
            channel: self.channel.id,
            platform: manifest.map_or_else(|| provider.to_string(), |manifest| manifest.name.clone()),
            scope: self.rate.scope,
            planned: sum,
            allowed: self.rate.count,
            window: self.rate.window,
        })
    }
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
