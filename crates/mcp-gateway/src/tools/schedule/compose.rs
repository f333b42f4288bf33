//! From the compatible tool's posts to ours: those of one time become one post with several channels.

use std::time::Duration;

use postern_domain::content::Document;
use postern_domain::manifest::Field;
use postern_domain::post::{Intent, MediaUse, NewEntry, NewPost, NewTarget};
use postern_domain::time::{PublishAt, Zone};
use postern_domain::{BackendError, Problem, Timestamp};
use postern_wire::moment::in_utc;

use crate::answer::{Refused, Stop};
use crate::shape::places;
use crate::shape::settings::{self, Pair};
use crate::tools::Call;
use crate::tools::channels::{Known, channel_id};
use crate::tools::media::media_ref;
use crate::tools::schedule::{Kind, SocialPost};

/// One post of ours.
pub(super) struct Plan {
    /// What is asked for.
    pub(super) post: NewPost,
    /// For each target, which post of the call it is.
    pub(super) members: Vec<usize>,
    /// All that makes it the same post when it comes again.
    pub(super) text: String,
    when: (Kind, Option<Timestamp>),
}

/// One post of the call, read.
struct Read {
    when: (Kind, Option<Timestamp>),
    target: NewTarget,
    entries: Vec<NewEntry>,
    text: String,
}

impl Plan {
    /// Whether nothing runs.
    pub(super) fn is_draft(&self) -> bool {
        matches!(self.post.intent, Intent::Draft(_))
    }

    /// An error with its problems at their places in the call.
    pub(super) fn moved(&self, error: BackendError) -> BackendError {
        places::moved(error, |field| self.place(field))
    }

    /// Where in the call a field of our post comes from.
    pub(super) fn place(&self, field: &str) -> String {
        let parts = places::parts(field);
        let (member, rest) = match parts.as_slice() {
            ["targets", index, rest @ ..] => (
                index
                    .parse()
                    .ok()
                    .and_then(|index: usize| self.members.get(index)),
                rest,
            ),
            rest => (self.members.first(), rest),
        };
        let base = member
            .map(|member| format!("/socialPost/{member}"))
            .unwrap_or_default();
        match rest {
            ["entries", at, "media", file, ..] => format!("{base}/postsAndComments/{at}/attachments/{file}"),
            ["entries", at, ..] => format!("{base}/postsAndComments/{at}/content"),
            ["entries"] => format!("{base}/postsAndComments"),
            ["channel", ..] => format!("{base}/integrationId"),
            ["settings", key, ..] => format!("{base}/settings/{key}"),
            ["publish_at" | "intent", ..] => format!("{base}/date"),
            ["idempotency_key"] => "/idempotency_key".into(),
            _ => base,
        }
    }
}

/// Reads all posts of a call; unknown channels and unreadable dates are refused together.
///
/// Whether a single channel exists is left to the backend, which looks anyway.
pub(super) async fn compose(call: &Call<'_>, posts: &[SocialPost]) -> Result<Vec<Plan>, Stop> {
    let zone = call.shared.zone_of(call.actor()).await?;
    let mut problems = Vec::new();
    let mut plans: Vec<Plan> = Vec::new();
    for (index, post) in posts.iter().enumerate() {
        let date = date(post, &format!("/socialPost/{index}/date"));
        match (channel_id(&post.integration_id), date) {
            (_, Err(problem)) => problems.push(*problem),
            (None, Ok(_)) => {}
            (Some(channel), Ok(date)) => {
                let fields = fields(call, channel, &post.settings).await?;
                let read = Read {
                    when: (post.kind, date),
                    entries: entries(post),
                    text: text(post),
                    target: NewTarget {
                        channel,
                        entries: None,
                        settings: settings::read(&post.settings, &fields),
                    },
                };
                add(&mut plans, index, read, &zone);
            }
        }
    }
    let is_one_whole_plan = plans.len() == 1 && plans.iter().all(|plan| plan.members.len() == posts.len());
    if !is_one_whole_plan {
        problems.extend(unknown_channels(posts, &Known::of(call).await?));
    }
    if problems.is_empty() {
        return Ok(plans);
    }
    problems.sort_by_key(|problem| place_in_call(&problem.field));
    Err(not_composed(problems))
}

