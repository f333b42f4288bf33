//! How the last days went.

use std::collections::BTreeMap;
use std::time::Duration;

use postern_domain::BackendError;
use postern_domain::actor::{Actor, Scope};
use postern_domain::id::ChannelId;
use postern_domain::ports::PunctualityRow;
use postern_domain::publication::{Publication, State};
use postern_domain::time::{Timestamp, Zone};

use super::create::workspace_of;
use crate::access::require;
use crate::deps::Deps;

/// One channel's day while it is summed up.
#[derive(Default)]
struct Day {
    published: u32,
    failed: u32,
    unconfirmed: u32,
    late_ms: Vec<u64>,
}

/// Outcomes and lateness by channel and local day.
pub(super) async fn punctuality(
    deps: &Deps,
    actor: &Actor,
    days: u32,
) -> Result<Vec<PunctualityRow>, BackendError> {
    require(actor, Scope::AnalyticsRead)?;
    let unit = deps.storage.read().await?;
    let workspace = workspace_of(&*unit, actor).await?;
    let now = deps.clock.now();
    let from = now.minus(Duration::from_hours(24) * days.clamp(1, 366));
    let publications = unit.publications_between(actor.workspace, from, now).await?;
    Ok(sum_up(&publications, &workspace.zone))
}

fn sum_up(publications: &[Publication], zone: &Zone) -> Vec<PunctualityRow> {
    let mut days: BTreeMap<(String, ChannelId), Day> = BTreeMap::new();
    for publication in publications {
        let Some(at) = publication.publish_at else {
            continue;
        };
        let day = at.in_zone(zone).date().to_string();
        days.entry((day, publication.channel))
            .or_default()
            .count(publication, at);
    }
    days.into_iter()
        .filter(|(_, day)| day.is_worth_telling())
        .map(|(key, day)| day.row(key))
        .collect()
}

impl Day {
    fn count(&mut self, publication: &Publication, at: Timestamp) {
        match publication.state {
            State::Published => {
                self.published += 1;
                let first = publication.releases.first().map(|release| release.released_at);
                if let Some(out) = first {
                    self.late_ms
                        .push(u64::try_from(out.since(at).as_millis()).unwrap_or(u64::MAX));
                }
            }
            State::Failed | State::Missed => self.failed += 1,
            State::Unconfirmed => self.unconfirmed += 1,
            State::Draft
            | State::Scheduled
            | State::Leased
            | State::Preparing
            | State::Waiting
            | State::Armed
            | State::Cancelled
            | State::Held => {}
        }
    }

    fn is_worth_telling(&self) -> bool {
        self.published + self.failed + self.unconfirmed > 0
    }

    fn row(mut self, (day, channel): (String, ChannelId)) -> PunctualityRow {
        self.late_ms.sort_unstable();
        let middle = self.late_ms.len() / 2;
        PunctualityRow {
            channel,
            day,
            published: self.published,
            failed: self.failed,
            unconfirmed: self.unconfirmed,
            median_late_ms: self.late_ms.get(middle).copied().unwrap_or(0),
            worst_late_ms: self.late_ms.last().copied().unwrap_or(0),
        }
    }
}
