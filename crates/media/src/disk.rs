//! Files in a folder.

use std::fs;
use std::io::SeekFrom;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, UNIX_EPOCH};

use async_trait::async_trait;
use futures::{StreamExt, TryStreamExt};
use postern_domain::media::StoredFile;
use postern_domain::ports::{ByteStream, Clock, MediaError, MediaReader, MediaStore, StorePolicy};
use postern_domain::time::Timestamp;
use tokio::fs::File;
use tokio::io::AsyncSeekExt;
use tokio_util::io::ReaderStream;

use crate::failed;
use crate::fetch::{FetchPolicy, Fetcher};
use crate::intake::{Gate, Taken, blocking};
use crate::key::{Addresses, Key};
use crate::refusal::Origin;

/// The folder below the root where files wait until they are whole.
const SPOOL: &str = ".incoming";

/// Files of the spool that are older were left by a process that ended too early.
const LEFT_BEHIND: Duration = Duration::from_hours(24);

/// Bytes of one piece that is read.
const PIECE_BYTES: usize = 256 * 1024;

/// Keeps files below a folder, under the paths that their keys are.
pub struct DiskStore {
    root: PathBuf,
    addresses: Addresses,
    fetcher: Fetcher,
    clock: Arc<dyn Clock>,
}

impl DiskStore {
    /// A store in the folder `root`, which is made with the first file. Files are addressed as
    /// `<public_url>/uploads/<key>`.
    pub fn new(
        root: impl Into<PathBuf>,
        public_url: &str,
        policy: FetchPolicy,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, MediaError> {
        Ok(Self {
            root: root.into(),
            addresses: Addresses::of_instance(public_url),
            fetcher: Fetcher::new(policy)?,
            clock,
        })
    }

    /// Opens a stored file, with its size in bytes.
    pub async fn open(&self, key: &str) -> Result<(File, u64), MediaError> {
        let path = self.path(&Key::require(key)?);
        let file = File::open(&path).await.map_err(|error| read_error(&error))?;
        let metadata = file.metadata().await.map_err(|error| read_error(&error))?;
        Ok((file, metadata.len()))
    }

    /// Removes what processes that ended too early left in the spool; for the start of a service. Files that
    /// somebody else is still taking in are younger than a day and stay.
    pub async fn clear_leftovers(&self) -> Result<(), MediaError> {
        let spool = self.root.join(SPOOL);
        let before = self.clock.now().minus(LEFT_BEHIND);
        blocking("clear the spool", move || clear(&spool, before)).await
    }

    fn path(&self, key: &Key) -> PathBuf {
        self.root.join(key.as_str())
    }

    async fn take_in(
        &self,
        content: ByteStream,
        policy: StorePolicy,
        origin: &Origin,
    ) -> Result<StoredFile, MediaError> {
        let spool = self.root.join(SPOOL);
        let gate = Gate {
            folder: &spool,
            policy,
            origin,
            now: self.clock.now(),
        };
        let Taken { path, file } = gate.take(content).await?;
        let target = self.path(&Key::require(&file.key)?);
        blocking("store a file", move || {
            let folder = target.parent().unwrap_or(&target);
            fs::create_dir_all(folder)?;
            path.persist(&target)?;
            // The name is safe only when its folder is written as well.
            fs::File::open(folder)?.sync_all()
        })
        .await?;
        Ok(file)
    }
}

#[async_trait]
impl MediaReader for DiskStore {
    async fn read(&self, key: &str, from: u64) -> Result<ByteStream, MediaError> {
        let (mut file, _) = self.open(key).await?;
        file.seek(SeekFrom::Start(from))
            .await
            .map_err(|error| read_error(&error))?;
        let pieces = ReaderStream::with_capacity(file, PIECE_BYTES).map_ok(Vec::from);
        Ok(pieces.boxed())
    }

    async fn size(&self, key: &str) -> Result<u64, MediaError> {
        Ok(self.open(key).await?.1)
    }
}

#[async_trait]
impl MediaStore for DiskStore {
    async fn store(
        &self,
        _name: &str,
        content: ByteStream,
        policy: StorePolicy,
    ) -> Result<StoredFile, MediaError> {
        self.take_in(content, policy, &Origin::Upload).await
    }

    async fn fetch(
        &self,
        url: &str,
        https_only: bool,
        policy: StorePolicy,
    ) -> Result<StoredFile, MediaError> {
        let (content, host) = self.fetcher.fetch(url, https_only, policy).await?;
        self.take_in(content, policy, &Origin::Host(host)).await
    }

    async fn remove(&self, key: &str) -> Result<(), MediaError> {
        let Some(key) = Key::parse(key) else {
            return Ok(());
        };
        match tokio::fs::remove_file(self.path(&key)).await {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                Err(failed("remove a file", error.kind()))
            }
            _ => Ok(()),
        }
    }

    fn public_url(&self, key: &str) -> String {
        self.addresses.public_url(key)
    }

    fn key_of(&self, url: &str) -> Option<String> {
        self.addresses.key_of(url)
    }
}

fn read_error(error: &std::io::Error) -> MediaError {
    if error.kind() == std::io::ErrorKind::NotFound {
        MediaError::NotFound
    } else {
        failed("read a file", error.kind())
    }
}

/// Removes files last written before an instant.
fn clear(spool: &Path, before: Timestamp) -> std::io::Result<()> {
    let entries = match fs::read_dir(spool) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(error),
    };
    for entry in entries {
        let entry = entry?;
        let written = entry.metadata()?.modified()?.duration_since(UNIX_EPOCH);
        let written = Timestamp::default().plus(written.unwrap_or_default());
        if written < before {
            fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}
