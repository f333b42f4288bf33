//! The facts about X.
//!
//! Source: X's documentation and OpenAPI (`xdevplatform/docs`, 2.167), checked 2026-08.

use std::time::Duration;

use postern_domain::content::Editor;
use postern_domain::manifest::{
    Connect, Evidence, Field, FieldKind, Limits, Manifest, MediaLimit, ProviderId, Rate, RateScope, Thread,
};
use postern_domain::media::MediaKind;
use postern_domain::value::Value;

/// Longest text of accounts that pay, in weighted characters.
pub(super) const PREMIUM_TEXT: u32 = 25_000;

pub(super) fn manifest() -> Manifest {
    Manifest {
        id: ProviderId::of("x"),
        name: "X".to_owned(),
        editor: Editor::Normal,
        lane: "x".to_owned(),
        connect: Connect::Redirect { fields: Vec::new() },
        limits: Limits {
            text_max: 280,
            text_unit: "weighted characters".to_owned(),
            media_max: 4,
            media: vec![
                media(MediaKind::Image, &["image/jpeg", "image/png", "image/webp"], 5_242_880, None),
                media(MediaKind::Gif, &["image/gif"], 15_728_640, None),
                media(
                    MediaKind::Video,
                    &["video/mp4", "video/quicktime"],
                    536_870_912,
                    Some(Duration::from_secs(140)),
                ),
            ],
            alone: vec![MediaKind::Gif, MediaKind::Video],
            media_required: false,
            alt_max: 1000,
        },
        thread: Thread::Replies,
        settings: settings(),
        rules: "A link counts as 23 whatever its length, an emoji as 2, letters of most Asian scripts as 2. Up to \
                four images, or one GIF or video alone. The same text is refused when it was posted recently. Every \
                further entry answers the one before it."
            .to_owned(),
        helpers: Vec::new(),
        evidence: Evidence::Listing,
        concurrency: 10,
        rates: vec![
            Rate { scope: RateScope::Channel, count: 100, window: Duration::from_mins(15) },
            Rate { scope: RateScope::App, count: 10_000, window: Duration::from_hours(24) },
        ],
    }
}

fn settings() -> Vec<Field> {
    let audiences = [
        ("everyone", "Everyone"),
        ("following", "Accounts you follow"),
        ("mentionedUsers", "Accounts you mention"),
        ("subscribers", "Your subscribers"),
        ("verified", "Verified accounts"),
    ];
    let field = |key: &str, label: &str, help: &str, kind, default| Field {
        key: key.to_owned(),
        label: label.to_owned(),
        help: help.to_owned(),
        kind,
        required: false,
        default,
    };
    vec![
        field(
            "who_can_reply_post",
            "Who can reply",
            "Everyone, unless you choose otherwise",
            FieldKind::Choice(
                audiences
                    .map(|(key, label)| (key.to_owned(), label.to_owned()))
                    .to_vec(),
            ),
            Some(Value::from("everyone")),
        ),
        field(
            "community",
            "Community",
            "The address of a community you are a member of, such as https://x.com/i/communities/1493446837214187523",
            FieldKind::Url,
            None,
        ),
        field(
            "made_with_ai",
            "Made with AI",
            "Labels the post as made with artificial intelligence",
            FieldKind::Bool,
            Some(Value::from(false)),
        ),
        field(
            "paid_partnership",
            "Paid partnership",
            "Labels the post as paid for",
            FieldKind::Bool,
            Some(Value::from(false)),
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
