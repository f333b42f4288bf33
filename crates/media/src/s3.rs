//! Files in a bucket that speaks the protocol of S3.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use futures::{StreamExt, TryStreamExt};
use object_store::aws::AmazonS3Builder;
use object_store::path::Path;
use object_store::{
    Attribute, Attributes, ClientOptions, GetOptions, GetRange, ObjectStore, ObjectStoreExt,
    PutMultipartOptions, PutOptions,
};
use postern_domain::media::StoredFile;
use postern_domain::ports::{ByteStream, Clock, MediaError, MediaReader, MediaStore, StorePolicy};
use postern_domain::secret::Secret;
use tokio::fs::File;
use tokio::io::AsyncReadExt;

use crate::failed;
use crate::fetch::{FetchPolicy, Fetcher};
use crate::intake::{Gate, Taken};
use crate::key::{Addresses, Key};
use crate::refusal::Origin;

/// Bytes of one part; some servers insist on parts of one size.
const PART_BYTES: usize = 8 * 1024 * 1024;

/// Bytes of one piece that is read, at most.
const PIECE_BYTES: usize = 1024 * 1024;

/// How long a connection may be in the making, and how long it may be silent.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
const SILENCE: Duration = Duration::from_secs(30);

/// Where a bucket is and how it is opened.
#[derive(Debug, Clone)]
pub struct S3Settings {
    /// The server, for example `https://s3.eu-central-1.amazonaws.com`; none for Amazon's own.
    pub endpoint: Option<String>,
    /// The region, for example `eu-central-1`; `auto` where there are none.
    pub region: String,
    /// The bucket.
    pub bucket: String,
    /// The id of the key.
    pub access_key_id: String,
    /// The key.
    pub secret_access_key: Secret,
    /// Whether the bucket's name stands in the path and not in the host.
    pub path_style: bool,
    /// The public address of the bucket; without it this instance serves the files itself.
    pub public_url: Option<String>,
}

/// Keeps files in a bucket. Each waits in a spool on the disk until it is whole.
pub struct S3Store {
    bucket: Arc<dyn ObjectStore>,
    spool: PathBuf,
    addresses: Addresses,
    fetcher: Fetcher,
    clock: Arc<dyn Clock>,
}

/// What a store needs besides its bucket.
pub struct Surroundings {
    /// The folder where files wait until they are whole.
    pub spool: PathBuf,
    /// The public address of this instance.
    pub public_url: String,
    /// Where files may be fetched from.
    pub policy: FetchPolicy,
    /// The clock.
    pub clock: Arc<dyn Clock>,
}

impl S3Store {
    /// A store in a bucket; nothing is asked of the server yet.
    pub fn new(settings: &S3Settings, surroundings: Surroundings) -> Result<Self, MediaError> {
        let client = ClientOptions::new()
            .with_connect_timeout(CONNECT_TIMEOUT)
            .with_read_timeout(SILENCE)
            // A limit on whole requests would cut large files short.
            .with_timeout_disabled();
        let mut builder = AmazonS3Builder::new()
            .with_client_options(client)
            // One file at a time is removed, and not every server knows the request for many.
            .with_disable_bulk_delete(true)
            .with_region(&settings.region)
            .with_bucket_name(&settings.bucket)
            .with_access_key_id(&settings.access_key_id)
            .with_secret_access_key(settings.secret_access_key.reveal())
            .with_virtual_hosted_style_request(!settings.path_style);
        if let Some(endpoint) = &settings.endpoint {
            builder = builder
                .with_endpoint(endpoint)
                .with_allow_http(endpoint.starts_with("http://"));
        }
        let bucket = builder
            .build()
            .map_err(|error| failed("open the bucket", error))?;
        let mut store = Self::over(Arc::new(bucket), surroundings)?;
        if let Some(public_url) = &settings.public_url {
            store.addresses = store.addresses.preferring(public_url);
        }
        Ok(store)
    }

    /// A store over any object store, such as one in memory.
    pub fn over(bucket: Arc<dyn ObjectStore>, surroundings: Surroundings) -> Result<Self, MediaError> {
        Ok(Self {
            bucket,
            addresses: Addresses::of_instance(&surroundings.public_url),
            spool: surroundings.spool,
            fetcher: Fetcher::new(surroundings.policy)?,
            clock: surroundings.clock,
        })
    }

