//! Each provider keeps what the class of evidence in its manifest promises.

use std::time::Duration;

use postern_domain::failure::ErrorClass;
use postern_domain::manifest::{Evidence, ProviderId};
use postern_platform_sim::{FaultKind, Operation};
use postern_provider_kit::Found;
use serde_json::json;

use crate::driver::{Job, text};
use crate::stage::{Account, Stage};

const WORDS: &str = "Told once & for all https://example.org/x";

/// What became of a commit whose answer nobody heard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fate {
    Arrived,
    Lost,
}

impl Fate {
    fn fault(self) -> FaultKind {
        match self {
            Self::Arrived => FaultKind::LostAnswer,
            Self::Lost => FaultKind::Reset,
        }
    }
}

/// What the search may say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Say {
    /// The very post that arrived.
    There,
    /// Nothing is there, and a repetition brings it out once; or the search itself did.
    OneCopy,
    /// Nobody can tell, and nothing is sent.
    Unknown,
}

fn evidence(stage: &Stage, id: &ProviderId) -> Evidence {
    stage.provider(id).manifest().evidence
}

/// Commits, and the answer does not come.
async fn lose(stage: &Stage, id: &ProviderId, job: &mut Job<'_>, fate: Fate) {
    job.prepare()
        .await
        .unwrap_or_else(|error| panic!("{id}: {error:?}"));
    stage.fault(id, Operation::Commit, fate.fault());
    let error = job.commit().await.unwrap_err();
    assert_eq!(error.class, ErrorClass::Unconfirmed, "{id} {fate:?}: {error:?}");
}

/// Looks for the commit and holds the answer against the promise.
async fn check(stage: &Stage, id: &ProviderId, job: &mut Job<'_>, say: Say, what: &str) {
    let before = stage.journal(id);
    let found = job
        .detect()
        .await
        .unwrap_or_else(|error| panic!("{id} {what}: {error:?}"));
    let new = |stage: &Stage| -> Vec<String> {
        let journal = stage.journal(id).into_iter().skip(before.len());
        journal.map(|post| post.id).collect()
    };
    match (say, found) {
        (Say::There, Found::There(committed)) => {
            let newest = before.last().map(|post| post.id.as_str());
            assert_eq!(Some(committed.remote_id.as_str()), newest, "{id} {what}");
            assert_eq!(new(stage), Vec::<String>::new(), "{id} {what}: sent again");
        }
        (Say::OneCopy, Found::There(committed)) => {
            assert_eq!(new(stage), [committed.remote_id], "{id} {what}");
        }
        (Say::OneCopy, Found::Absent) => {
            assert_eq!(new(stage), Vec::<String>::new(), "{id} {what}");
            job.run()
                .await
                .unwrap_or_else(|error| panic!("{id} {what}: {error:?}"));
            assert_eq!(new(stage).len(), 1, "{id} {what}");
        }
        (Say::Unknown, Found::Unknown { look_again_in: None }) => {
            assert_eq!(new(stage), Vec::<String>::new(), "{id} {what}: sent again");
        }
        (say, found) => panic!("{id} {what}: {found:?} where {say:?} was promised"),
    }
}

/// What a class promises while its memory lasts, for a commit of this fate.
fn within(evidence: Evidence, fate: Fate) -> Say {
    match (evidence, fate) {
        (Evidence::None, _) | (Evidence::Listing, Fate::Lost) => Say::Unknown,
        (_, Fate::Arrived) => Say::There,
        (Evidence::KeySafe { .. } | Evidence::Queryable | Evidence::DuplicateRefusal { .. }, Fate::Lost) => {
            Say::OneCopy
        }
    }
}

/// How long the platform's memory lasts, where it ends.
fn window(evidence: Evidence) -> Option<Duration> {
    match evidence {
        Evidence::KeySafe { window } | Evidence::DuplicateRefusal { window } => Some(window),
        Evidence::Queryable | Evidence::Listing | Evidence::None => None,
    }
}

#[tokio::test]
async fn a_lost_answer_is_cleared_up_as_the_manifest_promises() {
    for fate in [Fate::Arrived, Fate::Lost] {
        let stage = Stage::open().await;
        for id in Stage::providers() {
            let account = stage.connect(&id, "ada").await;
            let mut job = Job::new(&stage, &account, 20, vec![text(WORDS)]);
            lose(&stage, &id, &mut job, fate).await;
            let promise = within(evidence(&stage, &id), fate);
            check(&stage, &id, &mut job, promise, &format!("{fate:?}")).await;
        }
        stage.close();
    }
}

#[tokio::test]
async fn after_its_window_a_memory_is_not_trusted_any_more() {
    for fate in [Fate::Arrived, Fate::Lost] {
        let stage = Stage::open().await;
        for id in Stage::providers() {
            let Some(window) = window(evidence(&stage, &id)) else {
                continue;
            };
            let account = stage.connect(&id, "ada").await;
            let mut job = Job::new(&stage, &account, 21, vec![text(WORDS)]);
            lose(&stage, &id, &mut job, fate).await;
            stage.clock.advance(window);
            // Mastodon's list remains when its key is forgotten; LinkedIn's is closed to most apps.
            let promise = match fate {
                Fate::Arrived if id.as_str() == "mastodon" => Say::There,
                Fate::Arrived | Fate::Lost => Say::Unknown,
            };
            check(&stage, &id, &mut job, promise, &format!("{fate:?}, late")).await;
        }
    }
}

