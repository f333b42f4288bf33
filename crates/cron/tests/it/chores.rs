//! What metronomes do besides.

use std::time::Duration;

use postern_domain::channel::{Connected, Grant};
use postern_domain::ports::Clock;
use postern_testkit::FakeConnector;

use crate::hall::{Hall, eventually};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn grants_that_end_soon_are_renewed_once_by_several_metronomes() {
    let (hall, clock) = Hall::told().await;
    let ending = |after| Connected {
        grant: Grant {
            expires_at: Some(clock.now().plus(after)),
            ..FakeConnector::a_grant()
        },
        ..FakeConnector::an_account()
    };
    let soon = hall.connect(ending(Duration::from_mins(5))).await;
    let later = Connected {
        remote_id: "ada-2".into(),
        ..ending(Duration::from_hours(2))
    };
    let later = hall.connect(later).await;
    let refreshes = || {
        let calls = hall.connector.calls();
        calls.iter().filter(|call| **call == "refresh").count()
    };
    let before = (hall.grant_version(&soon).await, hall.grant_version(&later).await);
    // A grant is renewed in the last quarter of its life.
    clock.advance(Duration::from_mins(4));
    let metronomes = hall.metronomes(3);
    eventually(|| refreshes() > 0).await;
    // They end what they have begun.
    metronomes.stop().await;
    assert_eq!(refreshes(), 1);
    assert_eq!(
        (hall.grant_version(&soon).await, hall.grant_version(&later).await),
        (before.0 + 1, before.1)
    );
}
