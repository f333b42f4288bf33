//! `publish_post`: publishes a waiting post at once, after a person has agreed.

use std::time::Duration;

use async_trait::async_trait;
use postern_domain::actor::Scope;
use postern_domain::id::PublicationId;
use postern_domain::ports::TargetPreview;
use postern_domain::post::{
    Entry, Intent, MediaRef, MediaUse, NewEntry, NewPost, NewTarget, PostRef, PostView,
};
use postern_domain::{Code, Problem};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::answer::{Done, Refused, Stop};
use crate::ask::{Question, Verdict, confirm};
use crate::confirm::digest;
use crate::schema::{self, Unknown};
use crate::shape::places;
use crate::shape::post::{Detail, PostOut, line, show};
use crate::shape::preview::ChannelPreview;
use crate::tools::posts::{post_ref, refused};
use crate::tools::{Call, Effect, Set, Spec, Tool};

const NAME: &str = "publish_post";

#[derive(Deserialize, JsonSchema)]
struct Arguments {
    /// The id of a post (post_...), or of its part on one channel (pub_...) to publish only there
    id: String,
    /// true shows what would be published and any problems, and publishes nothing
    #[serde(default)]
    dry_run: Option<bool>,
    /// The token from the first call, once the user has agreed; leave out at first
    #[serde(default)]
    confirmation_token: Option<String>,
}

/// What `publish_post` answers: a preview while it waits, the post once it is under way.
#[derive(Serialize, JsonSchema)]
struct Answer {
    /// publishing, confirmation_required, declined or preview.
    status: String,
    /// What is to be published, where it is not yet.
    #[serde(skip_serializing_if = "Option::is_none")]
    preview: Option<Preview>,
    /// The token for the second call.
    #[serde(skip_serializing_if = "Option::is_none")]
    confirmation_token: Option<String>,
    /// When the token ends, RFC 3339 in UTC.
    #[serde(skip_serializing_if = "Option::is_none")]
    expires_at: Option<String>,
    /// The post as it stands now.
    #[serde(skip_serializing_if = "Option::is_none")]
    post: Option<PostOut>,
}

/// What would be published.
#[derive(Serialize, JsonSchema)]
struct Preview {
    /// The post's id.
    id: String,
    /// What each channel gets.
    channels: Vec<ChannelPreview>,
}

pub(super) struct PublishPost;

#[async_trait]
impl Tool for PublishPost {
    fn spec(&self) -> Spec {
        Spec {
            name: NAME,
            title: "Publish a post now",
            description: "Publishes a draft or scheduled social media post at once, on all its channels or on one. \
                It becomes public immediately and cannot be taken back here, so a person is asked first: either the \
                client asks its user, or the first call answers confirmation_required with a preview and a \
                confirmation_token; show the preview, and only if the user agrees call again with the token within 10 \
                minutes. dry_run shows the preview alone. To publish later use update_post with a time.",
            scopes: &[Scope::PostsWrite, Scope::PostsRead],
            set: Set::Posts,
            effect: Effect {
                read_only: false,
                destructive: true,
                idempotent: false,
                open_world: true,
            },
            unknown: Unknown::Refuse,
            aliases: &[],
            input: schema::input::<Arguments>(),
            output: schema::output::<Answer>(),
        }
    }

    /// A person may be asked in between.
    fn deadline(&self) -> Option<Duration> {
        Some(Duration::from_mins(2))
    }

    async fn call(&self, call: &Call<'_>) -> Result<Done, Stop> {
        let arguments: Arguments = call.read()?;
        let id = post_ref(&arguments.id)?;
        let backend = &call.shared.backend;
        let view = backend
            .post(call.actor(), id)
            .await
            .map_err(|error| refused(error, str::to_owned))?;
        let preview = preview(call, id, &view).await?;
        let text = question(&preview);
        if arguments.dry_run == Some(true) {
            let summary = format!("Nothing was published. {text}");
            return Done::told(summary, &waiting("preview", preview));
        }
        let asked = Question {
            tool: NAME,
            digest: content(id, &view, &preview),
            text,
            preview: &preview,
            token: arguments.confirmation_token.as_deref(),
        };
        if let Verdict::Not(done) = confirm(call, asked).await? {
            return Ok(*done);
        }
        let view = backend
            .publish_post(call.actor(), id)
            .await
            .map_err(|error| refused(error, |_| "/id".into()))?;
        let zone = call.shared.zone_of(call.actor()).await?;
        let post = show(call.shared, &view, &zone, Detail::Concise);
        let answer = Answer {
            post: Some(post),
            ..empty("publishing")
        };
        Done::told(
            format!(
                "Publishing now. {} Look with get_post in a moment.",
                line(&view, &zone)
            ),
            &answer,
        )
    }
}

