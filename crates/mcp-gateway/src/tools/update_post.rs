//! `update_post`: moves or rewrites a post that is not out yet.

use std::time::Duration;

use async_trait::async_trait;
use postern_domain::actor::Scope;
use postern_domain::content::Document;
use postern_domain::id::{ChannelId, PublicationId};
use postern_domain::post::{
    Entry, Intent, MediaRef, MediaUse, NewEntry, NewTarget, PostEdit, PostRef, PostView,
};
use postern_domain::publication::{Publication, State};
use postern_domain::recurrence::{NewRecurrence, Rule};
use postern_domain::time::PublishAt;
use postern_domain::{Code, Problem};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::answer::{Done, Stop};
use crate::schema::{self, Unknown};
use crate::shape::moment::exact;
use crate::shape::places;
use crate::shape::post::Detail;
use crate::tools::media::media_ref;
use crate::tools::posts::{PostAnswer, post_ref, refused, told};
use crate::tools::repeat::{self, RepeatIn, ScopeIn, edit_of};
use crate::tools::{Call, Effect, Set, Spec, Tool};

#[derive(Deserialize, JsonSchema)]
struct Arguments {
    /// The id of the post (post_..., or pub_... for the post that this part belongs to)
    id: String,
    /// The new text and files in place of the old, the post, then its thread; with a pub_... id for that channel alone where others are out
    #[serde(default)]
    #[schemars(length(min = 1, max = 25))]
    entries: Option<Vec<EntryIn>>,
    /// The new time: RFC 3339 with an offset (2026-01-15T09:00:00+01:00), or a local time together with `zone`
    #[serde(default)]
    publish_at: Option<String>,
    /// IANA zone of publish_at, for example Europe/Berlin; only needed where publish_at has no offset
    #[serde(default)]
    zone: Option<String>,
    /// true makes it a draft that is not published, false schedules it; leave out to keep it as it is
    #[serde(default)]
    draft: Option<bool>,
    /// The new labels, in place of the old
    #[serde(default)]
    tags: Option<Vec<String>>,
    /// The version that was read with get_post; the change is refused if somebody else has changed it since
    #[serde(default)]
    #[schemars(range(min = 1))]
    expected_version: Option<u64>,
    /// Lets a scheduled post return by this rule, at its own time; with scope it replaces the rule of one that does
    #[serde(default)]
    repeat: Option<RepeatIn>,
    /// Which posts of one that returns: this, this and the following, or all that are not out; this if left out
    #[serde(default)]
    scope: Option<ScopeIn>,
}

#[derive(Deserialize, JsonSchema)]
struct EntryIn {
    /// The text: plain, or HTML with p, strong, u, a, ul, li, h1, h2, h3
    content: String,
    /// Pictures or videos in order
    #[serde(default)]
    #[schemars(length(max = 50))]
    attachments: Option<Vec<AttachmentIn>>,
}

#[derive(Deserialize, JsonSchema)]
pub(super) struct AttachmentIn {
    /// The id or path of a file from uploadFromUrlTool, or a public URL
    pub(super) file: String,
    /// Words for those who cannot see it
    #[serde(default)]
    pub(super) alt: Option<String>,
}

pub(super) struct UpdatePost;

#[async_trait]
impl Tool for UpdatePost {
    fn spec(&self) -> Spec {
        Spec {
            name: "update_post",
            title: "Change a post",
            description: "Changes a draft or scheduled social media post on all its channels: moves it to another time, \
                replaces its text and pictures, turns a draft into a scheduled post or back, lets it return by a rule. \
                What is left out stays. Refused as soon as publishing has begun; published posts cannot be edited, \
                and of a thread only what is not out. A failed post that is changed stays failed until retry_post, or \
                a new time. It does not publish at once (publish_post), nor change a channel's settings \
                (postSettingsTool), nor the set of channels. \
                Example: {\"id\": \"post_...\", \"publish_at\": \"2026-01-15T09:00\", \"zone\": \"Europe/Berlin\"}.",
            scopes: &[Scope::PostsDraft, Scope::PostsRead],
            set: Set::Posts,
            effect: Effect {
                read_only: false,
                destructive: true,
                idempotent: true,
                open_world: true,
            },
            unknown: Unknown::Refuse,
            aliases: &[],
            input: schema::input::<Arguments>(),
            output: schema::output::<PostAnswer>(),
        }
    }

    async fn call(&self, call: &Call<'_>) -> Result<Done, Stop> {
        let arguments: Arguments = call.read()?;
        let id = post_ref(&arguments.id)?;
        let backend = &call.shared.backend;
        let view = backend
            .post(call.actor(), id)
            .await
            .map_err(|error| refused(error, str::to_owned))?;
        let intent = intent(call, &arguments, &view).await?;
        let entries: Option<Vec<NewEntry>> = arguments
            .entries
            .map(|entries| entries.into_iter().map(to_entry).collect());
        let (entries, targets) = match (entries, alone(id, &view)) {
            (Some(entries), Some(part)) => (None, Some(targets(&view, part, &entries))),
            (entries, _) => (entries, None),
        };
        let edit = PostEdit {
            expected_version: arguments.expected_version,
            intent,
            entries,
            targets,
            tags: arguments.tags,
            recurrence: None,
        };
        let rule = rule(arguments.repeat.as_ref(), &view, &edit)?;
        if let Some(scope) = arguments.scope.filter(|scope| *scope != ScopeIn::This) {
            return change_many(call, &view, scope, &edit, rule).await;
        }
        let edit = PostEdit {
            recurrence: rule.map(|rule| NewRecurrence::Rule(Box::new(rule))),
            ..edit
        };
        if edit
            == (PostEdit {
                expected_version: edit.expected_version,
                ..PostEdit::default()
            })
        {
            let fix = "send what shall change: publish_at, entries, draft or tags";
            return Err(Problem::new(Code::MissingField, "", "nothing would change", fix).into());
        }
        let view = backend
            .update_post(call.actor(), id, edit)
            .await
            .map_err(|error| refused(error, place))?;
        told(call, &view, Detail::Concise, "Changed. ").await
    }
}

