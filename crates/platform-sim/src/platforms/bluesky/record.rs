//! Checks of records against the lexicons, in the words of the reference server.

use serde_json::Value;
use unicode_segmentation::UnicodeSegmentation;

use super::{cid, refusal, repo};
use crate::reply::Reply;
use crate::time;
use crate::world::{Attachment, World};

const MAX_GRAPHEMES: usize = 300;
const MAX_BYTES: usize = 3_000;
const MAX_VIDEO: u64 = 300_000_000;
const MAX_THUMB: u64 = 1_000_000;

/// Checks a record; only posts are looked into.
pub(super) fn check(world: &World, did: &str, collection: &str, record: &Value) -> Result<(), Reply> {
    if record["$type"] != collection {
        return Err(refusal::invalid(&format!(
            "Invalid $type: expected {collection}, got {}",
            record["$type"].as_str().unwrap_or("undefined")
        )));
    }
    if collection != repo::POST {
        return Ok(());
    }
    let checker = Checker { world, did };
    let text = record["text"]
        .as_str()
        .ok_or_else(|| wrong("expected string value type at $.text"))?;
    if text.len() > MAX_BYTES {
        return Err(wrong(&format!(
            "string too big (maximum {MAX_BYTES}, got {}) at $.text",
            text.len()
        )));
    }
    let graphemes = text.graphemes(true).count();
    if graphemes > MAX_GRAPHEMES {
        return Err(wrong(&format!(
            "grapheme too big (maximum {MAX_GRAPHEMES}, got {graphemes}) at $.text"
        )));
    }
    let created = record["createdAt"].as_str().unwrap_or_default();
    if time::parse(created).is_none() || created.ends_with("-00:00") {
        return Err(wrong("invalid datetime at $.createdAt"));
    }
    let langs = list(&record["langs"], "$.langs")?.unwrap_or_default();
    if langs.len() > 3 || !langs.iter().all(|lang| lang.as_str().is_some_and(is_language)) {
        return Err(wrong("array too big (maximum 3) or invalid language at $.langs"));
    }
    for facet in list(&record["facets"], "$.facets")?.unwrap_or_default() {
        check_facet(text, facet)?;
    }
    check_reply(&record["reply"])?;
    checker.embed(&record["embed"])
}

struct Checker<'a> {
    world: &'a World,
    did: &'a str,
}

impl Checker<'_> {
    fn embed(&self, embed: &Value) -> Result<(), Reply> {
        let limit = self.world.bluesky.settings.image_limit;
        match embed["$type"].as_str() {
            None if embed.is_null() => Ok(()),
            Some("app.bsky.embed.images") => self.images(&embed["images"], 4, "$.embed.images", limit),
            Some("app.bsky.embed.gallery") => self.images(&embed["items"], 20, "$.embed.items", limit),
            Some("app.bsky.embed.video") => {
                self.blob(&embed["video"], "video/mp4", MAX_VIDEO, "$.embed.video")?;
                ratio(&embed["aspectRatio"], "$.embed.aspectRatio")?;
                if embed["alt"].is_null() || embed["alt"].is_string() {
                    Ok(())
                } else {
                    Err(wrong("expected string value type at $.embed.alt"))
                }
            }
            Some("app.bsky.embed.external") => {
                let external = &embed["external"];
                for name in ["uri", "title", "description"] {
                    if !external[name].is_string() {
                        return Err(wrong(&format!(
                            "missing required key \"{name}\" at $.embed.external"
                        )));
                    }
                }
                if external["thumb"].is_null() {
                    Ok(())
                } else {
                    self.blob(&external["thumb"], "image/", MAX_THUMB, "$.embed.external.thumb")
                }
            }
            Some("app.bsky.embed.record") => reference(&embed["record"], "$.embed.record"),
            Some("app.bsky.embed.recordWithMedia") => {
                reference(&embed["record"]["record"], "$.embed.record.record")?;
                self.embed(&embed["media"])
            }
            _ => Err(wrong("expected a known embed type at $.embed")),
        }
    }

    fn images(&self, images: &Value, most: usize, place: &str, limit: u64) -> Result<(), Reply> {
        let images =
            list(images, place)?.ok_or_else(|| wrong(&format!("missing required key at {place}")))?;
        if images.len() > most {
            return Err(wrong(&format!(
                "array too big (maximum {most}, got {}) at {place}",
                images.len()
            )));
        }
        for (index, image) in images.iter().enumerate() {
            let place = format!("{place}[{index}]");
            if !image["alt"].is_string() {
                return Err(wrong(&format!("missing required key \"alt\" at {place}")));
            }
            ratio(&image["aspectRatio"], &format!("{place}.aspectRatio"))?;
            if most > 4 && image["aspectRatio"].is_null() {
                return Err(wrong(&format!("missing required key \"aspectRatio\" at {place}")));
            }
            self.blob(&image["image"], "image/", limit, &format!("{place}.image"))?;
        }
        Ok(())
    }

    /// A blob must be a typed reference, fit its limits, and lie in the writer's own repository.
    fn blob(&self, blob: &Value, kind: &str, limit: u64, place: &str) -> Result<(), Reply> {
        let link = blob["ref"]["$link"].as_str().unwrap_or_default();
        let (mime, size) = (
            blob["mimeType"].as_str().unwrap_or_default(),
            blob["size"].as_u64(),
        );
        let (true, Some(size)) = (blob["$type"] == "blob" && cid::is_cid(link), size) else {
            return Err(wrong(&format!("expected blob value type at {place}")));
        };
        if !mime.starts_with(kind) {
            return Err(wrong(&format!(
                "expected \"{kind}*\" (got \"{mime}\") at {place}"
            )));
        }
        if size > limit {
            return Err(wrong(&format!(
                "blob too big (maximum {limit}, got {size}) at {place}"
            )));
        }
        let stored = self.world.bluesky.blobs.get(&format!("{}/{link}", self.did));
        let stored = stored
            .ok_or_else(|| refusal::error(400, "BlobNotFound", &format!("Could not find blob: {link}")))?;
        if stored.mime != mime {
            return Err(refusal::error(
                400,
                "InvalidMimeType",
                &format!(
                    "Referenced Mimetype does not match stored blob. Expected: {}, Got: {mime}",
                    stored.mime
                ),
            ));
        }
        if stored.size != size {
            return Err(refusal::error(
                400,
                "InvalidSize",
                &format!(
                    "Referenced size does not match stored blob. Expected: {}, Got: {size}",
                    stored.size
                ),
            ));
        }
        Ok(())
    }
}

