//! Streams of events.

use std::sync::Arc;

use futures::StreamExt;
use postern_domain::BackendError;
use postern_domain::ports::{Backend, Watch};

use crate::fake::{Call, Fake};
use crate::samples::{actor, events};
use crate::wiring::{Listening, in_process};

#[tokio::test]
async fn events_arrive_in_order() {
    let fake = Arc::new(Fake::default());
    let listening = Listening::to(Arc::clone(&fake) as Arc<dyn Backend>).await;
    let local = in_process(Arc::clone(&fake) as Arc<dyn Backend>);
    for client in [&local, &listening.client] {
        let watched = client.watch(&actor()).await.unwrap();
        let seen: Vec<_> = watched.take(events().len()).collect().await;
        assert_eq!(seen, events());
        let schedule = client.watch_schedule().await.unwrap();
        let seen: Vec<_> = schedule.take(events().len()).collect().await;
        assert_eq!(seen, events());
        let calls = [Call::Watch(actor()), Call::WatchSchedule];
        assert_eq!(fake.take_calls(), calls);
    }
}

#[tokio::test]
async fn streams_end_when_the_server_stops() {
    let listening = Listening::to(Arc::new(Fake::default())).await;
    let client = listening.client.clone();
    let mut watched = client.watch(&actor()).await.unwrap();
    let mut schedule = client.watch_schedule().await.unwrap();
    assert!(watched.next().await.is_some());
    listening.stop.cancel();
    // The fake's streams never end by themselves.
    assert_eq!(watched.count().await, events().len() - 1);
    while schedule.next().await.is_some() {}
    drop((client, schedule));
    listening.ended().await;
}

#[tokio::test]
async fn a_watch_may_be_refused() {
    let client = in_process(Arc::new(Fake::refusing(BackendError::Internal)));
    let refused = client.watch(&actor()).await.err();
    assert_eq!(refused, Some(BackendError::Internal));
}
