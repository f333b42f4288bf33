//! Commits whose answer is lost: in doubt first, then cleared up, never sent twice.

use postern_domain::failure::ErrorClass;
use postern_domain::manifest::Thread;
use postern_platform_sim::{FaultKind, Operation};
use postern_provider_kit::Found;

use crate::driver::{Entry, Job, text};
use crate::stage::Stage;

/// Commits under a fault, insists on doubt, looks for evidence.
async fn doubt(job: &mut Job<'_>, what: &str) -> Found {
    job.prepare().await.unwrap();
    let error = job.commit().await.unwrap_err();
    assert_eq!(error.class, ErrorClass::Unconfirmed, "{what}: {error:?}");
    job.detect()
        .await
        .unwrap_or_else(|error| panic!("{what}: {error:?}"))
}

#[tokio::test]
async fn what_arrived_is_found_and_stays_single() {
    for kind in [
        FaultKind::LostAnswer,
        FaultKind::StoredServerError,
        FaultKind::NoId,
    ] {
        let stage = Stage::open().await;
        for id in Stage::providers() {
            let what = format!("{id} {kind:?}");
            let account = stage.connect(&id, "ada").await;
            let words = "Once & only (once) #tag https://example.org/x";
            let entry = text(words).with_image("door");
            let mut job = Job::new(&stage, &account, 8, vec![entry]);
            stage.fault(&id, Operation::Commit, kind);
            let found = doubt(&mut job, &what).await;
            let journal = stage.journal(&id);
            assert_eq!(journal.len(), 1, "{what}");
            let Found::There(committed) = found else {
                panic!("{what}: {found:?}")
            };
            assert_eq!(committed.remote_id, journal[0].id, "{what}");
        }
    }
}

#[tokio::test]
async fn what_did_not_arrive_comes_out_once_or_stays_in_doubt() {
    for kind in [FaultKind::ServerError, FaultKind::Reset] {
        let stage = Stage::open().await;
        for id in Stage::providers() {
            let what = format!("{id} {kind:?}");
            let account = stage.connect(&id, "ada").await;
            let mut job = Job::new(&stage, &account, 9, vec![text("At most once")]);
            stage.fault(&id, Operation::Commit, kind);
            match doubt(&mut job, &what).await {
                Found::There(committed) => {
                    assert_eq!(stage.journal(&id).len(), 1, "{what}");
                    assert_eq!(committed.remote_id, stage.journal(&id)[0].id, "{what}");
                }
                Found::Absent => {
                    assert_eq!(stage.journal(&id).len(), 0, "{what}");
                    job.run()
                        .await
                        .unwrap_or_else(|error| panic!("{what}: {error:?}"));
                    assert_eq!(stage.journal(&id).len(), 1, "{what}");
                }
                Found::Unknown { .. } => assert_eq!(stage.journal(&id).len(), 0, "{what}"),
            }
        }
    }
}

#[tokio::test]
async fn a_lost_reply_is_never_doubled() {
    let stage = Stage::open().await;
    for id in Stage::providers() {
        if stage.provider(&id).manifest().thread == Thread::None {
            continue;
        }
        let account = stage.connect(&id, "ada").await;
        let entries: Vec<Entry> = vec![text("head"), text("reply")];
        let mut job = Job::new(&stage, &account, 10, entries);
        job.prepare().await.unwrap();
        job.commit().await.unwrap();
        stage.fault(&id, Operation::Comment, FaultKind::LostAnswer);
        let found = doubt(&mut job, id.as_str()).await;
        let journal = stage.journal(&id);
        assert_eq!(journal.len(), 2, "{id}");
        match found {
            Found::There(committed) => assert_eq!(committed.remote_id, journal[1].id, "{id}"),
            Found::Unknown { .. } => {}
            Found::Absent => panic!("{id}: it is there"),
        }
    }
}
