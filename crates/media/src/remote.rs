//! Files that another process stores.

use std::fmt;
use std::time::Duration;

use async_trait::async_trait;
use futures::{StreamExt, TryStreamExt, future};
use postern_domain::ports::{ByteStream, MediaError, MediaReader};
use postern_domain::secret::Secret;
use reqwest::header::RANGE;
use reqwest::redirect::Policy;
use reqwest::{Client, StatusCode};

use crate::failed;
use crate::key::Key;

/// How long a connection may be in the making, and how long it may be silent.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
const SILENCE: Duration = Duration::from_secs(30);

/// Reads files from the backend, at `<base>/internal/media/<key>`.
pub struct RemoteReader {
    client: Client,
    base: String,
    token: Secret,
}

impl RemoteReader {
    /// A reader; nothing is asked of the backend yet. `token` is the one that services know each other by.
    pub fn new(base: &str, token: Secret) -> Result<Self, MediaError> {
        let client = Client::builder()
            .connect_timeout(CONNECT_TIMEOUT)
            .read_timeout(SILENCE)
            .redirect(Policy::none())
            .no_proxy()
            .build()
            .map_err(|error| failed("set up a client", error))?;
        Ok(Self {
            client,
            base: base.trim_end_matches('/').to_owned(),
            token,
        })
    }
}

#[async_trait]
impl MediaReader for RemoteReader {
    async fn read(&self, key: &str, from: u64) -> Result<ByteStream, MediaError> {
        let key = Key::require(key)?;
        let mut request = self
            .client
            .get(format!("{}/internal/media/{}", self.base, key.as_str()))
            .bearer_auth(self.token.reveal());
        if from > 0 {
            request = request.header(RANGE, format!("bytes={from}-"));
        }
        let response = request
            .send()
            .await
            .map_err(|error| failed("ask the backend for a file", error.without_url()))?;
        let skip = match response.status() {
            StatusCode::PARTIAL_CONTENT => 0,
            StatusCode::OK => from,
            StatusCode::NOT_FOUND => return Err(MediaError::NotFound),
            // The file ends where reading was to begin.
            StatusCode::RANGE_NOT_SATISFIABLE => return Ok(futures::stream::empty().boxed()),
            status => return Err(failed("ask the backend for a file", status)),
        };
        let pieces = response
            .bytes_stream()
            .map_ok(Vec::from)
            .map_err(|error| std::io::Error::other(error.without_url()));
        Ok(without_first(pieces.boxed(), skip))
    }
}

impl fmt::Debug for RemoteReader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RemoteReader")
            .field("base", &self.base)
            .finish_non_exhaustive()
    }
}

/// Leaves out the first bytes, for servers that send the whole file whatever part was asked for.
fn without_first(pieces: ByteStream, mut skip: u64) -> ByteStream {
    if skip == 0 {
        return pieces;
    }
    let kept = pieces.try_filter_map(move |mut piece| {
        let leave_out = usize::try_from(skip).unwrap_or(usize::MAX).min(piece.len());
        skip -= u64::try_from(leave_out).unwrap_or(skip);
        piece.drain(..leave_out);
        future::ready(Ok((!piece.is_empty()).then_some(piece)))
    });
    kept.boxed()
}
