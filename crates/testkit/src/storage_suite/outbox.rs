//! The outbox and the audit log.

use std::sync::Arc;

use anyhow::Result;
use postern_domain::event::Event;
use postern_domain::id::{AnnouncementId, ChannelId, PostId, PublicationId};
use postern_domain::manifest::ProviderId;
use postern_domain::ports::{Announcement, Storage};

use super::{ground, rules};
use crate::build::{HOME, NOW, an_actor, next_id};

rules! {
    announcements_wait_in_order_until_they_are_sent
    announcements_of_one_call_stay_together
    announcements_go_with_their_unit
    lines_of_the_audit_log_are_stored
}

fn announcement(event: Event) -> Announcement {
    Announcement {
        id: AnnouncementId::from_bits(next_id()),
        event,
        traceparent: Some("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01".to_owned()),
        at: NOW,
    }
}

async fn announcements_wait_in_order_until_they_are_sent(storage: Arc<dyn Storage>) -> Result<()> {
    let unit = storage.begin().await?;
    let all: Vec<Announcement> = [
        Event::PublicationDue {
            publication: PublicationId::from_bits(1),
            fence: u64::from(u32::MAX) + 1,
            lane: "test".to_owned(),
        },
        Event::PostChanged {
            workspace: HOME,
            post: PostId::from_bits(2),
            state: "published".to_owned(),
        },
        Event::ChannelChanged {
            workspace: HOME,
            channel: ChannelId::from_bits(3),
            provider: ProviderId::of("test"),
        },
        Event::ScheduleChanged,
    ]
    .map(announcement)
    .to_vec();
    let mut mixed = all.clone();
    mixed.reverse();
    for announcement in mixed {
        unit.announce(&[announcement]).await?;
    }
    assert_eq!(unit.unsent(10).await?, all);
    assert_eq!(unit.unsent(2).await?, all[..2]);
    unit.mark_sent(&[all[0].id, all[2].id]).await?;
    assert_eq!(unit.unsent(10).await?, [all[1].clone(), all[3].clone()]);
    unit.mark_sent(&[]).await?;
    unit.announce(&[]).await?;
    assert_eq!(unit.unsent(10).await?.len(), 2);
    Ok(())
}

async fn announcements_of_one_call_stay_together(storage: Arc<dyn Storage>) -> Result<()> {
    let unit = storage.begin().await?;
    let all: Vec<Announcement> = (0..150_u128)
        .map(|number| Announcement {
            traceparent: (number % 3 == 0).then(|| format!("trace {number}")),
            ..announcement(Event::PostChanged {
                workspace: HOME,
                post: PostId::from_bits(number),
                state: "published".to_owned(),
            })
        })
        .collect();
    unit.announce(&all).await?;
    let told = |announcements: &[Announcement]| -> Vec<_> {
        let all = announcements.iter();
        all.map(|it| (it.event.clone(), it.traceparent.clone())).collect()
    };
    let unsent = unit.unsent(10).await?;
    assert_eq!(told(&unsent), told(&all));
    let first = unit.unsent(1).await?;
    assert_eq!(told(&first), told(&all[..64]));
    unit.mark_sent(&[first[0].id]).await?;
    assert_eq!(told(&unit.unsent(10).await?), told(&all[64..]));
    Ok(())
}

async fn announcements_go_with_their_unit(storage: Arc<dyn Storage>) -> Result<()> {
    let unit = storage.begin().await?;
    unit.announce(&[announcement(Event::ScheduleChanged)]).await?;
    drop(unit);
    assert_eq!(storage.begin().await?.unsent(10).await?, []);
    Ok(())
}

async fn lines_of_the_audit_log_are_stored(storage: Arc<dyn Storage>) -> Result<()> {
    ground(&storage).await?;
    let unit = storage.begin().await?;
    unit.audit(&an_actor(), "post.create", "post_1", NOW).await?;
    unit.audit(&an_actor(), "post.create", "post_1", NOW).await?;
    unit.commit().await?;
    Ok(())
}