fn check_reply(reply: &Value) -> Result<(), Reply> {
    if reply.is_null() {
        return Ok(());
    }
    for part in ["root", "parent"] {
        reference(&reply[part], &format!("$.reply.{part}"))?;
    }
    Ok(())
}

/// A facet must cut the text at borders of characters and say something known.
fn check_facet(text: &str, facet: &Value) -> Result<(), Reply> {
    let border = |name: &str| {
        facet["index"][name]
            .as_u64()
            .and_then(|at| usize::try_from(at).ok())
    };
    let (Some(start), Some(end)) = (border("byteStart"), border("byteEnd")) else {
        return Err(wrong("expected integer value type at $.facets.index"));
    };
    if start >= end || end > text.len() || !text.is_char_boundary(start) || !text.is_char_boundary(end) {
        return Err(wrong(&format!(
            "facet {start}..{end} does not fall on characters of the text at $.facets.index"
        )));
    }
    for feature in list(&facet["features"], "$.facets.features")?.unwrap_or_default() {
        let fits = match feature["$type"].as_str() {
            Some("app.bsky.richtext.facet#mention") => feature["did"]
                .as_str()
                .is_some_and(|did| did.starts_with("did:") && did.split(':').count() >= 3),
            Some("app.bsky.richtext.facet#link") => feature["uri"]
                .as_str()
                .is_some_and(|uri| url::Url::parse(uri).is_ok()),
            Some("app.bsky.richtext.facet#tag") => feature["tag"]
                .as_str()
                .is_some_and(|tag| !tag.is_empty() && tag.len() <= 640 && tag.graphemes(true).count() <= 64),
            Some(_) => true,
            None => false,
        };
        if !fits {
            return Err(wrong(&format!(
                "invalid facet feature {} at $.facets.features",
                feature["$type"]
            )));
        }
    }
    Ok(())
}

fn reference(reference: &Value, place: &str) -> Result<(), Reply> {
    let fits = reference["uri"]
        .as_str()
        .is_some_and(|uri| uri.starts_with("at://"))
        && reference["cid"].as_str().is_some_and(cid::is_cid);
    if fits {
        Ok(())
    } else {
        Err(wrong(&format!("invalid strong reference at {place}")))
    }
}

fn ratio(ratio: &Value, place: &str) -> Result<(), Reply> {
    let side = |name: &str| ratio[name].as_u64().is_some_and(|side| side >= 1);
    if ratio.is_null() || side("width") && side("height") {
        Ok(())
    } else {
        Err(wrong(&format!("integer too small (minimum 1) at {place}")))
    }
}

fn list<'a>(value: &'a Value, place: &str) -> Result<Option<&'a [Value]>, Reply> {
    match value {
        Value::Null => Ok(None),
        Value::Array(items) => Ok(Some(items.as_slice())),
        Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Object(_) => {
            Err(wrong(&format!("expected array value type at {place}")))
        }
    }
}

fn is_language(tag: &str) -> bool {
    let first = tag.split('-').next().unwrap_or_default();
    (2..=3).contains(&first.len())
        && tag
            .chars()
            .all(|letter| letter.is_ascii_alphanumeric() || letter == '-')
}

fn wrong(problem: &str) -> Reply {
    refusal::invalid(&format!("Invalid {} record: {problem}", repo::POST))
}

/// The files that an embed shows.
pub(super) fn attachments(world: &World, did: &str, embed: &Value) -> Vec<Attachment> {
    let media = if embed["media"].is_object() {
        &embed["media"]
    } else {
        embed
    };
    let images = media["images"].as_array().or_else(|| media["items"].as_array());
    let pictures = images
        .into_iter()
        .flatten()
        .map(|image| (&image["image"], &image["alt"]));
    let video = media["video"]
        .is_object()
        .then_some((&media["video"], &media["alt"]));
    pictures
        .chain(video)
        .filter_map(|(blob, alt)| {
            let link = blob["ref"]["$link"].as_str()?;
            let stored = world.bluesky.blobs.get(&format!("{did}/{link}"))?;
            Some(Attachment {
                id: link.to_owned(),
                alt: alt.as_str().map(str::to_owned),
                blob: stored.key.clone(),
                bytes: stored.size,
                mime: stored.mime.clone(),
            })
        })
        .collect()
}