/// The part that is meant alone: named by its id, while another channel's part can no longer be changed.
fn alone(id: PostRef, view: &PostView) -> Option<PublicationId> {
    let PostRef::Publication(part) = id else {
        return None;
    };
    let mut others = live(view).filter(|publication| publication.id != part);
    others
        .any(|publication| !publication.is_editable())
        .then_some(part)
}

fn live(view: &PostView) -> impl Iterator<Item = &Publication> {
    let all = view.publications.iter().map(|part| &part.publication);
    all.filter(|publication| publication.state != State::Cancelled)
}

/// All channels as they are, but one of them with these entries.
fn targets(view: &PostView, part: PublicationId, entries: &[NewEntry]) -> Vec<NewTarget> {
    let own = |channel: ChannelId| {
        view.post
            .versions
            .iter()
            .find(|version| version.channel == channel)
    };
    live(view)
        .map(|publication| NewTarget {
            channel: publication.channel,
            entries: if publication.id == part {
                Some(entries.to_vec())
            } else {
                own(publication.channel).map(|version| version.entries.iter().map(again).collect())
            },
            settings: publication.settings.clone(),
        })
        .collect()
}

/// A stored entry as if it were asked for again.
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

/// The rule that is asked for, at the time that the post has or gets.
fn rule(asked: Option<&RepeatIn>, view: &PostView, edit: &PostEdit) -> Result<Option<Rule>, Stop> {
    let Some(asked) = asked else { return Ok(None) };
    let at = match &edit.intent {
        Some(Intent::Schedule { at, .. }) => Some(at),
        Some(Intent::Draft(_) | Intent::Now | Intent::Queue) | None => view.post.publish_at.as_ref(),
    };
    let Some(at) = at else {
        let (detail, fix) = ("is needed to repeat this draft", "send publish_at too");
        return Err(Problem::new(Code::MissingField, "/publish_at", detail, fix).into());
    };
    asked.rule(at).map(Some)
}

/// Changes this post and others of its recurrence.
async fn change_many(
    call: &Call<'_>,
    view: &PostView,
    scope: ScopeIn,
    edit: &PostEdit,
    rule: Option<Rule>,
) -> Result<Done, Stop> {
    let (series, edit) = edit_of(call, view, scope, edit, rule).await?;
    let backend = &call.shared.backend;
    let changed = backend
        .update_recurrence(call.actor(), series.recurrence, edit)
        .await
        .map_err(|error| refused(error, place))?;
    let words = format!("Changed. It returns {}. ", changed.recurrence.rule);
    let next = changed.next.unwrap_or_else(|| view.clone());
    told(call, &next, Detail::Concise, &words).await
}

/// What shall become of the post: a time alone keeps a draft a draft.
async fn intent(call: &Call<'_>, arguments: &Arguments, view: &PostView) -> Result<Option<Intent>, Stop> {
    let at = match &arguments.publish_at {
        None => None,
        Some(text) => {
            let workspace = call.shared.zone_of(call.actor()).await?;
            let at = exact(text, arguments.zone.as_deref(), &workspace, "/publish_at")?;
            Some(check_future(call, at, text)?)
        }
    };
    let draft = arguments.draft.unwrap_or(view.post.draft);
    if at.is_none() && arguments.draft.is_none() {
        return Ok(None);
    }
    let planned = at.or_else(|| view.post.publish_at.clone());
    match (draft, planned) {
        (true, planned) => Ok(Some(Intent::Draft(planned))),
        (false, Some(at)) => Ok(Some(Intent::Schedule {
            at,
            past_is_now: false,
        })),
        (false, None) => {
            let fix = "send publish_at, or call publish_post to publish it at once";
            Err(Problem::new(
                Code::MissingField,
                "/publish_at",
                "is needed to schedule this draft",
                fix,
            )
            .into())
        }
    }
}

fn check_future(call: &Call<'_>, at: PublishAt, given: &str) -> Result<PublishAt, Box<Problem>> {
    let now = call.shared.clock.now();
    if at.instant > now {
        return Ok(at);
    }
    let detail = format!(
        "has passed: it is {} ({}) now",
        now.to_rfc3339_in(&at.zone),
        now.to_rfc3339()
    );
    let fix = "send a later time, or call publish_post to publish at once";
    Err(Box::new(
        Problem::new(Code::PublishTimePassed, "/publish_at", detail, fix).given(given),
    ))
}

fn to_entry(entry: EntryIn) -> NewEntry {
    let media = entry.attachments.unwrap_or_default().into_iter();
    NewEntry {
        content: Document::parse(&entry.content),
        media: media
            .map(|file| MediaUse {
                media: media_ref(&file.file),
                alt: file.alt,
            })
            .collect(),
        delay: Duration::ZERO,
    }
}

fn place(field: &str) -> String {
    match places::parts(field).as_slice() {
        ["targets", _, "entries", at, rest @ ..] | ["entries", at, rest @ ..] => match rest {
            ["media", file, ..] => format!("/entries/{at}/attachments/{file}"),
            _ => format!("/entries/{at}/content"),
        },
        ["publish_at" | "intent", ..] => "/publish_at".into(),
        _ => repeat::place(field),
    }
}
