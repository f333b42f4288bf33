//! Connecting channels.

use postern_domain::channel::{ConnectAnswer, ConnectRequest, ConnectStep, Health};
use postern_domain::ports::Dispatch;
use postern_domain::ports::{ChannelChange, Channels, RefreshError};
use postern_domain::secret::Secret;
use postern_domain::value::Settings;
use postern_domain::{BackendError, Code};
use postern_testkit::FakeCatalog;

use crate::desk::Desk;

async fn begin(desk: &Desk) -> String {
    let request = ConnectRequest {
        provider: FakeCatalog::PROVIDER,
        fields: Settings::new(),
        reconnect: None,
    };
    match desk.app.connect(&desk.actor, request).await.unwrap() {
        ConnectStep::Redirect { state, .. } => state,
        ConnectStep::Done(_) => panic!("the fake connects by a redirect"),
    }
}

fn code(error: &BackendError) -> Code {
    error.problems()[0].code
}

#[tokio::test]
async fn a_connection_is_finished_once() {
    let desk = Desk::new().await;
    let state = begin(&desk).await;
    let answer = || ConnectAnswer {
        state: state.clone(),
        code: Some(Secret::new("c")),
        error: None,
    };
    desk.app
        .finish_connect(FakeCatalog::PROVIDER, answer())
        .await
        .unwrap();
    let again = desk
        .app
        .finish_connect(FakeCatalog::PROVIDER, answer())
        .await
        .unwrap_err();
    assert_eq!(code(&again), Code::ConnectExpired);
}

#[tokio::test]
async fn a_denied_consent_says_so() {
    let desk = Desk::new().await;
    let answer = ConnectAnswer {
        state: begin(&desk).await,
        code: None,
        error: Some("access_denied".into()),
    };
    let error = desk
        .app
        .finish_connect(FakeCatalog::PROVIDER, answer)
        .await
        .unwrap_err();
    assert_eq!(code(&error), Code::ConnectFailed);
    assert!(desk.app.channels(&desk.actor, None).await.unwrap().is_empty());
}

#[tokio::test]
async fn connecting_an_account_again_keeps_the_channel() {
    let desk = Desk::new().await;
    let first = desk.channel().await;
    assert_eq!(desk.channel().await.id, first.id);
    assert_eq!(desk.app.channels(&desk.actor, None).await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_grant_that_is_gone_marks_the_channel_and_a_passing_failure_does_not() {
    let desk = Desk::new().await;
    let channel = desk.channel().await;
    desk.connector.will_refresh(Err(RefreshError::NotNow {
        reason: "busy".into(),
        until: None,
    }));
    assert!(desk.app.fresh_credential(channel.id, 1).await.is_err());
    assert_eq!(
        desk.app.channel(&desk.actor, channel.id).await.unwrap().health,
        Health::Connected
    );
    desk.clock.advance(std::time::Duration::from_secs(15));
    desk.connector.will_refresh(Err(RefreshError::Gone {
        reason: "revoked".into(),
    }));
    assert_eq!(desk.app.fresh_credential(channel.id, 1).await.unwrap(), None);
    let health = desk.app.channel(&desk.actor, channel.id).await.unwrap().health;
    assert!(matches!(health, Health::NeedsReconnect { .. }));
}

#[tokio::test]
async fn a_disabled_channel_refuses_new_posts() {
    let desk = Desk::new().await;
    let channel = desk.channel().await;
    desk.app
        .change_channel(&desk.actor, channel.id, ChannelChange::Disabled(true))
        .await
        .unwrap();
    let post = crate::desk::new_post(postern_domain::post::Intent::Now, &[channel.id], &["hi"]);
    let error = postern_domain::ports::Posts::create_post(&desk.app, &desk.actor, post, None)
        .await
        .unwrap_err();
    assert_eq!(code(&error), Code::ChannelDisabled);
}

#[tokio::test]
async fn a_removed_channel_is_gone_with_what_waited_for_it() {
    let desk = Desk::new().await;
    let channel = desk.channel().await;
    desk.schedule(&[channel.id], &["one"]).await;
    desk.app.remove_channel(&desk.actor, channel.id).await.unwrap();
    assert!(desk.app.channel(&desk.actor, channel.id).await.is_err());
    assert!(desk.work(std::time::Duration::from_mins(2)).await.is_empty());
}
