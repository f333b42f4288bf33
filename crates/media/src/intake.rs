//! The gate that every file comes in through.

use std::path::Path;
use std::time::Duration;

use futures::StreamExt;
use postern_domain::media::StoredFile;
use postern_domain::ports::{ByteStream, MediaError, StorePolicy};
use postern_domain::time::Timestamp;
use tempfile::TempPath;
use tokio::task::spawn_blocking;
use tokio::time::timeout;

use crate::key::Key;
use crate::kind::{HEAD_BYTES, Kind};
use crate::refusal::Origin;
use crate::spool::{Spool, Spooled};
use crate::{failed, probe, refusal};

/// Bytes that are gathered before the disk is asked to take them.
const WRITE_BYTES: usize = 256 * 1024;

/// How long a source may be silent.
const SILENCE: Duration = Duration::from_mins(1);

/// A file that passed the gate and lies in the spool until its store takes it.
#[derive(Debug)]
pub(crate) struct Taken {
    pub(crate) path: TempPath,
    pub(crate) file: StoredFile,
}

/// Where and how a file is taken in.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Gate<'a> {
    /// The folder of the spool, in the file system where the file shall stay.
    pub(crate) folder: &'a Path,
    pub(crate) policy: StorePolicy,
    pub(crate) origin: &'a Origin,
    pub(crate) now: Timestamp,
}

impl Gate<'_> {
    /// Takes a file in. Every way out but the good one, being dropped included, leaves nothing on the disk.
    pub(crate) async fn take(self, mut content: ByteStream) -> Result<Taken, MediaError> {
        let mut pending = Vec::new();
        while pending.len() < HEAD_BYTES {
            match self.next(&mut content).await? {
                Some(piece) => pending.extend(piece),
                None => break,
            }
        }
        if pending.is_empty() {
            return Err(refusal::empty(self.origin));
        }
        let head = &pending[..HEAD_BYTES.min(pending.len())];
        let Some(kind) = Kind::of_content(head) else {
            return Err(refusal::unsupported(self.origin, Kind::mime_of_content(head)));
        };
        let spooled = self.spool(kind, pending, content).await?;
        Ok(self.probe(kind, spooled).await)
    }

    async fn spool(
        self,
        kind: Kind,
        mut pending: Vec<u8>,
        mut content: ByteStream,
    ) -> Result<Spooled, MediaError> {
        let cap = kind.cap(self.policy);
        let folder = self.folder.to_owned();
        let mut spool = blocking("begin a file", move || Spool::begin(&folder)).await?;
        let mut total = length(&pending);
        loop {
            if total > cap {
                return Err(refusal::too_large(self.origin, None, cap));
            }
            if pending.len() >= WRITE_BYTES {
                let piece = std::mem::take(&mut pending);
                spool = blocking("write a file", move || spool.write(&piece)).await?;
            }
            let Some(piece) = self.next(&mut content).await? else {
                break;
            };
            total += length(&piece);
            pending.extend(piece);
        }
        blocking("write a file", move || spool.write(&pending)?.finish()).await
    }

    async fn next(self, content: &mut ByteStream) -> Result<Option<Vec<u8>>, MediaError> {
        timeout(SILENCE, content.next())
            .await
            .map_err(|_| self.origin.broken_off("nothing came for a minute"))?
            .transpose()
            .map_err(|error| self.origin.broken_off(error))
    }

    async fn probe(self, kind: Kind, spooled: Spooled) -> Taken {
        let path = spooled.path.to_path_buf();
        // Whatever a broken file does to a parser, it costs no more than what the parser would have told.
        let facts = spawn_blocking(move || probe::probe(kind, &path)).await;
        let facts = facts.unwrap_or_else(|_| probe::Facts::unknown(kind));
        let file = StoredFile {
            key: Key::new(self.now, &spooled.hash, kind).as_str().to_owned(),
            kind: facts.kind,
            mime: kind.mime().to_owned(),
            bytes: spooled.bytes,
            hash: spooled.hash,
            pixels: facts.pixels,
            duration: facts.duration,
        };
        Taken {
            path: spooled.path,
            file,
        }
    }
}

/// Runs what waits for the disk where waiting is allowed.
pub(crate) async fn blocking<T: Send + 'static>(
    what: &'static str,
    work: impl FnOnce() -> std::io::Result<T> + Send + 'static,
) -> Result<T, MediaError> {
    spawn_blocking(work)
        .await
        .map_err(|_| failed(what, "the process is ending"))?
        .map_err(|error| failed(what, error))
}

fn length(piece: &[u8]) -> u64 {
    u64::try_from(piece.len()).unwrap_or(u64::MAX)
}
