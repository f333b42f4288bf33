//! One HTTP/1.1 request at the head of a buffer.

/// Where the parts of a complete request lie in the buffer it was read from.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Request<'a> {
    pub(crate) method: &'a str,
    pub(crate) path: &'a str,
    /// Value of `Idempotency-Key`; empty without one.
    pub(crate) key: &'a str,
    pub(crate) body: &'a [u8],
    /// Bytes that the request takes up in all.
    pub(crate) length: usize,
}

impl<'a> Request<'a> {
    /// The first request of `bytes`; none when it is not complete yet or is none.
    pub(crate) fn first(bytes: &'a [u8]) -> Option<Self> {
        let head_length = bytes.windows(4).position(|window| window == b"\r\n\r\n")? + 4;
        let head = std::str::from_utf8(&bytes[..head_length]).ok()?;
        let mut lines = head.split("\r\n");
        let mut words = lines.next()?.split(' ');
        let (method, path) = (words.next()?, words.next()?);
        let (mut key, mut body_length) = ("", 0);
        for (name, value) in lines.filter_map(|line| line.split_once(": ")) {
            if name.eq_ignore_ascii_case("content-length") {
                body_length = value.parse().ok()?;
            } else if name.eq_ignore_ascii_case("idempotency-key") {
                key = value;
            }
        }
        let length = head_length + body_length;
        Some(Self {
            method,
            path,
            key,
            body: bytes.get(head_length..length)?,
            length,
        })
    }

    /// The number that the text of the post ends in; the benches number their posts.
    pub(crate) fn number(&self) -> Option<u32> {
        let body = std::str::from_utf8(self.body).ok()?;
        let text = body.split("\"status\":\"").nth(1)?.split('"').next()?;
        text.rsplit(' ').next()?.parse().ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TWO: &[u8] = b"POST /api/v1/statuses HTTP/1.1\r\nHost: a\r\nIdempotency-Key: k1\r\n\
        Content-Length: 20\r\n\r\n{\"status\":\"post 17\"}GET /ledger HTTP/1.1\r\n\r\n";

    #[test]
    fn requests_that_arrive_together_are_told_apart() {
        let first = Request::first(TWO).expect("a whole request");
        assert_eq!(
            (first.method, first.path, first.key),
            ("POST", "/api/v1/statuses", "k1")
        );
        assert_eq!(first.number(), Some(17));
        let second = Request::first(&TWO[first.length..]).expect("another one");
        assert_eq!((second.method, second.path, second.key), ("GET", "/ledger", ""));
        assert_eq!((second.length, second.number()), (24, None));
    }

    #[test]
    fn a_request_is_taken_once_it_is_whole() {
        let whole = Request::first(TWO).map_or(0, |request| request.length);
        for end in 0..whole {
            assert_eq!(Request::first(&TWO[..end]), None, "{end}");
        }
    }
}
