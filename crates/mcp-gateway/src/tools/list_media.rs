//! `list_media`: the files of the library.

use async_trait::async_trait;
use postern_domain::actor::Scope;
use postern_domain::media::{Media, MediaKind};
use postern_domain::ports::MediaQuery;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::answer::{Done, Stop};
use crate::schema::{self, Unknown};
use crate::shape::moment::Moment;
use crate::tools::{Call, Effect, Set, Spec, Tool};

#[derive(Deserialize, JsonSchema)]
struct Arguments {
    /// Only files of this kind
    #[serde(default)]
    kind: Option<Kind>,
    /// Only files with this in their name
    #[serde(default)]
    search: Option<String>,
    /// Most files to list; 20 if left out
    #[serde(default)]
    #[schemars(range(min = 1, max = 100))]
    limit: Option<u32>,
    /// next_cursor of the call before, for the files after those
    #[serde(default)]
    cursor: Option<String>,
}

#[derive(Clone, Copy, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum Kind {
    Image,
    Gif,
    Video,
    Document,
}

#[derive(Serialize, JsonSchema)]
struct Answer {
    /// The files, newest first.
    media: Vec<FileOut>,
    /// To be sent as cursor for more; absent at the end.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
}

/// A file of the library.
#[derive(Serialize, JsonSchema)]
pub(crate) struct FileOut {
    /// Its id, to be used as an attachment.
    id: String,
    /// Its name.
    name: String,
    /// image, gif, video or document.
    kind: &'static str,
    /// Its MIME type.
    mime: String,
    /// Its size.
    bytes: u64,
    /// Its address, which works as an attachment too.
    url: String,
    /// Width in pixels.
    #[serde(skip_serializing_if = "Option::is_none")]
    width: Option<u32>,
    /// Height in pixels.
    #[serde(skip_serializing_if = "Option::is_none")]
    height: Option<u32>,
    /// Playing time of a video.
    #[serde(skip_serializing_if = "Option::is_none")]
    seconds: Option<u64>,
    /// Words for those who cannot see it.
    #[serde(skip_serializing_if = "Option::is_none")]
    alt: Option<String>,
    /// When it was uploaded.
    created_at: Moment,
}

impl FileOut {
    /// Shows a file; `url` is its public address.
    pub(crate) fn of(media: &Media, url: String, zone: &postern_domain::time::Zone) -> Self {
        Self {
            id: media.id.to_string(),
            name: media.name.clone(),
            kind: media.kind.as_str(),
            mime: media.mime.clone(),
            bytes: media.bytes,
            url,
            width: media.pixels.map(|(width, _)| width),
            height: media.pixels.map(|(_, height)| height),
            seconds: media.duration.map(|duration| duration.as_secs()),
            alt: media.alt.clone(),
            created_at: Moment::new(media.created_at, zone),
        }
    }
}

pub(super) struct ListMedia;

#[async_trait]
impl Tool for ListMedia {
    fn spec(&self) -> Spec {
        Spec {
            name: "list_media",
            title: "List media",
            description: "Lists the pictures and videos of the media library, newest first, each with its id, address, \
                size and alternative text. Use an id as an attachment of integrationSchedulePostTool, bulk_schedule or \
                update_post. New files come by uploadFromUrlTool or create_media_upload; files cannot be deleted with \
                these tools. Long lists go on with cursor.",
            scopes: &[Scope::PostsRead],
            set: Set::Media,
            effect: Effect::READS,
            unknown: Unknown::Refuse,
            aliases: &[],
            input: schema::input::<Arguments>(),
            output: schema::output::<Answer>(),
        }
    }

    async fn call(&self, call: &Call<'_>) -> Result<Done, Stop> {
        let arguments: Arguments = call.read()?;
        let zone = call.shared.zone_of(call.actor()).await?;
        let query = MediaQuery {
            kind: arguments.kind.map(|kind| match kind {
                Kind::Image => MediaKind::Image,
                Kind::Gif => MediaKind::Gif,
                Kind::Video => MediaKind::Video,
                Kind::Document => MediaKind::Document,
            }),
            search: arguments.search.filter(|search| !search.trim().is_empty()),
            limit: arguments.limit.unwrap_or(20),
            cursor: arguments.cursor,
        };
        let page = call.shared.backend.list_media(call.actor(), query).await?;
        let files = page.items.iter();
        let media: Vec<_> = files
            .map(|media| FileOut::of(media, call.shared.backend.media_url(media), &zone))
            .collect();
        let more = page
            .next
            .as_ref()
            .map(|cursor| format!(" More with cursor {cursor}."));
        let summary = format!("{} files.{}", media.len(), more.unwrap_or_default());
        let answer = Answer {
            media,
            next_cursor: page.next,
        };
        Done::told(summary, &answer)
    }
}
