//! Warnings days ahead of a grant's end: an event and a mail, once for each threshold.

use std::time::Duration;

use postern_domain::channel::Channel;
use postern_domain::event::Event;
use postern_domain::id::ChannelId;
use postern_domain::ports::{GrantWarning, Notice, NotifyError};
use postern_domain::{BackendError, Timestamp};

use crate::deps::Deps;

const DAY: Duration = Duration::from_hours(24);

/// Days before the end at which a warning goes out, most urgent first.
const THRESHOLDS: [u32; 4] = [1, 3, 7, 14];

/// From when on a grant counts as ending soon.
pub(crate) const SOON: Duration = Duration::from_hours(14 * 24);

/// Channels of one page.
const PAGE: u32 = 100;

/// Warns of grants that end soon, as far as nobody was warned yet.
///
/// A mail goes out before its warning is stored: a crash in between repeats it rather than losing it. When the mail
/// server fails, the rest waits for the next round.
#[tracing::instrument(name = "app.grants.warn", skip_all)]
pub(super) async fn warn_of_ending(deps: &Deps) -> Result<(), BackendError> {
    let mut after: Option<ChannelId> = None;
    loop {
        let now = deps.clock.now();
        let unit = deps.storage.read().await?;
        let page = unit.grants_ending(now.plus(SOON), after, PAGE).await?;
        drop(unit);
        let Some((last, _)) = page.last() else {
            return Ok(());
        };
        after = Some(last.id);
        for (channel, warned) in &page {
            let Some(warning) = due(channel, warned.as_ref(), now) else {
                continue;
            };
            if let Err(NotifyError::Failed(detail)) = tell(deps, channel, warning.days).await? {
                tracing::warn!(channel.id = %channel.id, error = %detail, "warning of a grant's end not delivered");
                return Ok(());
            }
            note(deps, channel, &warning, now).await?;
        }
    }
}

/// The warning that is due for a channel, if there is one.
fn due(channel: &Channel, warned: Option<&GrantWarning>, now: Timestamp) -> Option<GrantWarning> {
    let ends_at = channel.grant_expires_at.filter(|end| *end > now)?;
    let left = ends_at.since(now);
    let days = THRESHOLDS.into_iter().find(|days| left <= DAY * *days)?;
    // Platforms tell the seconds that are left, so the same end wanders a little between two renewals.
    let is_told = warned.is_some_and(|told| {
        let apart = told.ends_at.since(ends_at).max(ends_at.since(told.ends_at));
        apart < DAY && told.days <= days
    });
    (!is_told).then_some(GrantWarning {
        channel: channel.id,
        ends_at,
        days,
    })
}

async fn tell(deps: &Deps, channel: &Channel, days: u32) -> Result<Result<(), NotifyError>, BackendError> {
    let unit = deps.storage.read().await?;
    let owner = unit.owner(channel.workspace).await?;
    let workspace = unit.workspace(channel.workspace).await?;
    drop(unit);
    let (Some(owner), Some(workspace)) = (owner, workspace) else {
        return Ok(Ok(()));
    };
    let platform = deps
        .catalog
        .manifest(&channel.provider)
        .map_or(channel.provider.as_str(), |manifest| manifest.name.as_str());
    let time = if days == 1 {
        "a day".to_owned()
    } else {
        format!("{days} days")
    };
    let notice = Notice {
        to: owner.email,
        subject: format!("{} on {platform}: reconnect it within {time}", channel.name),
        text: format!(
            "Postern's access to {name} on {platform}, in the workspace {workspace}, ends in less than {time}.\n\
             After that its posts are held until it is connected again.\n\n\
             Reconnect it here: {url}/channels/{id}/reconnect\n",
            name = channel.name,
            workspace = workspace.name,
            url = deps.settings.public_url,
            id = channel.id,
        ),
    };
    Ok(deps.notifier.notify(&notice).await)
}

async fn note(
    deps: &Deps,
    channel: &Channel,
    warning: &GrantWarning,
    now: Timestamp,
) -> Result<(), BackendError> {
    let unit = deps.storage.begin().await?;
    unit.put_grant_warning(warning, now).await?;
    let changed = Event::ChannelChanged {
        workspace: channel.workspace,
        channel: channel.id,
        provider: channel.provider.clone(),
    };
    unit.announce(&deps.announcements(vec![changed])).await?;
    unit.commit().await?;
    (deps.wake_relay)();
    tracing::warn!(
        channel.id = %channel.id,
        provider = %channel.provider,
        days = warning.days,
        "grant ends soon"
    );
    Ok(())
}

#[cfg(test)]
mod tests {
    use postern_testkit::build::a_channel;

    use super::*;

    const NOON: Timestamp = Timestamp::from_secs(1_800_000_000);

    fn hours(hours: u64) -> Timestamp {
        NOON.plus(Duration::from_hours(hours))
    }

    #[track_caller]
    fn check(ends_at: Option<Timestamp>, told: Option<(Timestamp, u32)>, want: Option<u32>) {
        let channel = Channel {
            grant_expires_at: ends_at,
            ..a_channel("test")
        };
        let told = told.map(|(ends_at, days)| GrantWarning {
            channel: channel.id,
            ends_at,
            days,
        });
        let found = due(&channel, told.as_ref(), NOON).map(|warning| warning.days);
        assert_eq!(found, want, "{ends_at:?} {told:?}");
    }

    #[test]
    fn each_threshold_is_told_once_and_again_for_another_end() {
        let week = Some(hours(6 * 24));
        check(None, None, None);
        check(Some(hours(15 * 24)), None, None);
        check(Some(hours(14 * 24)), None, Some(14));
        check(week, None, Some(7));
        check(week, Some((hours(6 * 24), 14)), Some(7));
        check(week, Some((hours(6 * 24), 7)), None);
        check(week, Some((hours(6 * 24 + 2), 3)), None);
        check(week, Some((hours(20 * 24), 1)), Some(7));
        check(Some(hours(2)), Some((hours(2), 3)), Some(1));
        check(Some(NOON), None, None);
    }
}
