//! What a delivery is acknowledged by: the message's id and its stream.

use postern_domain::ports::StreamName;

/// Writes a token.
pub(crate) fn write(stream: &StreamName, id: impl std::fmt::Display) -> String {
    format!("{id} {}", stream.0)
}

/// Reads a token; nothing for a text that is none.
pub(crate) fn read(token: &str) -> Option<(StreamName, &str)> {
    let (id, stream) = token.split_once(' ')?;
    Some((StreamName(stream.to_owned()), id))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_read_back() {
        let stream = StreamName::publish("two words");
        assert_eq!(read(&write(&stream, 7)), Some((stream, "7")));
        assert_eq!(read("nonsense"), None);
    }
}
