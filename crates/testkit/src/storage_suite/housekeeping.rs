//! Forgetting in small pieces, and announcements that are laid aside.

use std::sync::Arc;

use anyhow::Result;
use postern_domain::dead_letter::DeadLetterId;
use postern_domain::event::Event;
use postern_domain::failure::Trace;
use postern_domain::id::{AnnouncementId, AttemptId, PostId, UploadId};
use postern_domain::manifest::ProviderId;
use postern_domain::ports::{Announcement, AttemptRow, ConnectAttempt, Storage, UploadRow};
use postern_domain::publication::Attempt;

use super::{a_stored_publication, ground, rules};
use crate::build::{HOME, NOW, an_actor, next_id, seconds};

rules! {
    leftovers_go_oldest_first_and_no_more_than_asked
    a_reply_is_cut_and_the_try_outlives_it
    announcements_are_laid_aside_and_come_back
}

async fn leftovers_go_oldest_first_and_no_more_than_asked(storage: Arc<dyn Storage>) -> Result<()> {
    ground(&storage).await?;
    let unit = storage.begin().await?;
    for number in 0..5 {
        let upload = UploadRow {
            id: UploadId::from_bits(next_id()),
            workspace: HOME,
            name: "a.png".to_owned(),
            expires_at: seconds(number),
        };
        unit.insert_upload(&upload).await?;
        let connection = ConnectAttempt {
            state: format!("s{number}"),
            workspace: HOME,
            provider: ProviderId::of("test"),
            channel: None,
            sealed: vec![1],
            expires_at: seconds(number),
        };
        unit.insert_connect_attempt(&connection).await?;
        let post = PostId::from_bits(next_id());
        unit.remember(HOME, &format!("k{number}"), "d", post, seconds(number))
            .await?;
        unit.audit(&an_actor(), "post.created", "post_1", seconds(number))
            .await?;
    }
    // All that ended by the fourth second, or was made before the fifth.
    let (until, before) = (seconds(3), seconds(4));
    for want in [3, 1, 0] {
        assert_eq!(unit.forget_uploads(until, 3).await?, want);
        assert_eq!(unit.forget_connections(until, 3).await?, want);
        assert_eq!(unit.forget_keys(before, 3).await?, want);
        assert_eq!(unit.forget_audit(before, 3).await?, want);
    }
    let provider = ProviderId::of("test");
    assert!(unit.take_connect_attempt(&provider, "s4", NOW).await?.is_some());
    Ok(())
}

async fn a_reply_is_cut_and_the_try_outlives_it(storage: Arc<dyn Storage>) -> Result<()> {
    let ground = ground(&storage).await?;
    let (_, publication) = a_stored_publication(&storage, &ground.channel).await?;
    let attempt = Attempt {
        id: AttemptId::from_bits(next_id()),
        publication: publication.id,
        number: 1,
        entry: 0,
        started_at: NOW,
        ended_at: seconds(1),
        outcome: "transient".to_owned(),
        failure: None,
        trace: Trace {
            reply: Some("ü".repeat(5000)),
            ..Trace::default()
        },
    };
    let unit = storage.begin().await?;
    let row = AttemptRow {
        workspace: HOME,
        attempt,
    };
    unit.insert_attempts(&[row]).await?;
    let kept = unit.attempts(HOME, publication.id).await?;
    assert_eq!(kept[0].trace.reply, Some("ü".repeat(1024)));
    assert_eq!(unit.forget_evidence(seconds(2), 10).await?, 1);
    assert_eq!(unit.forget_evidence(seconds(2), 10).await?, 0);
    let kept = unit.attempts(HOME, publication.id).await?;
    assert_eq!((kept.len(), kept[0].trace.reply.as_deref()), (1, None));
    Ok(())
}

async fn announcements_are_laid_aside_and_come_back(storage: Arc<dyn Storage>) -> Result<()> {
    let unit = storage.begin().await?;
    let announcement = |event, after| Announcement {
        id: AnnouncementId::from_bits(next_id()),
        event,
        traceparent: None,
        at: seconds(after),
    };
    let post = PostId::from_bits(next_id());
    let changed = Event::PostChanged {
        workspace: HOME,
        post,
        state: "published".to_owned(),
    };
    let (bad, good) = (announcement(changed, 0), announcement(Event::ScheduleChanged, 1));
    for announcement in [&bad, &good] {
        unit.announce(std::slice::from_ref(announcement)).await?;
    }
    assert_eq!(unit.outbox_depth().await?, (2, Some(NOW)));
    assert_eq!(unit.bury(&[bad.id], "the bus refuses it", seconds(5)).await?, 1);
    assert_eq!(unit.bury(&[bad.id], "again", seconds(6)).await?, 0);
    assert_eq!(unit.unsent(10).await?, std::slice::from_ref(&good));
    let buried = unit.buried(10).await?;
    assert_eq!(buried[0].id, DeadLetterId::Announcement(bad.id));
    assert_eq!(
        (
            buried[0].kind.as_str(),
            buried[0].reason.as_str(),
            buried[0].post,
            buried[0].at
        ),
        ("post.changed", "the bus refuses it", Some(post), seconds(5))
    );
    assert_eq!(unit.count_buried().await?, 1);
    assert!(unit.unbury(bad.id).await?);
    assert!(!unit.unbury(bad.id).await?);
    assert_eq!(unit.unsent(10).await?, [bad.clone(), good]);
    unit.bury(&[bad.id], "the bus refuses it", seconds(5)).await?;
    assert_eq!(unit.forget_buried(seconds(5), 10).await?, 0);
    assert_eq!(unit.forget_buried(seconds(6), 10).await?, 1);
    assert_eq!(unit.buried(10).await?, []);
    Ok(())
}
