//! `create_media_upload`: a place to which a client can send the bytes of a file.

use async_trait::async_trait;
use postern_domain::actor::Scope;
use postern_domain::ports::UploadRequest;
use postern_domain::{Code, Problem};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::answer::{Done, Stop};
use crate::schema::{self, Unknown};
use crate::shape::moment::Moment;
use crate::shape::places;
use crate::tools::{Call, Effect, Set, Spec, Tool};

/// Longest name of a file.
const LONGEST_NAME: usize = 255;

#[derive(Deserialize, JsonSchema)]
struct Arguments {
    /// The file's name, for example sunset.jpg
    name: String,
    /// Its size in bytes, where it is known
    #[serde(default)]
    #[schemars(range(min = 1))]
    bytes: Option<u64>,
}

#[derive(Serialize, JsonSchema)]
struct Answer {
    /// Where to PUT the bytes, once, without further headers.
    upload_url: String,
    /// The method: PUT.
    method: &'static str,
    /// When the place ends.
    expires_at: Moment,
}

pub(super) struct CreateMediaUpload;

#[async_trait]
impl Tool for CreateMediaUpload {
    fn spec(&self) -> Spec {
        Spec {
            name: "create_media_upload",
            title: "Upload a local file",
            description: "Gives a signed address to which the bytes of one local picture or video are sent by HTTP PUT \
                (for example curl -T sunset.jpg \"<upload_url>\"). The answer of the PUT is the file as JSON with its \
                id and path; use either as an attachment of a social media post. The address works once and needs no \
                key. Takes JPEG, PNG, GIF, WebP, AVIF, BMP and TIFF up to 10 MiB and MP4 up to 1 GiB, judged by \
                content. For a file that has a public URL use uploadFromUrlTool instead.",
            scopes: &[Scope::MediaWrite],
            set: Set::Media,
            effect: Effect {
                read_only: false,
                destructive: false,
                idempotent: false,
                open_world: false,
            },
            unknown: Unknown::Refuse,
            aliases: &[],
            input: schema::input::<Arguments>(),
            output: schema::output::<Answer>(),
        }
    }

    async fn call(&self, call: &Call<'_>) -> Result<Done, Stop> {
        let Arguments { name, bytes } = call.read()?;
        let name = name.trim().to_owned();
        if name.is_empty() || name.chars().count() > LONGEST_NAME {
            let problem = Problem::new(
                Code::Malformed,
                "/name",
                "is empty or too long",
                "send the file's name",
            );
            return Err(problem.allowed(format!("1 to {LONGEST_NAME} characters")).into());
        }
        let zone = call.shared.zone_of(call.actor()).await?;
        let ticket = call
            .shared
            .backend
            .begin_upload(call.actor(), UploadRequest { name, bytes })
            .await;
        let ticket = ticket.map_err(|error| places::moved(error, |_| "/bytes".into()))?;
        let answer = Answer {
            upload_url: ticket.url,
            method: "PUT",
            expires_at: Moment::new(ticket.expires_at, &zone),
        };
        let summary = format!(
            "PUT the bytes to {} before {}; the answer names the file's id and path.",
            answer.upload_url, answer.expires_at.local
        );
        Done::told(summary, &answer)
    }
}
