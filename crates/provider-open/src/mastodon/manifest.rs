//! The facts about Mastodon.
//!
//! Source: documentation of Mastodon 4.6 (`mastodon/documentation`), checked 2026-07. Limits are those of an
//! instance that does not say otherwise.

use std::time::Duration;

use postern_domain::content::Editor;
use postern_domain::manifest::{
    Connect, Evidence, Field, FieldKind, Limits, Manifest, MediaLimit, ProviderId, Rate, RateScope, Thread,
};
use postern_domain::media::MediaKind;

/// How long the server keeps an idempotency key (`PostStatusService`, one hour).
pub(super) const KEY_LIFE: Duration = Duration::from_hours(1);

pub(super) fn manifest() -> Manifest {
    Manifest {
        id: ProviderId::of("mastodon"),
        name: "Mastodon".to_owned(),
        editor: Editor::Normal,
        lane: "mastodon".to_owned(),
        connect: Connect::Redirect {
            fields: vec![Field {
                key: "instance".to_owned(),
                label: "Instance".to_owned(),
                help: "The server your account lives on, such as mastodon.social; empty for the usual one".to_owned(),
                kind: FieldKind::Text { min: 1, max: 255 },
                required: false,
                default: None,
            }],
        },
        limits: Limits {
            text_max: 500,
            text_unit: "characters".to_owned(),
            media_max: 4,
            media: vec![
                media(MediaKind::Image, IMAGES, 16_777_216),
                media(MediaKind::Gif, &["image/gif"], 16_777_216),
                media(MediaKind::Video, VIDEOS, 103_809_024),
            ],
            alone: vec![MediaKind::Gif, MediaKind::Video],
            media_required: false,
            alt_max: 1500,
        },
        thread: Thread::Replies,
        settings: Vec::new(),
        rules: "A link counts as 23 characters whatever its length, a mention without its server. Up to four \
                images, or one video or animated picture alone. Every further entry answers the one before it."
            .to_owned(),
        helpers: Vec::new(),
        evidence: Evidence::KeySafe { window: KEY_LIFE },
        concurrency: 20,
        // 300 requests in five minutes for one token.
        rates: vec![Rate { scope: RateScope::Channel, count: 300, window: Duration::from_mins(5) }],
    }
}

pub(super) const IMAGES: &[&str] = &[
    "image/jpeg",
    "image/png",
    "image/webp",
    "image/avif",
    "image/heic",
    "image/heif",
];

pub(super) const VIDEOS: &[&str] = &["video/mp4", "video/quicktime", "video/webm"];

pub(super) fn media(kind: MediaKind, mimes: &[&str], max_bytes: u64) -> MediaLimit {
    MediaLimit {
        kind,
        mimes: mimes.iter().map(|mime| (*mime).to_owned()).collect(),
        max_bytes,
        max_duration: None,
    }
}
