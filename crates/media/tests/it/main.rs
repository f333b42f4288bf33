//! What the media port promises, held by a folder and by a bucket.

#![expect(
    clippy::expect_used,
    clippy::unwrap_used,
    reason = "a test that cannot go on has failed"
)]

mod bucket;
mod fetching;
mod leftovers;
mod remote;
mod server;
mod stores;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use futures::{StreamExt, TryStreamExt};
use object_store::memory::InMemory;
use postern_domain::ports::{ByteStream, Clock, MediaError, MediaReader, MediaStore, StorePolicy};
use postern_domain::problem::Problem;
use postern_domain::time::Timestamp;
use postern_media::{DiskStore, FetchPolicy, S3Store, Surroundings};
use tempfile::TempDir;

/// The public address of the tested instance.
const PUBLIC_URL: &str = "https://postern.example";

/// A key of the right form that nobody stored.
const STRANGE_KEY: &str = "2026/11/20/0123456789abcdef0123456789abcdef.png";

/// A clock that stands still on 2026-11-20.
struct StandingClock;

impl Clock for StandingClock {
    fn now(&self) -> Timestamp {
        Timestamp::parse("2026-11-20T23:59:59Z").expect("an instant")
    }
}

/// A store under test and the folder that all its files on the disk are in.
struct Case {
    store: Box<dyn MediaStore>,
    folder: TempDir,
    /// Whether stored files lie in the folder.
    is_disk: bool,
}

fn init_tls() {
    // Another test of the same process may have been first.
    let _ = rustls::crypto::ring::default_provider().install_default();
}

fn disk(root: &Path, policy: FetchPolicy) -> DiskStore {
    init_tls();
    DiskStore::new(root, PUBLIC_URL, policy, Arc::new(StandingClock)).expect("a store")
}

fn surroundings(spool: PathBuf, policy: FetchPolicy) -> Surroundings {
    init_tls();
    Surroundings {
        spool,
        public_url: PUBLIC_URL.to_owned(),
        policy,
        clock: Arc::new(StandingClock),
    }
}

/// Each kind of store, fresh.
fn cases(policy: &FetchPolicy) -> Vec<Case> {
    let folder = || tempfile::tempdir().expect("a folder");
    let (on_disk, spool) = (folder(), folder());
    let bucket = surroundings(spool.path().to_owned(), policy.clone());
    vec![
        Case {
            store: Box::new(disk(on_disk.path(), policy.clone())),
            folder: on_disk,
            is_disk: true,
        },
        Case {
            store: Box::new(S3Store::over(Arc::new(InMemory::new()), bucket).expect("a store")),
            folder: spool,
            is_disk: false,
        },
    ]
}

impl Case {
    /// Files on the disk, spool included.
    fn files(&self) -> Vec<PathBuf> {
        let mut found = Vec::new();
        let mut folders = vec![self.folder.path().to_owned()];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).expect("a folder") {
                let path = entry.expect("an entry").path();
                if path.is_dir() {
                    folders.push(path);
                } else {
                    found.push(path);
                }
            }
        }
        found
    }

    /// Insists that the disk holds this many stored files and nothing half-done.
    #[track_caller]
    fn check_files(&self, stored: usize) {
        let files = self.files();
        let want = if self.is_disk { stored } else { 0 };
        assert_eq!(files.len(), want, "{files:?}");
    }
}

/// Limits that tests can reach.
fn limits() -> StorePolicy {
    StorePolicy {
        max_image_bytes: 1_000,
        max_video_bytes: 20_000_000,
    }
}

/// A content in pieces of this many bytes.
fn pieces(content: &[u8], size: usize) -> ByteStream {
    let pieces: Vec<_> = content.chunks(size).map(|piece| Ok(piece.to_vec())).collect();
    futures::stream::iter(pieces).boxed()
}

async fn read(store: &dyn MediaReader, key: &str, from: u64) -> Result<Vec<u8>, MediaError> {
    let pieces: Vec<Vec<u8>> = store
        .read(key, from)
        .await?
        .inspect_ok(|piece| assert!(piece.len() <= 1024 * 1024))
        .try_collect()
        .await
        .map_err(|error| MediaError::Failed(error.to_string()))?;
    Ok(pieces.concat())
}

/// A PNG of this size; `filling` bytes follow its head.
fn png(width: u32, height: u32, filling: usize) -> Vec<u8> {
    let mut bytes = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR".to_vec();
    bytes.extend(width.to_be_bytes());
    bytes.extend(height.to_be_bytes());
    bytes.extend([8, 6, 0, 0, 0, 0, 0, 0, 0]);
    bytes.resize(bytes.len() + filling, 7);
    bytes
}

/// The beginning of an MP4; `filling` bytes follow it.
fn mp4(filling: usize) -> Vec<u8> {
    let mut bytes = b"\0\0\0\x18ftypisom\0\0\x02\0isommp41".to_vec();
    bytes.resize(bytes.len() + filling, 7);
    bytes
}

#[track_caller]
fn refused<T: std::fmt::Debug>(result: Result<T, MediaError>) -> Problem {
    match result {
        Err(MediaError::Refused(problem)) => problem,
        other => panic!("not refused: {other:?}"),
    }
}
