//! The record of a post, and keys of records.

use std::collections::BTreeMap;

use postern_domain::media::MediaKind;
use postern_domain::ports::ClaimedMedia;
use postern_domain::time::Timestamp;
use serde_json::{Map, Value, json};

use super::facets;
use super::wire::StrongRef;

/// The collection of posts.
pub(super) const COLLECTION: &str = "app.bsky.feed.post";

/// What a post is made of.
pub(super) struct Parts<'a> {
    pub(super) text: &'a str,
    pub(super) created_at: &'a str,
    pub(super) known_handles: &'a BTreeMap<String, String>,
    pub(super) media: &'a [ClaimedMedia],
    pub(super) blobs: &'a [Value],
    pub(super) reply: Option<(StrongRef, StrongRef)>,
}

/// The record as the server stores it.
pub(super) fn build(parts: &Parts<'_>) -> Value {
    let mut record = Map::new();
    record.insert("$type".to_owned(), COLLECTION.into());
    record.insert("text".to_owned(), parts.text.into());
    record.insert("createdAt".to_owned(), parts.created_at.into());
    let facets = facets::facets(parts.text, parts.known_handles);
    if !facets.is_empty() {
        record.insert("facets".to_owned(), facets.into());
    }
    if let Some((root, parent)) = &parts.reply {
        record.insert("reply".to_owned(), json!({ "root": root, "parent": parent }));
    }
    if let Some(embed) = embed(parts.media, parts.blobs) {
        record.insert("embed".to_owned(), embed);
    }
    Value::Object(record)
}

fn embed(media: &[ClaimedMedia], blobs: &[Value]) -> Option<Value> {
    let first = media.first()?;
    if first.media.kind == MediaKind::Video {
        let mut embed = json!({ "$type": "app.bsky.embed.video", "video": blobs.first()? });
        decorate(&mut embed, first);
        if let Some(alt) = first.alt.as_deref().filter(|alt| !alt.is_empty()) {
            embed["alt"] = alt.into();
        }
        return Some(embed);
    }
    let images: Vec<Value> = media
        .iter()
        .zip(blobs)
        .map(|(file, blob)| {
            let mut image = json!({ "alt": file.alt.as_deref().unwrap_or_default(), "image": blob });
            decorate(&mut image, file);
            image
        })
        .collect();
    Some(json!({ "$type": "app.bsky.embed.images", "images": images }))
}

/// The shape, so that readers see the right frame before the file is loaded.
fn decorate(part: &mut Value, file: &ClaimedMedia) {
    if let Some((width, height)) = file
        .media
        .pixels
        .filter(|(width, height)| *width > 0 && *height > 0)
    {
        part["aspectRatio"] = json!({ "width": width, "height": height });
    }
}

/// A key for a record: microseconds in the upper 53 bits, `distinction` in the lower ten.
///
/// Source: AT Protocol, section "Timestamp identifiers", checked 2026-08.
pub(super) fn key(at: Timestamp, distinction: u64) -> String {
    const LETTERS: &[u8; 32] = b"234567abcdefghijklmnopqrstuvwxyz";
    let bits =
        (u64::try_from(at.as_micros()).unwrap_or_default() << 10 | (distinction & 0x3ff)) & (u64::MAX >> 1);
    (0..13)
        .rev()
        .map(|place| char::from(LETTERS[(bits >> (place * 5) & 31) as usize]))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_have_thirteen_letters_and_grow_with_time() {
        let first = key(Timestamp::from_micros(1_800_000_000_000_000), 5);
        let later = key(Timestamp::from_micros(1_800_000_000_000_001), 4);
        assert_eq!((first.len(), later.len()), (13, 13));
        assert!(first < later, "{first} {later}");
        assert_eq!(key(Timestamp::from_micros(0), 0), "2222222222222");
        assert_eq!(key(Timestamp::from_micros(0), 1023), "22222222222zz");
    }
}
