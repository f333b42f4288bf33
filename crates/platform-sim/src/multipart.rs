//! Reads `multipart/form-data` (RFC 7578) from a complete body.

use bytes::Bytes;

/// One part of a form.
#[derive(Debug, Clone)]
pub(crate) struct Part {
    pub name: String,
    pub file_name: Option<String>,
    pub content_type: Option<String>,
    pub bytes: Bytes,
}

impl Part {
    /// The content as text.
    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }
}

/// Splits a body at the boundary named by its content type; `None` when either is malformed.
pub(crate) fn parse(content_type: &str, body: &Bytes) -> Option<Vec<Part>> {
    if !content_type
        .to_ascii_lowercase()
        .starts_with("multipart/form-data")
    {
        return None;
    }
    let boundary = parameter(content_type, "boundary")?;
    let delimiter = format!("--{boundary}");
    let mut position = find(body, delimiter.as_bytes(), 0)? + delimiter.len();
    let mut parts = Vec::new();
    loop {
        let rest = body.get(position..)?;
        if rest.starts_with(b"--") {
            return Some(parts);
        }
        let start = position + usize::from(rest.starts_with(b"\r\n")) * 2;
        let head_end = find(body, b"\r\n\r\n", start)?;
        let next = find(body, format!("\r\n{delimiter}").as_bytes(), head_end + 2)?;
        let content = body.slice((head_end + 4).min(next)..next);
        parts.push(part(
            std::str::from_utf8(body.get(start..head_end)?).ok()?,
            content,
        )?);
        position = next + 2 + delimiter.len();
    }
}

fn part(head: &str, bytes: Bytes) -> Option<Part> {
    let header = |name: &str| {
        head.split("\r\n").find_map(|line| {
            let (key, value) = line.split_once(':')?;
            key.trim()
                .eq_ignore_ascii_case(name)
                .then(|| value.trim().to_owned())
        })
    };
    let disposition = header("content-disposition")?;
    Some(Part {
        name: parameter(&disposition, "name")?,
        file_name: parameter(&disposition, "filename"),
        content_type: header("content-type"),
        bytes,
    })
}

fn parameter(header: &str, name: &str) -> Option<String> {
    header.split(';').skip(1).find_map(|piece| {
        let (key, value) = piece.trim().split_once('=')?;
        key.trim()
            .eq_ignore_ascii_case(name)
            .then(|| value.trim().trim_matches('"').to_owned())
    })
}

fn find(haystack: &[u8], needle: &[u8], from: usize) -> Option<usize> {
    let tail = haystack.get(from..)?;
    let first = *needle.first()?;
    let mut offset = 0;
    while let Some(step) = tail.get(offset..)?.iter().position(|byte| *byte == first) {
        offset += step;
        if tail[offset..].starts_with(needle) {
            return Some(from + offset);
        }
        offset += 1;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_keep_name_file_name_type_and_bytes() {
        let body = Bytes::from_static(
            b"--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.png\"\r\nContent-Type: image/png\r\n\r\n\r\n--y\r\n\r\n--x\r\ncontent-disposition: form-data; name=\"description\"\r\n\r\nhello\r\n--x--\r\n",
        );
        let parts = parse("multipart/form-data; boundary=x", &body).expect("well formed");
        assert_eq!(parts.len(), 2);
        assert_eq!(
            (parts[0].name.as_str(), parts[0].file_name.as_deref()),
            ("file", Some("a.png"))
        );
        assert_eq!(parts[0].content_type.as_deref(), Some("image/png"));
        assert_eq!(&parts[0].bytes[..], b"\r\n--y\r\n");
        assert_eq!(
            (parts[1].name.as_str(), parts[1].text().as_str()),
            ("description", "hello")
        );
    }

    #[test]
    fn broken_bodies_are_not_forms() {
        for body in [
            "",
            "--x",
            "--x\r\n\r\n",
            "--x\r\nContent-Disposition: form-data\r\n\r\n1\r\n--x--",
        ] {
            assert!(
                parse("multipart/form-data; boundary=x", &Bytes::from(body)).is_none(),
                "{body:?}"
            );
        }
        assert!(parse("application/json", &Bytes::new()).is_none());
    }
}