    /// The content from byte `from`, at most `count` bytes, and the size of the whole file.
    pub async fn read_range(
        &self,
        key: &str,
        from: u64,
        count: Option<u64>,
    ) -> Result<(ByteStream, u64), MediaError> {
        let path = path(&Key::require(key)?);
        let size = self.head(&path).await?;
        let to = count.map_or(size, |count| from.saturating_add(count).min(size));
        // Servers refuse empty ranges.
        if from >= to {
            return Ok((futures::stream::empty().boxed(), size));
        }
        let options = GetOptions {
            range: Some(GetRange::Bounded(from..to)),
            ..GetOptions::default()
        };
        let found = self
            .bucket
            .get_opts(&path, options)
            .await
            .map_err(|error| bucket_error(&error))?;
        let pieces = found
            .into_stream()
            .map_err(std::io::Error::other)
            .map_ok(|piece| futures::stream::iter(split(&piece)))
            .try_flatten();
        Ok((pieces.boxed(), size))
    }

    /// The size of an object.
    async fn head(&self, path: &Path) -> Result<u64, MediaError> {
        let head = self.bucket.head(path).await;
        head.map(|meta| meta.size).map_err(|error| bucket_error(&error))
    }

    async fn take_in(
        &self,
        content: ByteStream,
        policy: StorePolicy,
        origin: &Origin,
    ) -> Result<StoredFile, MediaError> {
        let gate = Gate {
            folder: &self.spool,
            policy,
            origin,
            now: self.clock.now(),
        };
        let taken = gate.take(content).await?;
        self.put(&taken).await?;
        Ok(taken.file)
    }

    /// Copies a file of the spool into the bucket, in one piece or in parts.
    async fn put(&self, taken: &Taken) -> Result<(), MediaError> {
        let path = path(&Key::require(&taken.file.key)?);
        let attributes = Attributes::from_iter([(Attribute::ContentType, taken.file.mime.clone())]);
        let mut file = File::open(&taken.path)
            .await
            .map_err(|error| failed("read the spool", error.kind()))?;
        let first = part(&mut file).await?;
        if first.len() < PART_BYTES {
            let options = PutOptions {
                attributes,
                ..PutOptions::default()
            };
            return self
                .bucket
                .put_opts(&path, first.into(), options)
                .await
                .map(|_| ())
                .map_err(|error| bucket_error(&error));
        }
        let options = PutMultipartOptions {
            attributes,
            ..PutMultipartOptions::default()
        };
        self.put_parts(&path, options, first, file).await
    }

    async fn put_parts(
        &self,
        path: &Path,
        options: PutMultipartOptions,
        first: Vec<u8>,
        mut file: File,
    ) -> Result<(), MediaError> {
        let mut upload = self
            .bucket
            .put_multipart_opts(path, options)
            .await
            .map_err(|error| bucket_error(&error))?;
        let mut next = first;
        let copied = loop {
            if next.is_empty() {
                break upload
                    .complete()
                    .await
                    .map(|_| ())
                    .map_err(|error| bucket_error(&error));
            }
            if let Err(error) = upload.put_part(next.into()).await {
                break Err(bucket_error(&error));
            }
            match part(&mut file).await {
                Ok(part) => next = part,
                Err(error) => break Err(error),
            }
        };
        if copied.is_err() && upload.abort().await.is_err() {
            tracing::warn!("parts of a failed upload stay in the bucket until it expires them");
        }
        copied
    }
}

#[async_trait]
impl MediaReader for S3Store {
    async fn read(&self, key: &str, from: u64) -> Result<ByteStream, MediaError> {
        Ok(self.read_range(key, from, None).await?.0)
    }

    async fn size(&self, key: &str) -> Result<u64, MediaError> {
        self.head(&path(&Key::require(key)?)).await
    }
}

#[async_trait]
impl MediaStore for S3Store {
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
        match self.bucket.delete(&path(&key)).await {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(bucket_error(&error)),
        }
    }

    fn public_url(&self, key: &str) -> String {
        self.addresses.public_url(key)
    }

    fn key_of(&self, url: &str) -> Option<String> {
        self.addresses.key_of(url)
    }
}

impl fmt::Debug for S3Store {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("S3Store").finish_non_exhaustive()
    }
}

/// Cuts what came at once into pieces that a reader may be given.
fn split(piece: &[u8]) -> Vec<std::io::Result<Vec<u8>>> {
    piece
        .chunks(PIECE_BYTES)
        .map(|piece| Ok(piece.to_vec()))
        .collect()
}

/// The next part of a file; empty at its end.
async fn part(file: &mut File) -> Result<Vec<u8>, MediaError> {
    let mut part = Vec::new();
    let limit = u64::try_from(PART_BYTES).unwrap_or(u64::MAX);
    file.take(limit)
        .read_to_end(&mut part)
        .await
        .map_err(|error| failed("read the spool", error.kind()))?;
    Ok(part)
}

fn path(key: &Key) -> Path {
    Path::from(key.as_str())
}

fn bucket_error(error: &object_store::Error) -> MediaError {
    if let object_store::Error::NotFound { .. } = error {
        MediaError::NotFound
    } else {
        failed("ask the bucket", error)
    }
}
