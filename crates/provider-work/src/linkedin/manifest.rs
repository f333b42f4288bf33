//! The facts about profiles on LinkedIn.
//!
//! Source: LinkedIn's documentation (marketing and consumer sections), versions 202601 to 202608, checked 2026-09.

use std::time::Duration;

use postern_domain::content::Editor;
use postern_domain::manifest::{
    Connect, Evidence, Limits, Manifest, MediaLimit, ProviderId, Rate, RateScope, Thread,
};
use postern_domain::media::MediaKind;

/// The version of the API that is spoken; each lives about a year. The setting `api_version` overrides it.
pub(super) const API_VERSION: &str = "202608";

/// What is asked for: to sign in, to read the name, to post.
pub(super) const SCOPES: [&str; 3] = ["openid", "profile", "w_member_social"];

/// Longest comment in characters; not in LinkedIn's documentation, seen in practice.
pub(super) const MAX_COMMENT: u32 = 1250;

/// For how long a post with equal text and media is surely refused as a duplicate; seen in practice.
pub(super) const DUPLICATES: Duration = Duration::from_mins(10);

pub(super) fn manifest() -> Manifest {
    Manifest {
        id: ProviderId::of("linkedin"),
        name: "LinkedIn".to_owned(),
        editor: Editor::Normal,
        lane: "linkedin".to_owned(),
        connect: Connect::Redirect { fields: Vec::new() },
        limits: Limits {
            text_max: 3000,
            text_unit: "characters".to_owned(),
            media_max: 20,
            media: vec![
                media(MediaKind::Image, &["image/jpeg", "image/png"], 20_971_520, None),
                media(MediaKind::Gif, &["image/gif"], 20_971_520, None),
                media(MediaKind::Video, &["video/mp4"], 524_288_000, Some(Duration::from_mins(30))),
                media(MediaKind::Document, &["application/pdf"], 104_857_600, None),
            ],
            alone: vec![MediaKind::Video, MediaKind::Document],
            media_required: false,
            alt_max: 4086,
        },
        thread: Thread::Comments { media: false },
        settings: Vec::new(),
        rules: "Up to twenty images, or one video or one PDF alone. Every further entry becomes a comment below the \
                post: text only, up to 1250 characters. The same post is refused when it is repeated soon. Mention \
                somebody as @[Name](urn:li:organization:ID)."
            .to_owned(),
        helpers: Vec::new(),
        evidence: Evidence::DuplicateRefusal { window: DUPLICATES },
        concurrency: 5,
        // What a member may do in the development tier; what the app may do differs from app to app.
        rates: vec![Rate {
            scope: RateScope::Channel,
            count: 100,
            window: Duration::from_hours(24),
        }],
    }
}

fn media(kind: MediaKind, mimes: &[&str], max_bytes: u64, max_duration: Option<Duration>) -> MediaLimit {
    MediaLimit {
        kind,
        mimes: mimes.iter().map(|mime| (*mime).to_owned()).collect(),
        max_bytes,
        max_duration,
    }
}
