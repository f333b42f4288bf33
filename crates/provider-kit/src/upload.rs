//! Files on their way to a platform.

use std::io;

use futures::StreamExt;
use postern_domain::failure::ErrorClass;
use postern_domain::ports::{ByteStream, ClaimedMedia, MediaError, MediaReader};

use crate::error::ProviderError;

/// The whole content of a file.
///
/// Errors: `Transient` when the store fails, `Rejected` when the file is gone.
pub async fn open(reader: &dyn MediaReader, file: &ClaimedMedia) -> Result<ByteStream, ProviderError> {
    part(reader, file, 0, file.media.bytes).await
}

/// `length` bytes of a file from byte `from` on; the stream fails when the file is shorter.
pub async fn part(
    reader: &dyn MediaReader,
    file: &ClaimedMedia,
    from: u64,
    length: u64,
) -> Result<ByteStream, ProviderError> {
    let whole = reader
        .read(&file.media.key, from)
        .await
        .map_err(|error| match error {
            MediaError::NotFound | MediaError::Refused(_) => ProviderError::rejected(
                "media_gone",
                "a file of the post is not in the library any more",
                "attach the file again",
            ),
            MediaError::Failed(why) => ProviderError::new(
                ErrorClass::Transient,
                "media_unreadable",
                format!("a file could not be read: {why}"),
                "nothing; it is tried again. If it stays, upload the file once more",
            ),
        })?;
    Ok(exactly(whole, length))
}

/// Cuts a stream after `length` bytes; a shorter one ends with an error.
fn exactly(source: ByteStream, length: u64) -> ByteStream {
    let cut = futures::stream::unfold((source, length), |(mut source, left)| async move {
        if left == 0 {
            return None;
        }
        match source.next().await {
            Some(Ok(mut chunk)) => {
                chunk.truncate(usize::try_from(left).unwrap_or(usize::MAX));
                let left = left - chunk.len() as u64;
                Some((Ok(chunk), (source, left)))
            }
            Some(Err(error)) => Some((Err(error), (source, 0))),
            None => Some((Err(io::ErrorKind::UnexpectedEof.into()), (source, 0))),
        }
    });
    Box::pin(cut)
}

/// A name for a file that platforms ask one for: never the author's own.
pub fn file_name(file: &ClaimedMedia, index: usize) -> String {
    let extension = match file.media.mime.as_str() {
        "image/jpeg" => "jpg",
        "image/png" => "png",
        "image/gif" => "gif",
        "image/webp" => "webp",
        "video/mp4" => "mp4",
        "video/quicktime" => "mov",
        "video/webm" => "webm",
        "application/pdf" => "pdf",
        _ => "bin",
    };
    format!("media-{}.{extension}", index + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stream(chunks: &[&'static [u8]]) -> ByteStream {
        let chunks: Vec<io::Result<Vec<u8>>> = chunks.iter().map(|chunk| Ok(chunk.to_vec())).collect();
        Box::pin(futures::stream::iter(chunks))
    }

    #[tokio::test]
    async fn parts_have_exactly_their_length() {
        let read = |source: ByteStream, length| async move {
            let chunks: Vec<io::Result<Vec<u8>>> = exactly(source, length).collect().await;
            chunks
                .into_iter()
                .collect::<io::Result<Vec<_>>>()
                .map(|chunks| chunks.concat())
                .ok()
        };
        assert_eq!(
            read(stream(&[b"abc", b"def"]), 4).await.as_deref(),
            Some(&b"abcd"[..])
        );
        assert_eq!(
            read(stream(&[b"abc", b"def"]), 6).await.as_deref(),
            Some(&b"abcdef"[..])
        );
        assert_eq!(read(stream(&[b"abc"]), 4).await, None);
        assert_eq!(read(stream(&[]), 0).await.as_deref(), Some(&b""[..]));
    }
}