/// The posts of a call whose channel does not exist.
pub(super) fn unknown_channels(posts: &[SocialPost], known: &Known) -> Vec<Problem> {
    let unknown = posts.iter().enumerate().filter_map(|(index, post)| {
        let given = &post.integration_id;
        let field = format!("/socialPost/{index}/integrationId");
        known.find(given).is_none().then(|| known.problem(&field, given))
    });
    unknown.collect()
}

/// The refusal of a call that cannot be put together.
pub(super) fn not_composed(problems: Vec<Problem>) -> Stop {
    Refused::new(problems)
        .next("call integrationList for the channels of this workspace, then call again.")
        .into()
}

/// Which post of the call a problem is about, its channel first.
fn place_in_call(field: &str) -> (usize, bool) {
    let index = field.split('/').nth(2).and_then(|index| index.parse().ok());
    (index.unwrap_or(usize::MAX), !field.ends_with("/integrationId"))
}

/// The settings of a channel's platform; none where the key may not see them.
async fn fields(
    call: &Call<'_>,
    channel: postern_domain::id::ChannelId,
    given: &[Pair],
) -> Result<Vec<Field>, BackendError> {
    if given.is_empty() {
        return Ok(Vec::new());
    }
    match call.shared.backend.channel_manifest(call.actor(), channel).await {
        Ok(manifest) => Ok(manifest.settings),
        Err(BackendError::Forbidden(_) | BackendError::NotFound { .. }) => Ok(Vec::new()),
        Err(error) => Err(error),
    }
}

fn date(post: &SocialPost, field: &str) -> Result<Option<Timestamp>, Box<Problem>> {
    match post.kind {
        Kind::Now => Ok(None),
        Kind::Draft if post.date.trim().is_empty() => Ok(None),
        Kind::Draft | Kind::Schedule => in_utc(&post.date, field).map(Some).map_err(Box::new),
    }
}

fn entries(post: &SocialPost) -> Vec<NewEntry> {
    let parts = post.posts_and_comments.iter().map(|part| NewEntry {
        content: Document::parse(&part.content),
        media: part
            .attachments
            .iter()
            .map(|file| MediaUse {
                media: media_ref(file),
                alt: None,
            })
            .collect(),
        delay: Duration::ZERO,
    });
    parts.collect()
}

/// Channel, text, files, time and settings: what makes a post the same.
fn text(post: &SocialPost) -> String {
    let parts: Vec<_> = post
        .posts_and_comments
        .iter()
        .map(|part| (&part.content, &part.attachments))
        .collect();
    let settings: Vec<_> = post
        .settings
        .iter()
        .map(|pair| (&pair.key, &pair.value))
        .collect();
    let date = if post.kind == Kind::Now {
        ""
    } else {
        post.date.trim()
    };
    format!("{:?}", (&post.integration_id, post.kind, date, parts, settings))
}

/// Adds a post to the plan of its time, or begins a new one. A channel comes once in a plan.
fn add(plans: &mut Vec<Plan>, index: usize, read: Read, zone: &Zone) {
    let Read {
        when,
        mut target,
        entries,
        text,
    } = read;
    let fits = |plan: &&mut Plan| {
        plan.when == when
            && plan
                .post
                .targets
                .iter()
                .all(|other| other.channel != target.channel)
    };
    if let Some(plan) = plans.iter_mut().find(fits) {
        if plan.post.entries != entries {
            target.entries = Some(entries);
        }
        plan.post.targets.push(target);
        plan.members.push(index);
        plan.text.push_str(&text);
        return;
    }
    let at = when.1.map(|instant| PublishAt::at(instant, zone.clone()));
    let intent = match (when.0, at) {
        (Kind::Draft, at) => Intent::Draft(at),
        (Kind::Schedule, Some(at)) => Intent::Schedule {
            at,
            past_is_now: true,
        },
        (Kind::Now, _) | (Kind::Schedule, None) => Intent::Now,
    };
    let post = NewPost {
        intent,
        entries,
        targets: vec![target],
        tags: Vec::new(),
        recurrence: None,
    };
    plans.push(Plan {
        post,
        members: vec![index],
        text,
        when,
    });
}
