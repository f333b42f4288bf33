//! Files as streams: in from a request, out into an answer.

use std::io;
use std::time::Duration;

use axum::body::{Body, Bytes};
use futures::future::{Either, select};
use futures::stream::unfold;
use futures::{Stream, StreamExt, TryStreamExt};
use postern_domain::ports::ByteStream;
use tokio_util::sync::CancellationToken;

/// How long an upload may go on after the stop; less than the grace of the server, so that there is an answer.
const GRACE: Duration = Duration::from_secs(8);

/// The content of an upload, in pieces. Breaks off with an error soon after `stop`, so that nothing half-done
/// passes for whole.
pub(crate) fn incoming<E>(
    pieces: impl Stream<Item = Result<Bytes, E>> + Send + 'static,
    stop: CancellationToken,
) -> ByteStream
where
    E: std::fmt::Display + 'static,
{
    let pieces = pieces.map(|piece| {
        piece
            .map(Vec::from)
            .map_err(|error| io::Error::other(error.to_string()))
    });
    let late = async move {
        stop.cancelled().await;
        tokio::time::sleep(GRACE).await;
    };
    broken_off_by(pieces.boxed(), late)
}

/// The pieces until `late` comes, which ends them with an error.
fn broken_off_by(pieces: ByteStream, late: impl Future<Output = ()> + Send + 'static) -> ByteStream {
    let content = unfold(Some((pieces, Box::pin(late))), |state| async move {
        let (mut pieces, mut late) = state?;
        match select(pieces.next(), &mut late).await {
            Either::Left((piece, _)) => piece.map(|piece| (piece, Some((pieces, late)))),
            Either::Right(_) => Some((Err(io::Error::other("the service stops")), None)),
        }
    });
    // Whoever reads may ask once more after the end.
    content.fuse().boxed()
}

/// At most `length` bytes of a stored file, as a body.
pub(crate) fn outgoing(content: ByteStream, length: u64) -> Body {
    let cut = unfold(Some((content, length)), |state| async move {
        let (mut content, left) = state.filter(|(_, left)| *left > 0)?;
        let mut piece = match content.try_next().await {
            Ok(piece) => piece?,
            Err(error) => return Some((Err(error), None)),
        };
        piece.truncate(usize::try_from(left).unwrap_or(usize::MAX));
        let left = left - u64::try_from(piece.len()).unwrap_or(left);
        Some((Ok(Bytes::from(piece)), Some((content, left))))
    });
    Body::from_stream(cut)
}

#[cfg(test)]
mod tests {
    use futures::stream;

    use super::*;

    async fn read(parts: &[&str], length: u64) -> String {
        let pieces: Vec<io::Result<Vec<u8>>> =
            parts.iter().map(|part| Ok(part.as_bytes().to_vec())).collect();
        let body = outgoing(stream::iter(pieces).boxed(), length);
        let bytes = axum::body::to_bytes(body, 100).await.unwrap();
        String::from_utf8(bytes.to_vec()).unwrap()
    }

    #[tokio::test]
    async fn no_more_goes_out_than_was_asked_for() {
        for (parts, length, want) in [
            (["abc", "def"], 6, "abcdef"),
            (["abc", "def"], 4, "abcd"),
            (["abc", "def"], 3, "abc"),
            (["abc", "def"], 0, ""),
            (["abc", ""], 9, "abc"),
        ] {
            assert_eq!(read(&parts, length).await, want);
        }
    }

    #[tokio::test]
    async fn an_upload_at_the_stop_breaks_off_with_an_error() {
        let stop = CancellationToken::new();
        let first = stream::iter([Ok::<_, io::Error>(b"a".to_vec())]);
        let late = stop.clone().cancelled_owned();
        let mut content = broken_off_by(first.chain(stream::pending()).boxed(), late);
        assert_eq!(content.next().await.unwrap().unwrap(), b"a");
        stop.cancel();
        assert!(content.next().await.unwrap().is_err());
        assert!(content.next().await.is_none());
    }
}
