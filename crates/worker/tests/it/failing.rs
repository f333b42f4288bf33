//! Errors by their class: what is repeated, what waits, what ends.

use std::time::Duration;

use postern_domain::failure::ErrorClass;
use postern_domain::ports::Clock;
use postern_domain::publication::{Rules, State};
use postern_worker::Settings;

use crate::plant::{MINUTE, Plant, settings};
use crate::platform::{Asked, error};

#[tokio::test]
async fn passing_failures_are_repeated_until_the_budget_is_spent() {
    let plant = Plant::new().await;
    let _worker = plant.worker("w1");
    let budget = Rules::default().max_tries;
    for _ in 0..budget {
        plant
            .platform
            .will_commit(async { Err(error(ErrorClass::Transient)) });
    }
    let id = plant.post(&["one"]).await;
    plant.after(MINUTE).await;
    let mut pauses = Vec::new();
    for tries in 1..budget {
        let row = plant
            .until(id, |row| row.tries == tries && row.state == State::Scheduled)
            .await;
        let pause = row.due_at.unwrap().since(plant.clock.now());
        assert_eq!(plant.after(pause).await, 1);
        pauses.push(pause);
    }
    let row = plant.settled(id, State::Failed).await;
    assert_eq!((row.tries, row.due_at), (budget, None));
    assert_eq!(u32::try_from(plant.platform.all(Asked::Commit).len()), Ok(budget));
    assert!(pauses.is_sorted(), "{pauses:?}");
    assert!(plant.outcomes(id).await.iter().all(|it| it == "transient"));
}

#[tokio::test]
async fn passing_failures_of_a_preparation_are_repeated_as_well() {
    let plant = Plant::new().await;
    let _worker = plant.worker("w1");
    plant
        .platform
        .will_prepare(async { Err(error(ErrorClass::Transient)) });
    let id = plant.post(&["one"]).await;
    plant.after(MINUTE).await;
    plant.settled(id, State::Scheduled).await;
    assert!(plant.platform.all(Asked::Commit).is_empty());
    plant.after(MINUTE).await;
    plant.settled(id, State::Published).await;
}

#[tokio::test]
async fn a_rate_limit_delays_and_costs_no_try() {
    let plant = Plant::new().await;
    let _worker = plant.worker("w1");
    let pause = Duration::from_mins(10);
    let id = plant.post(&["one"]).await;
    plant.clock.advance(MINUTE);
    // More often than there are tries.
    for round in 1..=Rules::default().max_tries + 2 {
        let until = plant.clock.now().plus(pause);
        plant
            .platform
            .will_commit(async move { Err(error(ErrorClass::RateLimited { until: Some(until) })) });
        assert_eq!(plant.release().await, 1);
        let row = plant
            .until(id, |row| row.attempts == round && row.state == State::Scheduled)
            .await;
        assert_eq!((row.tries, row.due_at, row.armed), (0, Some(until), None));
        plant.clock.advance(pause);
    }
    plant.release().await;
    plant.settled(id, State::Published).await;
}

#[tokio::test]
async fn a_refusal_ends_it_and_says_everything() {
    let plant = Plant::new().await;
    let _worker = plant.worker("w1");
    let mut refusal = error(ErrorClass::Rejected);
    refusal.provider_code = Some("453".into());
    refusal.provider_message = Some("too long".into());
    plant.platform.will_commit(async move { Err(refusal) });
    let id = plant.post(&["one"]).await;
    plant.after(MINUTE).await;
    let row = plant.settled(id, State::Failed).await;
    let failure = row.failure.unwrap();
    assert_eq!(failure.class, ErrorClass::Rejected);
    assert_eq!(failure.code, "test_says_so");
    assert_eq!(failure.provider_code.as_deref(), Some("453"));
    assert_eq!(failure.provider_message.as_deref(), Some("too long"));
    assert_eq!(
        (failure.cause.as_str(), failure.fix.as_str()),
        ("the platform said no", "say it otherwise")
    );
    assert_eq!((failure.attempt, failure.at), (1, plant.clock.now()));
    assert_eq!(plant.after(Duration::from_hours(1)).await, 0);
}

#[tokio::test]
async fn a_step_without_end_is_given_up_in_its_time() {
    let plant = Plant::new().await;
    let _worker = plant.worker_with(Settings {
        step_deadline: Duration::from_millis(50),
        ..settings("w1")
    });
    plant.platform.will_prepare(std::future::pending());
    plant.platform.will_commit(std::future::pending());
    let id = plant.post(&["one"]).await;
    plant.after(MINUTE).await;
    plant.settled(id, State::Scheduled).await;
    plant.after(MINUTE).await;
    plant.settled(id, State::Unconfirmed).await;
    assert_eq!(plant.outcomes(id).await, ["transient", "unconfirmed"]);
}

#[tokio::test]
async fn an_adapter_that_panics_harms_its_own_publication_alone() {
    let plant = Plant::new().await;
    let mut worker = plant.worker("w1");
    plant.platform.will_prepare(async { panic!("a defect") });
    let broken = plant.post(&["one"]).await;
    plant.after(MINUTE).await;
    let row = plant.settled(broken, State::Scheduled).await;
    assert_eq!(
        row.failure.map(|failure| failure.code).as_deref(),
        Some("adapter_broken")
    );
    plant.platform.will_commit(async { panic!("a defect") });
    plant.after(MINUTE).await;
    plant.settled(broken, State::Unconfirmed).await;
    let whole = plant.post(&["two"]).await;
    plant.after(MINUTE).await;
    plant.settled(whole, State::Published).await;
    assert!(worker.is_running());
}
