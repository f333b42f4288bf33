use std::fs::{self, File};
use std::time::{Duration, UNIX_EPOCH};

use postern_domain::ports::{Clock, MediaError, MediaStore};
use postern_media::FetchPolicy;

use crate::{STRANGE_KEY, StandingClock, disk, limits, pieces, png, read};

#[tokio::test]
async fn leftovers_of_yesterday_are_cleared_and_files_under_way_stay() {
    let folder = tempfile::tempdir().unwrap();
    let store = disk(folder.path(), FetchPolicy::default());
    store.clear_leftovers().await.unwrap();

    let spool = folder.path().join(".incoming");
    fs::create_dir_all(&spool).unwrap();
    let now = u64::try_from(StandingClock.now().as_secs()).unwrap();
    for (name, age_hours) in [("old", 25), ("young", 23), ("new", 0)] {
        let file = File::create(spool.join(name)).unwrap();
        let written = UNIX_EPOCH + Duration::from_secs(now) - Duration::from_hours(age_hours);
        file.set_modified(written).unwrap();
    }
    let stored = folder.path().join(STRANGE_KEY);
    fs::create_dir_all(stored.parent().unwrap()).unwrap();
    fs::write(&stored, png(1, 1, 0)).unwrap();
    File::options()
        .write(true)
        .open(&stored)
        .unwrap()
        .set_modified(UNIX_EPOCH)
        .unwrap();

    store.clear_leftovers().await.unwrap();
    assert!(!spool.join("old").exists());
    assert!(spool.join("young").exists() && spool.join("new").exists());
    assert_eq!(read(&store, STRANGE_KEY, 0).await.unwrap(), png(1, 1, 0));
}

#[tokio::test]
async fn opened_files_come_with_their_size() {
    let folder = tempfile::tempdir().unwrap();
    let store = disk(folder.path(), FetchPolicy::default());
    assert!(store.open(STRANGE_KEY).await.is_err());
    let stored = folder.path().join(STRANGE_KEY);
    fs::create_dir_all(stored.parent().unwrap()).unwrap();
    fs::write(&stored, b"12345").unwrap();
    assert_eq!(store.open(STRANGE_KEY).await.unwrap().1, 5);
}

#[tokio::test]
async fn folders_that_cannot_be_written_fail_and_are_not_refusals() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("file");
    fs::write(&root, "no folder").unwrap();
    let store = disk(&root, FetchPolicy::default());
    let failed = store.store("a", pieces(&png(1, 1, 0), 9), limits()).await;
    assert!(matches!(failed, Err(MediaError::Failed(_))), "{failed:?}");
}
