//! A media store in memory.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use futures::{StreamExt, TryStreamExt, stream};
use postern_domain::media::{MediaKind, StoredFile};
use postern_domain::ports::{ByteStream, MediaError, MediaReader, MediaStore, StorePolicy};
use postern_domain::problem::{Code, Problem};

use crate::vault::weak_hash;

/// Where the files of this store are, as far as anybody outside can tell.
const ADDRESS: &str = "https://postern.test/uploads/";

/// Largest piece of a file that is read.
const PIECE: usize = 1 << 20;

/// Keeps files in memory; takes the type from the ending of the name.
#[derive(Debug, Default)]
pub struct FakeMediaStore {
    files: Mutex<HashMap<String, Vec<u8>>>,
    elsewhere: Mutex<HashMap<String, Vec<u8>>>,
}

impl FakeMediaStore {
    /// Puts a file on the web, to be fetched from this address.
    pub fn publish(&self, url: &str, content: &[u8]) {
        lock(&self.elsewhere).insert(url.to_owned(), content.to_vec());
    }

    /// The content of a stored file.
    pub fn content(&self, key: &str) -> Option<Vec<u8>> {
        lock(&self.files).get(key).cloned()
    }

    fn keep(&self, name: &str, content: Vec<u8>, policy: StorePolicy) -> Result<StoredFile, MediaError> {
        let (kind, mime) = type_of(name).ok_or_else(|| refused(Code::MediaTypeUnsupported, name))?;
        let most = match kind {
            MediaKind::Image => policy.max_image_bytes,
            MediaKind::Gif | MediaKind::Video | MediaKind::Document => policy.max_video_bytes,
        };
        let bytes = content.len() as u64;
        if bytes > most {
            return Err(refused(Code::MediaTooLarge, name));
        }
        let hash = format!("{:064x}", weak_hash(&content));
        let ending = name.rsplit_once('.').map_or("bin", |(_, ending)| ending);
        let key = format!("2026/01/15/{}.{ending}", &hash[48..]);
        lock(&self.files).insert(key.clone(), content);
        Ok(StoredFile {
            key,
            kind,
            mime: mime.to_owned(),
            bytes,
            hash,
            pixels: Some((640, 480)).filter(|_| kind != MediaKind::Document),
            duration: None,
        })
    }
}

fn lock<T>(shared: &Mutex<T>) -> MutexGuard<'_, T> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

fn type_of(name: &str) -> Option<(MediaKind, &'static str)> {
    let (_, ending) = name.rsplit_once('.')?;
    match ending {
        "png" => Some((MediaKind::Image, "image/png")),
        "jpg" | "jpeg" => Some((MediaKind::Image, "image/jpeg")),
        "gif" => Some((MediaKind::Gif, "image/gif")),
        "mp4" => Some((MediaKind::Video, "video/mp4")),
        "pdf" => Some((MediaKind::Document, "application/pdf")),
        _ => None,
    }
}

fn refused(code: Code, name: &str) -> MediaError {
    MediaError::Refused(Problem::new(code, "/file", "the test store refuses it", "send another").given(name))
}

#[async_trait]
impl MediaReader for FakeMediaStore {
    async fn read(&self, key: &str, from: u64) -> Result<ByteStream, MediaError> {
        let content = self.content(key).ok_or(MediaError::NotFound)?;
        let from = usize::try_from(from).unwrap_or(usize::MAX).min(content.len());
        let pieces: Vec<_> = content[from..]
            .chunks(PIECE)
            .map(|piece| Ok(piece.to_vec()))
            .collect();
        Ok(stream::iter(pieces).boxed())
    }
}

#[async_trait]
impl MediaStore for FakeMediaStore {
    async fn store(
        &self,
        name: &str,
        content: ByteStream,
        policy: StorePolicy,
    ) -> Result<StoredFile, MediaError> {
        let pieces: Vec<Vec<u8>> = content
            .try_collect()
            .await
            .map_err(|error| MediaError::Failed(error.to_string()))?;
        self.keep(name, pieces.concat(), policy)
    }

    async fn fetch(
        &self,
        url: &str,
        https_only: bool,
        policy: StorePolicy,
    ) -> Result<StoredFile, MediaError> {
        if https_only && !url.starts_with("https://") {
            return Err(refused(Code::UrlRefused, url));
        }
        let content = lock(&self.elsewhere).get(url).cloned();
        let content = content.ok_or_else(|| refused(Code::UrlRefused, url))?;
        self.keep(url, content, policy)
    }

    async fn remove(&self, key: &str) -> Result<(), MediaError> {
        lock(&self.files).remove(key);
        Ok(())
    }

    fn public_url(&self, key: &str) -> String {
        format!("{ADDRESS}{key}")
    }

    fn key_of(&self, url: &str) -> Option<String> {
        url.strip_prefix(ADDRESS).map(str::to_owned)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const POLICY: StorePolicy = StorePolicy {
        max_image_bytes: 10,
        max_video_bytes: 20,
    };

    #[tokio::test]
    async fn files_are_read_back_from_any_byte() {
        let store = FakeMediaStore::default();
        let content: ByteStream = stream::iter([Ok(b"har".to_vec()), Ok(b"bour".to_vec())]).boxed();
        let file = store.store("a.png", content, POLICY).await.unwrap();
        let rest: Vec<Vec<u8>> = store
            .read(&file.key, 3)
            .await
            .unwrap()
            .try_collect()
            .await
            .unwrap();
        assert_eq!(rest.concat(), b"bour");
        assert_eq!(store.key_of(&store.public_url(&file.key)), Some(file.key.clone()));
        store.remove(&file.key).await.unwrap();
        assert!(store.read(&file.key, 0).await.is_err());
    }

    #[tokio::test]
    async fn foreign_types_large_files_and_unknown_addresses_are_refused() {
        let store = FakeMediaStore::default();
        store.publish("https://web.test/b.png", &[0; 11]);
        for url in [
            "https://web.test/b.png",
            "https://web.test/c.png",
            "http://web.test/b.png",
        ] {
            assert!(store.fetch(url, true, POLICY).await.is_err(), "{url}");
        }
        let text: ByteStream = stream::iter([Ok(b"text".to_vec())]).boxed();
        assert!(store.store("a.txt", text, POLICY).await.is_err());
    }
}
