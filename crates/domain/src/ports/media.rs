//! The media store.

use std::future::poll_fn;
use std::io;
use std::pin::Pin;

use async_trait::async_trait;
use futures_core::Stream;

use crate::media::StoredFile;
use crate::problem::Problem;

/// A file in pieces.
pub type ByteStream = Pin<Box<dyn Stream<Item = io::Result<Vec<u8>>> + Send>>;

/// What may be stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StorePolicy {
    /// Greatest size of pictures, in bytes.
    pub max_image_bytes: u64,
    /// Greatest size of everything else, in bytes.
    pub max_video_bytes: u64,
}

/// Why a file was not stored or read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MediaError {
    /// The file or its source is not acceptable.
    #[error("refused: {}", .0.code)]
    Refused(Problem),
    /// There is no such file.
    #[error("no such file")]
    NotFound,
    /// The store failed; nothing half-done stays.
    #[error("media store failed: {0}")]
    Failed(String),
}

/// Reads stored files; all a worker needs.
#[async_trait]
pub trait MediaReader: Send + Sync {
    /// The content of a stored file from byte `from`, in pieces of at most a megabyte.
    async fn read(&self, key: &str, from: u64) -> Result<ByteStream, MediaError>;

    /// The size of a stored file in bytes; reads all of it where the store knows no quicker way.
    async fn size(&self, key: &str) -> Result<u64, MediaError> {
        let mut content = self.read(key, 0).await?;
        let mut bytes = 0;
        while let Some(piece) = poll_fn(|context| content.as_mut().poll_next(context)).await {
            let piece = piece.map_err(|error| MediaError::Failed(error.to_string()))?;
            bytes += u64::try_from(piece.len()).unwrap_or(u64::MAX);
        }
        Ok(bytes)
    }
}

/// Keeps files.
#[async_trait]
pub trait MediaStore: MediaReader {
    /// Takes a file in, streaming: type by content, size, dimensions, digest. `name` is only a hint.
    async fn store(
        &self,
        name: &str,
        content: ByteStream,
        policy: StorePolicy,
    ) -> Result<StoredFile, MediaError>;

    /// Fetches a public URL into the store, guarded: private addresses refused after look-up, each redirect
    /// checked, size and time capped. `https_only` refuses http.
    async fn fetch(&self, url: &str, https_only: bool, policy: StorePolicy)
    -> Result<StoredFile, MediaError>;

    /// Removes a file; nothing happens when it is gone.
    async fn remove(&self, key: &str) -> Result<(), MediaError>;

    /// The public address of a stored file.
    fn public_url(&self, key: &str) -> String;

    /// The key of a stored file, when the address is one of this store's.
    fn key_of(&self, url: &str) -> Option<String>;
}