#[tokio::test]
async fn what_can_be_queried_can_be_queried_a_week_later() {
    for fate in [Fate::Arrived, Fate::Lost] {
        let stage = Stage::open().await;
        for id in Stage::providers() {
            if evidence(&stage, &id) != Evidence::Queryable {
                continue;
            }
            let mut account = stage.connect(&id, "ada").await;
            let mut job = Job::new(&stage, &account, 22, vec![text(WORDS)]);
            lose(&stage, &id, &mut job, fate).await;
            let (step, armed) = (job.step.clone(), job.armed.clone());
            stage.clock.advance(Duration::from_hours(7 * 24));
            account = stage.connect(&id, "ada").await;
            let mut job = Job::new(&stage, &account, 22, vec![text(WORDS)]);
            (job.step, job.armed) = (step, armed);
            let promise = within(Evidence::Queryable, fate);
            check(&stage, &id, &mut job, promise, &format!("{fate:?}, a week later")).await;
        }
    }
}

/// A post of the same words that is not ours.
async fn look_alike(stage: &Stage, account: &Account, number: u128) {
    let mut other = Job::new(stage, account, number, vec![text(WORDS)]);
    other.run().await.unwrap();
}

/// Lets platforms take the same words again.
fn allow_repetition(stage: &Stage) {
    for platform in ["x", "linkedin"] {
        let settings = json!({ "platform": platform, "duplicate_secs": 0 });
        stage.sim.configure(&settings).unwrap();
    }
}

#[tokio::test]
async fn an_older_post_of_the_same_words_is_not_taken_for_the_lost_one() {
    for (fate, before) in [
        (Fate::Arrived, Duration::from_secs(10)),
        (Fate::Arrived, Duration::from_hours(2)),
        (Fate::Lost, Duration::from_secs(10)),
        (Fate::Lost, Duration::from_hours(2)),
    ] {
        let stage = Stage::open().await;
        for id in Stage::providers() {
            let class = evidence(&stage, &id);
            let is_refused = matches!(class, Evidence::DuplicateRefusal { window } if window > before);
            if is_refused {
                // The platform itself keeps a second one out: see below.
                continue;
            }
            let account = stage.connect(&id, "ada").await;
            look_alike(&stage, &account, 30).await;
            stage.clock.advance(before);
            // Sessions may have ended meanwhile.
            let account = stage.connect(&id, "ada").await;
            if before < Duration::from_hours(1) {
                allow_repetition(&stage);
            }
            let mut job = Job::new(&stage, &account, 31, vec![text(WORDS)]);
            lose(&stage, &id, &mut job, fate).await;
            let what = format!("{fate:?}, {before:?} after another");
            check(&stage, &id, &mut job, within(class, fate), &what).await;
        }
    }
}

#[tokio::test]
async fn a_duplicate_that_was_there_before_is_nobodys_evidence() {
    let stage = Stage::open().await;
    for id in Stage::providers() {
        let Evidence::DuplicateRefusal { window } = evidence(&stage, &id) else {
            continue;
        };
        let account = stage.connect(&id, "ada").await;
        look_alike(&stage, &account, 40).await;
        stage.clock.advance(window / 2);
        let mut job = Job::new(&stage, &account, 41, vec![text(WORDS)]);
        lose(&stage, &id, &mut job, Fate::Lost).await;
        check(&stage, &id, &mut job, Say::Unknown, "refused for another").await;
    }
}

#[tokio::test]
async fn another_publication_of_the_same_words_at_the_same_time_keeps_its_own_post() {
    let stage = Stage::open().await;
    for id in Stage::providers() {
        let class = evidence(&stage, &id);
        if class != Evidence::Queryable {
            // Elsewhere two posts of the same words within two seconds cannot be told apart.
            continue;
        }
        let account = stage.connect(&id, "ada").await;
        let mut ours = Job::new(&stage, &account, 51, vec![text(WORDS)]);
        lose(&stage, &id, &mut ours, Fate::Lost).await;
        look_alike(&stage, &account, 50).await;
        check(&stage, &id, &mut ours, Say::OneCopy, "beside another").await;
        assert_eq!(stage.journal(&id).len(), 2, "{id}");
    }
}

#[tokio::test]
async fn servers_without_keys_know_an_older_post_from_the_lost_one() {
    let mastodon = ProviderId::of("mastodon");
    for (fate, promise) in [(Fate::Arrived, Say::There), (Fate::Lost, Say::OneCopy)] {
        let stage = Stage::open().await;
        let address = format!("{}/mastodon/i/nokey", stage.base);
        let fields = [("instance".to_owned(), address.as_str().into())].into();
        let account = stage.connect_with(&mastodon, "ada", fields).await;
        look_alike(&stage, &account, 60).await;
        stage.clock.advance(Duration::from_secs(10));
        let mut job = Job::new(&stage, &account, 61, vec![text(WORDS)]);
        lose(&stage, &mastodon, &mut job, fate).await;
        check(&stage, &mastodon, &mut job, promise, "without keys").await;
    }
}
