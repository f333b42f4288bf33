//! Changing and removing channels.

use postern_domain::actor::{Actor, Scope};
use postern_domain::channel::{Channel, Slot};
use postern_domain::event::Event;
use postern_domain::id::{ChannelId, GroupId};
use postern_domain::ports::{ChannelChange, Unit};
use postern_domain::publication::State;
use postern_domain::{BackendError, Code, Problem};

use super::read::find;
use crate::access::require;
use crate::deps::Deps;
use crate::pauses::set_channel;

/// Changes a channel; one that goes on releases what was held for it.
pub(super) async fn change_channel(
    deps: &Deps,
    actor: &Actor,
    id: ChannelId,
    change: ChannelChange,
) -> Result<Channel, BackendError> {
    require(actor, Scope::ChannelsWrite)?;
    match change {
        ChannelChange::Disabled(paused) => {
            set_channel(deps, actor, id, paused).await?;
            find(&*deps.storage.read().await?, actor, id).await
        }
        ChannelChange::Group(name) => group(deps, actor, id, name.as_deref()).await,
    }
}

/// Puts a channel into a group, or takes it out.
async fn group(
    deps: &Deps,
    actor: &Actor,
    id: ChannelId,
    name: Option<&str>,
) -> Result<Channel, BackendError> {
    let unit = deps.storage.begin().await?;
    let mut channel = find(&*unit, actor, id).await?;
    channel.group = match name.map(str::trim).filter(|name| !name.is_empty()) {
        Some(name) => {
            let fresh = GroupId::from_bits(deps.rng.id());
            Some(unit.ensure_group(actor.workspace, fresh, name).await?)
        }
        None => None,
    };
    unit.update_channel(&channel).await?;
    finish(deps, actor, unit, &channel, "channel.grouped").await?;
    Ok(channel)
}

/// Removes a channel and cancels what waits for it.
pub(super) async fn remove_channel(deps: &Deps, actor: &Actor, id: ChannelId) -> Result<(), BackendError> {
    require(actor, Scope::ChannelsWrite)?;
    let unit = deps.storage.begin().await?;
    let channel = find(&*unit, actor, id).await?;
    let now = deps.clock.now();
    let waiting = [State::Draft, State::Scheduled, State::Held];
    let mut waiting = unit.publications_on(id, &waiting).await?;
    waiting.retain_mut(|publication| publication.cancel(now).is_ok());
    unit.save_publications(&waiting).await?;
    unit.remove_channel(actor.workspace, id, now).await?;
    finish(deps, actor, unit, &channel, "channel.removed").await
}

/// Replaces the posting slots of a channel.
pub(super) async fn set_slots(
    deps: &Deps,
    actor: &Actor,
    id: ChannelId,
    mut slots: Vec<Slot>,
) -> Result<(), BackendError> {
    require(actor, Scope::ChannelsWrite)?;
    let bad = slots.iter().position(|slot| {
        slot.minute >= 1440 || slot.weekday.is_some_and(|weekday| !(1..=7).contains(&weekday))
    });
    if let Some(index) = bad {
        return Err(BackendError::refused(
            Problem::new(
                Code::TimeMalformed,
                format!("/slots/{index}"),
                "a slot is a weekday and a minute of the day",
                "give a weekday from 1 (Monday) to 7 or none, and a minute below 1440",
            )
            .given(slots[index].minute),
        ));
    }
    slots.sort_unstable();
    slots.dedup();
    let unit = deps.storage.begin().await?;
    let channel = find(&*unit, actor, id).await?;
    unit.set_slots(id, &slots).await?;
    finish(deps, actor, unit, &channel, "channel.slots_changed").await
}

async fn finish(
    deps: &Deps,
    actor: &Actor,
    unit: Box<dyn Unit>,
    channel: &Channel,
    action: &str,
) -> Result<(), BackendError> {
    let changed = Event::ChannelChanged {
        workspace: channel.workspace,
        channel: channel.id,
        provider: channel.provider.clone(),
    };
    unit.announce(&deps.announcements(vec![changed, Event::ScheduleChanged]))
        .await?;
    unit.audit(actor, action, &channel.id.to_string(), deps.clock.now())
        .await?;
    unit.commit().await?;
    (deps.wake_relay)();
    Ok(())
}
