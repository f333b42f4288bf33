//! `POSTIZ_SCHEDULE_POST`: one post on one channel.

use std::time::Duration;

use async_trait::async_trait;
use postern_domain::actor::Scope;
use postern_domain::content::Document;
use postern_domain::id::ChannelId;
use postern_domain::post::{Intent, MediaRef, MediaUse, NewEntry, NewPost, NewTarget};
use postern_domain::time::PublishAt;
use postern_domain::value::Settings;
use postern_domain::{BackendError, Code, Problem};
use postern_wire::moment::in_utc;
use schemars::JsonSchema;
use serde::Deserialize;

use super::Answer;
use crate::answer::{Done, Stop};
use crate::schema::{self, Unknown};
use crate::shape::places;
use crate::shape::post::web_url;
use crate::tools::channels::{Known, channel_id};
use crate::tools::once::{self, Wanted};
use crate::tools::{Call, Effect, Set, Spec, Tool};

const NAME: &str = "POSTIZ_SCHEDULE_POST";

#[derive(Deserialize, JsonSchema)]
struct Arguments {
    /// draft keeps the post, schedule publishes it at the date
    #[serde(rename = "type")]
    kind: Kind,
    /// The id from POSTIZ_GET_CONFIG_ID
    #[serde(rename = "configId")]
    #[expect(dead_code, reason = "clients send it; nothing depends on it")]
    config_id: String,
    /// Whether to make a picture for each part; this server makes none
    #[serde(rename = "generatePictures")]
    generate_pictures: bool,
    /// When to publish, UTC, for example 2026-01-15T09:00:00
    date: String,
    /// The channel's id from POSTIZ_PROVIDERS_LIST
    #[serde(rename = "providerId")]
    provider_id: String,
    /// The post, then its comments or thread
    #[schemars(length(min = 1, max = 25))]
    posts: Vec<Part>,
}

#[derive(Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum Kind {
    Draft,
    Schedule,
}

#[derive(Deserialize, JsonSchema)]
struct Part {
    /// The text
    text: String,
    /// Public URLs of pictures; empty where there are none
    images: Vec<String>,
}

pub(in crate::tools) struct Schedule;

#[async_trait]
impl Tool for Schedule {
    fn spec(&self) -> Spec {
        Spec {
            name: NAME,
            title: "Schedule a post",
            description: "Writes one social media post for one channel: keeps it as a draft, or schedules it for a UTC \
                date. Kept for clients that know it; integrationSchedulePostTool takes several channels and settings.",
            scopes: &[Scope::PostsDraft],
            set: Set::First,
            effect: Effect {
                read_only: false,
                destructive: true,
                idempotent: false,
                open_world: true,
            },
            unknown: Unknown::Drop,
            aliases: &[],
            input: schema::input::<Arguments>(),
            output: schema::output::<Answer>(),
        }
    }

    async fn call(&self, call: &Call<'_>) -> Result<Done, Stop> {
        let arguments: Arguments = call.read()?;
        if arguments.generate_pictures {
            let (detail, fix) = ("asks for pictures, but this server makes none", "send false");
            return Err(Problem::new(Code::Malformed, "/generatePictures", detail, fix).into());
        }
        let Some(channel) = channel_id(&arguments.provider_id) else {
            return Err(Known::of(call)
                .await?
                .refuse("/providerId", &arguments.provider_id)
                .into());
        };
        let post = NewPost {
            intent: intent(call, &arguments).await?,
            entries: entries(&arguments.posts)?,
            targets: vec![NewTarget {
                channel,
                entries: None,
                settings: defaults(call, channel).await?,
            }],
            tags: Vec::new(),
            recurrence: None,
        };
        let wanted = Wanted {
            tool: NAME,
            key: None,
            place: None,
            text: &call.arguments.to_string(),
        };
        match once::create(call, &wanted, post).await {
            Ok(created) => Ok(Done::only(format!(
                "Post created successfully, check it here: {}",
                web_url(call.shared, &created.view)
            ))),
            Err(error) => Err(places::moved(error, place).into()),
        }
    }
}

async fn intent(call: &Call<'_>, arguments: &Arguments) -> Result<Intent, Stop> {
    let instant = in_utc(&arguments.date, "/date")?;
    let at = PublishAt::at(instant, call.shared.zone_of(call.actor()).await?);
    Ok(match arguments.kind {
        Kind::Draft => Intent::Draft(Some(at)),
        Kind::Schedule => Intent::Schedule {
            at,
            past_is_now: true,
        },
    })
}

/// The entries; pictures come by their URLs, for bytes have no place in arguments.
fn entries(parts: &[Part]) -> Result<Vec<NewEntry>, Stop> {
    let mut entries = Vec::with_capacity(parts.len());
    for (index, part) in parts.iter().enumerate() {
        let images = part
            .images
            .iter()
            .map(|image| image.trim())
            .filter(|image| !image.is_empty());
        let mut media = Vec::new();
        for (at, image) in images.enumerate() {
            if image.starts_with("data:") {
                let field = format!("/posts/{index}/images/{at}");
                let fix = "send a public URL, or upload the file with create_media_upload and send its path";
                return Err(
                    Problem::new(Code::UrlRefused, field, "is a picture by itself, not a URL", fix).into(),
                );
            }
            media.push(MediaUse {
                media: MediaRef::Url(image.to_owned()),
                alt: None,
            });
        }
        entries.push(NewEntry {
            content: Document::parse(&part.text),
            media,
            delay: Duration::ZERO,
        });
    }
    Ok(entries)
}

/// The settings of the channel's platform as they are when nobody chooses.
async fn defaults(call: &Call<'_>, channel: ChannelId) -> Result<Settings, Stop> {
    match call.shared.backend.channel_manifest(call.actor(), channel).await {
        Ok(manifest) => {
            let fields = manifest.settings.into_iter();
            Ok(fields
                .filter_map(|field| Some((field.key, field.default?)))
                .collect())
        }
        // Whether the channel exists is told when the post is stored.
        Err(BackendError::Forbidden(_) | BackendError::NotFound { .. }) => Ok(Settings::default()),
        Err(error) => Err(error.into()),
    }
}

fn place(field: &str) -> String {
    match places::parts(field).as_slice() {
        ["targets", _, "entries", at, rest @ ..] | ["entries", at, rest @ ..] => match rest {
            ["media", file, ..] => format!("/posts/{at}/images/{file}"),
            _ => format!("/posts/{at}/text"),
        },
        ["publish_at" | "intent", ..] => "/date".into(),
        _ => "/providerId".into(),
    }
}
