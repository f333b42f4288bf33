//! The life of grants: renewed in time, left alone for a while, warned of.

use std::time::Duration;

use postern_domain::BackendError;
use postern_domain::channel::{Channel, Connected, Grant};
use postern_domain::ports::{Alert, Channels, Clock, Dispatch, Instance, NotifyError, RefreshError};
use postern_testkit::FakeConnector;

use crate::desk::Desk;

const DAY: Duration = Duration::from_hours(24);

/// A channel whose access lasts so long, and its whole grant.
async fn connected(desk: &Desk, access: Option<Duration>, whole: Option<Duration>) -> Channel {
    let now = desk.clock.now();
    let account = Connected {
        grant: Grant {
            expires_at: access.map(|life| now.plus(life)),
            ends_at: whole.map(|life| now.plus(life)),
            ..FakeConnector::a_grant()
        },
        ..FakeConnector::an_account()
    };
    desk.connect_account(account).await
}

fn refreshes(desk: &Desk) -> usize {
    desk.connector
        .calls()
        .iter()
        .filter(|call| **call == "refresh")
        .count()
}

#[tokio::test]
async fn short_lived_access_is_renewed_in_its_last_quarter_and_no_sooner() {
    for (life, early, in_time) in [
        (
            Duration::from_hours(2),
            Duration::from_mins(104),
            Duration::from_mins(105),
        ),
        (
            Duration::from_mins(10),
            Duration::from_secs(449),
            Duration::from_secs(450),
        ),
    ] {
        let desk = Desk::new().await;
        connected(&desk, Some(life), None).await;
        desk.clock.advance(early);
        assert_eq!(desk.app.refresh_grants(10).await.unwrap(), 0, "{life:?}");
        desk.clock.advance(in_time.saturating_sub(early));
        assert_eq!(desk.app.refresh_grants(10).await.unwrap(), 1, "{life:?}");
        assert_eq!(desk.app.refresh_grants(10).await.unwrap(), 0, "{life:?}");
        assert_eq!(refreshes(&desk), 1);
    }
}

#[tokio::test]
async fn a_platform_that_does_not_renew_is_left_alone_for_a_while() {
    let desk = Desk::new().await;
    let channel = desk.channel().await;
    desk.connector.will_refresh(Err(RefreshError::NotNow {
        reason: "503".into(),
        until: None,
    }));
    let callers = (0..20).map(|_| desk.app.fresh_credential(channel.id, 1));
    for answer in futures::future::join_all(callers).await {
        assert_eq!(answer, Err(BackendError::Unavailable { what: "platform" }));
    }
    assert_eq!(refreshes(&desk), 1);
    desk.clock.advance(Duration::from_secs(15));
    let fresh = desk.app.fresh_credential(channel.id, 1).await.unwrap().unwrap();
    assert_eq!((fresh.version, refreshes(&desk)), (2, 2));
}

#[tokio::test]
async fn a_pause_during_a_renewal_is_not_lost() {
    let desk = Desk::new().await;
    let channel = desk.channel().await;
    let unit = desk.database.storage().begin().await.unwrap();
    unit.set_channel_disabled(channel.workspace, channel.id, true)
        .await
        .unwrap();
    unit.commit().await.unwrap();
    desk.app.fresh_credential(channel.id, 1).await.unwrap();
    assert!(desk.app.channel(&desk.actor, channel.id).await.unwrap().disabled);
}

#[tokio::test]
async fn the_end_of_a_grant_is_told_once_for_each_threshold_and_by_mail() {
    let desk = Desk::new().await;
    let channel = connected(&desk, None, Some(DAY * 20)).await;
    let mut told = Vec::new();
    for _ in 0..40 {
        desk.app.refresh_grants(10).await.unwrap();
        told.push(desk.notifier.delivered().len());
        desk.clock.advance(DAY / 2);
    }
    told.dedup();
    assert_eq!(told, [0, 1, 2, 3, 4]);
    let mails = desk.notifier.delivered();
    let subjects: Vec<&str> = mails.iter().map(|mail| mail.subject.as_str()).collect();
    assert!(
        subjects[0].ends_with("reconnect it within 14 days"),
        "{subjects:?}"
    );
    assert!(subjects[3].ends_with("reconnect it within a day"), "{subjects:?}");
    assert_eq!(mails[0].to, "ada@example.org");
    assert!(
        mails[0]
            .text
            .contains(&format!("/channels/{}/reconnect", channel.id))
    );
}

#[tokio::test]
async fn a_warning_that_could_not_be_delivered_is_told_again() {
    let desk = Desk::new().await;
    connected(&desk, None, Some(DAY * 5)).await;
    desk.notifier.fail_with(Some(NotifyError::Failed("away".into())));
    desk.app.refresh_grants(10).await.unwrap();
    desk.notifier.fail_with(None);
    desk.app.refresh_grants(10).await.unwrap();
    desk.app.refresh_grants(10).await.unwrap();
    assert_eq!(desk.notifier.delivered().len(), 1);
}

#[tokio::test]
async fn without_a_mail_server_the_end_is_told_by_the_alerts_alone() {
    let desk = Desk::new().await;
    let channel = connected(&desk, None, Some(DAY * 5)).await;
    desk.notifier.fail_with(Some(NotifyError::NotConfigured));
    desk.app.refresh_grants(10).await.unwrap();
    let alerts = desk.app.alerts(&desk.actor).await.unwrap();
    let want = Alert::GrantEnding {
        channel: channel.id,
        name: channel.name.clone(),
        ends_at: desk.clock.now().plus(DAY * 5),
    };
    assert_eq!(alerts, [want]);
}
