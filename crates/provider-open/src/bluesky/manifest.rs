//! The facts about Bluesky.
//!
//! Source: lexicons of `bluesky-social/atproto` and the developer documentation, checked 2026-08; limits of the
//! reference server measured with `@atproto/pds` 0.5.35.

use std::time::Duration;

use postern_domain::content::Editor;
use postern_domain::manifest::{
    Connect, Evidence, Field, FieldKind, Limits, Manifest, MediaLimit, ProviderId, Rate, RateScope, Thread,
};
use postern_domain::media::MediaKind;

/// Longest text in UTF-8 bytes, besides the limit in graphemes (`app.bsky.feed.post`, `maxLength`).
pub(super) const MAX_BYTES: usize = 3000;

/// Longest alternative text of a video in graphemes (`app.bsky.embed.video`).
pub(super) const MAX_VIDEO_ALT: u32 = 1000;

/// Largest image in bytes (`app.bsky.embed.images`).
const MAX_IMAGE: u64 = 2_000_000;

/// Largest video in bytes (`app.bsky.embed.video`).
const MAX_VIDEO: u64 = 300_000_000;

pub(super) fn manifest() -> Manifest {
    Manifest {
        id: ProviderId::of("bluesky"),
        name: "Bluesky".to_owned(),
        editor: Editor::Normal,
        lane: "bluesky".to_owned(),
        connect: Connect::Credentials { fields: fields() },
        limits: Limits {
            text_max: 300,
            text_unit: "graphemes".to_owned(),
            media_max: 4,
            media: vec![
                media(MediaKind::Image, &["image/jpeg", "image/png", "image/webp"], MAX_IMAGE, None),
                media(MediaKind::Gif, &["image/gif"], MAX_IMAGE, None),
                media(MediaKind::Video, &["video/mp4"], MAX_VIDEO, Some(Duration::from_mins(3))),
            ],
            alone: vec![MediaKind::Video],
            media_required: false,
            alt_max: 2000,
        },
        thread: Thread::Replies,
        settings: Vec::new(),
        rules: "Up to four images of 2 MB each, or one MP4 video alone. Links, @handles and #tags become active. \
                Every further entry answers the one before it."
            .to_owned(),
        helpers: Vec::new(),
        evidence: Evidence::Queryable,
        concurrency: 10,
        // 5000 points an hour and 35 000 a day for one account; a new post costs three.
        rates: vec![
            Rate { scope: RateScope::Channel, count: 1666, window: Duration::from_hours(1) },
            Rate { scope: RateScope::Channel, count: 11_666, window: Duration::from_hours(24) },
        ],
    }
}

fn fields() -> Vec<Field> {
    let field = |key: &str, label: &str, help: &str, kind, required| Field {
        key: key.to_owned(),
        label: label.to_owned(),
        help: help.to_owned(),
        kind,
        required,
        default: None,
    };
    vec![
        field(
            "service",
            "Service",
            "Leave it empty for bsky.social; else the address of the server that your account lives on",
            FieldKind::Url,
            false,
        ),
        field(
            "identifier",
            "Identifier",
            "Your handle, such as ada.bsky.social",
            FieldKind::Text { min: 1, max: 253 },
            true,
        ),
        field(
            "password",
            "App password",
            "Make one under Settings, Privacy and security, App passwords; it works with two-factor login too",
            FieldKind::Password,
            true,
        ),
    ]
}

fn media(kind: MediaKind, mimes: &[&str], max_bytes: u64, max_duration: Option<Duration>) -> MediaLimit {
    MediaLimit {
        kind,
        mimes: mimes.iter().map(|mime| (*mime).to_owned()).collect(),
        max_bytes,
        max_duration,
    }
}