fn empty(status: &str) -> Answer {
    Answer {
        status: status.into(),
        preview: None,
        confirmation_token: None,
        expires_at: None,
        post: None,
    }
}

fn waiting(status: &str, preview: Preview) -> Answer {
    Answer {
        preview: Some(preview),
        ..empty(status)
    }
}

/// Renders and checks what would go out; problems are told before anybody is asked.
async fn preview(call: &Call<'_>, id: PostRef, view: &PostView) -> Result<Preview, Stop> {
    let targets = targets(id, view);
    if targets.is_empty() {
        let zone = call.shared.zone_of(call.actor()).await?;
        let fix = "see its state with get_post; failed posts go out with retry_post";
        let detail = format!(
            "has nothing left to publish. {}",
            line(view, &zone).trim_end_matches('.')
        );
        return Err(Problem::new(Code::PostSettled, "/id", detail, fix).into());
    }
    let entries = targets
        .first()
        .and_then(|target| target.entries.clone())
        .unwrap_or_default();
    let post = NewPost {
        intent: Intent::Now,
        entries,
        targets,
        tags: view.post.tags.clone(),
        recurrence: None,
    };
    let seen = call.shared.backend.preview_post(call.actor(), post).await;
    let seen = seen.map_err(|error| places::moved(error, |_| "/id".into()))?;
    let problems: Vec<_> = seen.iter().flat_map(problems).collect();
    if !problems.is_empty() {
        let next = "mend the post with update_post, then call publish_post again.";
        return Err(Refused::new(problems).next(next).into());
    }
    Ok(Preview {
        id: id.to_string(),
        channels: seen.into_iter().map(ChannelPreview::of).collect(),
    })
}

/// What waits, as it would be asked for anew.
fn targets(id: PostRef, view: &PostView) -> Vec<NewTarget> {
    let waiting = view
        .publications
        .iter()
        .filter(|part| part.publication.is_editable() && meant(id, part.publication.id));
    let targets = waiting.map(|part| NewTarget {
        channel: part.channel.id,
        entries: Some(view.post.entries_for(part.channel.id).iter().map(again).collect()),
        settings: part.publication.settings.clone(),
    });
    targets.collect()
}

/// The problems of one channel, which lie in the post and not in the arguments.
fn problems(seen: &TargetPreview) -> Vec<Problem> {
    let named = |problem: &Problem| Problem {
        field: "/id".into(),
        detail: format!("on {}: {}", seen.channel.name, problem.detail),
        ..problem.clone()
    };
    seen.preview.problems.iter().map(named).collect()
}

fn meant(id: PostRef, part: PublicationId) -> bool {
    match id {
        PostRef::Post(_) => true,
        PostRef::Publication(id) => id == part,
    }
}

fn again(entry: &Entry) -> NewEntry {
    let media = entry.media.iter().map(|used| MediaUse {
        media: MediaRef::Id(used.media.id),
        alt: used.alt.clone(),
    });
    NewEntry {
        content: entry.content.clone(),
        media: media.collect(),
        delay: entry.delay,
    }
}

fn question(preview: &Preview) -> String {
    let channels: Vec<_> = preview
        .channels
        .iter()
        .map(|seen| format!("{} ({})", seen.channel, seen.platform))
        .collect();
    let text: String = preview
        .channels
        .first()
        .and_then(|seen| seen.entries.first())
        .map(|entry| entry.text.chars().take(200).collect())
        .unwrap_or_default();
    format!("Publish now on {}: \"{text}\"?", channels.join(", "))
}

/// What the confirmation is bound to: this post in this version, as these channels get it.
fn content(id: PostRef, view: &PostView, preview: &Preview) -> String {
    let (id, version) = (id.to_string(), view.post.version.to_string());
    let mut parts = vec![id.as_str(), version.as_str()];
    for seen in &preview.channels {
        parts.extend([seen.channel.as_str(), seen.platform.as_str()]);
        parts.extend(seen.entries.iter().map(|entry| entry.text.as_str()));
    }
    digest(parts)
}
