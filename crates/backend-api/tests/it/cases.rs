//! Bodies that several tests send.

use postern_domain::channel::Channel;
use serde_json::{Value as Json, json};

/// A post of one text for these channels, at noon.
pub(crate) fn post(channels: &[&Channel], text: &str) -> Json {
    let posts: Vec<Json> = channels.iter().map(|channel| part(channel, text)).collect();
    json!({ "type": "schedule", "date": "2027-01-15T12:00:00", "shortLink": false, "tags": [], "posts": posts })
}

/// One channel's part with one text.
pub(crate) fn part(channel: &Channel, text: &str) -> Json {
    json!({ "integration": { "id": channel.id.to_string() }, "value": [{ "content": text, "image": [] }] })
}

/// A picture of one pixel.
pub(crate) fn png() -> Vec<u8> {
    let mut png = b"\x89PNG\r\n\x1a\n".to_vec();
    png.extend(b"\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x02\0\0\0\x90\x77\x53\xde");
    png.extend(b"\0\0\0\x0cIDATx\x9cc\xf8\xcf\xc0\0\0\x03\x01\x01\0\x18\xdd\x8d\xb0");
    png.extend(b"\0\0\0\0IEND\xaeB`\x82");
    png
}

/// A form with one file, and its content type.
pub(crate) fn form(field: &str, name: &str, content: &[u8]) -> (String, Vec<u8>) {
    let mut body = format!(
        "--edge\r\nContent-Disposition: form-data; name=\"{field}\"; filename=\"{name}\"\r\n\
         Content-Type: application/octet-stream\r\n\r\n"
    )
    .into_bytes();
    body.extend(content);
    body.extend(b"\r\n--edge--\r\n");
    ("multipart/form-data; boundary=edge".to_owned(), body)
}

/// Adds an element to a list in a body.
pub(crate) fn append(list: &mut Json, element: Json) {
    list.as_array_mut().unwrap().push(element);
}
