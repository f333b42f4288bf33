//! `uploadFromUrlTool`: fetches a picture or video into the library.

use async_trait::async_trait;
use postern_domain::BackendError;
use postern_domain::actor::Scope;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::answer::{Done, Refused, Stop};
use crate::schema::{self, Unknown};
use crate::shape::places;
use crate::tools::{Call, Effect, Set, Spec, Tool};

#[derive(Deserialize, JsonSchema)]
struct Arguments {
    /// The public http or https address of the picture or video
    url: String,
}

#[derive(Default, Serialize, JsonSchema)]
struct Answer {
    /// The file's id.
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<String>,
    /// The file's address, to be used as an attachment.
    #[serde(skip_serializing_if = "Option::is_none")]
    path: Option<String>,
    /// Why there is no file.
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
    /// The same for programs.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "crate::tools::any_object")]
    refusal: Option<Value>,
}

pub(super) struct UploadFromUrl;

#[async_trait]
impl Tool for UploadFromUrl {
    fn spec(&self) -> Spec {
        Spec {
            name: "uploadFromUrlTool",
            title: "Upload Media From URL",
            description: "Fetches a picture or video from a public URL into the media library and gives its id and \
                path. Use the path as an attachment of integrationSchedulePostTool, for example for an Instagram reel \
                or a picture post. Takes JPEG, PNG, GIF, WebP, AVIF, BMP and TIFF up to 10 MiB and MP4 up to 1 GiB, \
                judged by content. Private and local addresses are refused.",
            scopes: &[Scope::MediaWrite],
            set: Set::Media,
            effect: Effect {
                read_only: false,
                destructive: false,
                idempotent: false,
                open_world: true,
            },
            unknown: Unknown::Drop,
            aliases: &[],
            input: schema::input::<Arguments>(),
            output: schema::output::<Answer>(),
        }
    }

    fn deadline(&self) -> Option<std::time::Duration> {
        Some(std::time::Duration::from_mins(2))
    }

    /// Nothing is stored before the file is complete.
    fn may_be_dropped(&self) -> bool {
        true
    }

    async fn call(&self, call: &Call<'_>) -> Result<Done, Stop> {
        let Arguments { url } = call.read()?;
        match call.shared.backend.import_media(call.actor(), url, false).await {
            Ok(media) => Done::plain(&Answer {
                id: Some(media.id.to_string()),
                path: Some(call.shared.backend.media_url(&media)),
                ..Answer::default()
            }),
            // The compatible tool answers with the reason instead of a tool error.
            Err(error @ (BackendError::Refused(_) | BackendError::Conflict(_))) => {
                let refused = Refused::new(places::moved(error, |_| "/url".into()).problems());
                Done::plain(&Answer {
                    error: Some(refused.to_text()),
                    refusal: Some(refused.to_value()),
                    ..Answer::default()
                })
            }
            Err(error) => Err(error.into()),
        }
    }
}
