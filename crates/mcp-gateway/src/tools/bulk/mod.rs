//! `bulk_schedule`: many posts in one call, each at a time of its own or one after the other.

mod read;

use async_trait::async_trait;
use futures::{StreamExt as _, TryStreamExt as _, stream};
use postern_domain::actor::Scope;
use postern_domain::post::{Created, PostRef};
use postern_domain::time::Zone;
use postern_domain::{BackendError, Code, Problem};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use self::read::{Plan, read};
use crate::answer::{Done, Refused, Stop};
use crate::ask::{Question, Verdict, confirm};
use crate::confirm::digest;
use crate::schema::{self, Unknown};
use crate::shape::moment::Moment;
use crate::tools::once::{self, Wanted};
use crate::tools::repeat::RepeatIn;
use crate::tools::update_post::AttachmentIn;
use crate::tools::{Call, Effect, Set, Spec, Tool};

const NAME: &str = "bulk_schedule";
/// More posts than these are only stored after a person has agreed.
const UNASKED: usize = 5;
/// So many are checked at once.
const AT_ONCE: usize = 4;

#[derive(Deserialize, JsonSchema)]
struct Arguments {
    /// The posts, in order
    #[schemars(length(min = 1, max = 100))]
    posts: Vec<PostIn>,
    /// IANA zone of all times without an offset, for example Europe/Berlin
    #[serde(default)]
    zone: Option<String>,
    /// Time of the first post; posts without publish_at follow at the same local time, every_days apart
    #[serde(default)]
    first_at: Option<String>,
    /// Days between the posts that follow first_at; 1 if left out, 7 is weekly
    #[serde(default)]
    #[schemars(range(min = 1, max = 366))]
    every_days: Option<i32>,
    /// schedule (if left out) publishes at the times, queue takes the next free slots, draft only keeps them
    #[serde(default)]
    mode: Mode,
    /// true stores the posts that are fine where others are not; otherwise nothing is stored then
    #[serde(default)]
    partial: Option<bool>,
    /// true shows times and problems, and stores nothing
    #[serde(default)]
    dry_run: Option<bool>,
    /// Any text of yours: the same call with the same key within 24 hours answers with the first result
    #[serde(default)]
    idempotency_key: Option<String>,
    /// The token from the first call, once the user has agreed; needed above 5 posts
    #[serde(default)]
    confirmation_token: Option<String>,
}

#[derive(Deserialize, JsonSchema)]
struct PostIn {
    /// Where it goes: ids from integrationList, or a handle, name or platform that only one channel has
    #[schemars(length(min = 1, max = 50))]
    channels: Vec<String>,
    /// The text: plain, or HTML with p, strong, u, a, ul, li, h1, h2, h3
    content: String,
    /// Pictures or videos in order
    #[serde(default)]
    #[schemars(length(max = 50))]
    attachments: Option<Vec<AttachmentIn>>,
    /// Further entries of a thread
    #[serde(default)]
    #[schemars(length(max = 24))]
    thread: Option<Vec<String>>,
    /// Its own time: RFC 3339 with an offset, or a local time in zone
    #[serde(default)]
    publish_at: Option<String>,
    /// Lets it return by this rule, at its own local time
    #[serde(default)]
    repeat: Option<RepeatIn>,
    /// Labels
    #[serde(default)]
    #[schemars(length(max = 20))]
    tags: Option<Vec<String>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum Mode {
    #[default]
    Schedule,
    Queue,
    Draft,
}

#[derive(Serialize, JsonSchema)]
struct Answer {
    /// stored, partly_stored, checked, confirmation_required or declined.
    status: &'static str,
    /// The posts that were stored, or would be.
    #[serde(skip_serializing_if = "Option::is_none")]
    posts: Option<Vec<PostOut>>,
    /// The posts that were not, with partial or dry_run.
    #[serde(skip_serializing_if = "Option::is_none")]
    refused: Option<Vec<RefusedOut>>,
    /// What is asked about.
    #[serde(skip_serializing_if = "Option::is_none")]
    preview: Option<Preview>,
    /// The token for the second call.
    #[serde(skip_serializing_if = "Option::is_none")]
    confirmation_token: Option<String>,
    /// When the token ends, RFC 3339 in UTC.
    #[serde(skip_serializing_if = "Option::is_none")]
    expires_at: Option<String>,
}

/// What a person is asked about.
#[derive(Serialize, JsonSchema)]
struct Preview {
    /// The posts that would be stored.
    posts: Vec<PostOut>,
}

#[derive(Debug, Clone, Serialize, JsonSchema)]
struct PostOut {
    /// Which post of the call, from 0.
    index: usize,
    /// Its id, once stored.
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<String>,
    /// Its channels.
    channels: Vec<String>,
    /// When it goes out.
    #[serde(skip_serializing_if = "Option::is_none")]
    publish_at: Option<Moment>,
    /// The beginning of its text.
    excerpt: String,
    /// Whether an earlier call made it.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    replayed: bool,
}

#[derive(Serialize, JsonSchema)]
struct RefusedOut {
    /// Which post of the call, from 0.
    index: usize,
    /// All that is wrong with it.
    #[schemars(schema_with = "crate::tools::any_object")]
    error: Value,
}

/// What came of each post: the stored ones, and problems at their places in the call.
#[derive(Default)]
struct Outcome {
    stored: Vec<PostOut>,
    problems: Vec<Problem>,
}

pub(super) struct BulkSchedule;

#[async_trait]
impl Tool for BulkSchedule {
    fn spec(&self) -> Spec {
        Spec {
            name: NAME,
            title: "Schedule many posts",
            description: "Writes up to 100 social media posts in one call: each at its own publish_at, or one after the \
                other from first_at (five posts, one per day at 9: five posts, first_at, every_days 1), or into the \
                next free slots (mode queue). A single post with several channels, pictures or a repeat rule works as \
                well. All are checked first and none is stored if one is wrong, unless partial is true; every problem \
                is told. More than 5 posts need the user's agreement: without the client asking itself, the first call \
                answers confirmation_required with a token for the second. Publishes nothing at once (publish_post). \
                Example: {\"posts\": [{\"channels\": [\"mastodon\"], \"content\": \"Hello\"}], \
                \"first_at\": \"2026-01-15T09:00\", \"zone\": \"Europe/Berlin\"}.",
            scopes: &[Scope::PostsDraft, Scope::PostsRead],
            set: Set::Posts,
            effect: Effect {
                read_only: false,
                destructive: false,
                idempotent: false,
                open_world: true,
            },
            unknown: Unknown::Refuse,
            aliases: &[],
            input: schema::input::<Arguments>(),
            output: schema::output::<Answer>(),
        }
    }

    /// Many posts take their time, and a person may be asked in between.
    fn deadline(&self) -> Option<std::time::Duration> {
        Some(std::time::Duration::from_mins(2))
    }

    async fn call(&self, call: &Call<'_>) -> Result<Done, Stop> {
        let arguments: Arguments = call.read()?;
        let zone = call.shared.zone_of(call.actor()).await?;
        let (plans, mut problems) = read(call, &arguments, &zone).await?;
        let mut checked = Vec::with_capacity(plans.len());
        let mut checks = stream::iter(plans.into_iter().map(|plan| check(call, plan))).buffered(AT_ONCE);
        while let Some((plan, found)) = checks.try_next().await? {
            if found.is_empty() {
                checked.push(plan);
            }
            problems.extend(found);
        }
        let partial = arguments.partial == Some(true);
        if checked.is_empty() || (!problems.is_empty() && !partial) {
            return Err(refuse(problems));
        }
        let preview: Vec<_> = checked.iter().map(|plan| plan.show(&zone)).collect();
        if arguments.dry_run == Some(true) {
            return told("checked", preview, problems);
        }
        if checked.len() > UNASKED && arguments.mode != Mode::Draft {
            let asked = Question {
                tool: NAME,
                digest: digest(checked.iter().map(|plan| plan.text.as_str())),
                text: question(&preview),
                preview: &Preview {
                    posts: preview.clone(),
                },
                token: arguments.confirmation_token.as_deref(),
            };
            if let Verdict::Not(done) = confirm(call, asked).await? {
                return Ok(*done);
            }
        }
        let outcome = store(call, &arguments, &checked, &zone, partial).await?;
        problems.extend(outcome.problems);
        let status = if problems.is_empty() {
            "stored"
        } else {
            "partly_stored"
        };
        told(status, outcome.stored, problems)
    }
}

/// All that is wrong with a post, at its place in the call. Drafts may be unfinished.
async fn check(call: &Call<'_>, plan: Plan) -> Result<(Plan, Vec<Problem>), Stop> {
    let preview = call.shared.backend.preview_post(call.actor(), plan.post.clone());
    let problems = match preview.await {
        Ok(_) if plan.is_draft() => Vec::new(),
        Ok(seen) => seen.into_iter().flat_map(|seen| seen.preview.problems).collect(),
        Err(error @ (BackendError::Refused(_) | BackendError::Conflict(_))) => error.problems(),
        Err(error) => return Err(error.into()),
    };
    let problems = problems.into_iter().map(|problem| plan.placed(problem)).collect();
    Ok((plan, problems))
}

/// Stores one after the other. Without `partial`, what was stored is taken back when one is refused after all, or
/// the client goes away.
async fn store(
    call: &Call<'_>,
    arguments: &Arguments,
    plans: &[Plan],
    zone: &Zone,
    partial: bool,
) -> Result<Outcome, Stop> {
    let total = u32::try_from(plans.len()).unwrap_or(u32::MAX);
    let (mut outcome, mut made) = (Outcome::default(), Vec::new());
    for (done, plan) in (0..).zip(plans) {
        call.progress.tell(done, total, "storing posts").await;
        let wanted = Wanted {
            tool: NAME,
            key: arguments.idempotency_key.as_deref(),
            place: Some(plan.index),
            text: &plan.text,
        };
        let stored = if call.is_stopped() {
            Err(stopped().into())
        } else {
            once::create(call, &wanted, plan.post.clone())
                .await
                .map_err(|error| match error {
                    BackendError::Refused(_) | BackendError::Conflict(_) => refuse(
                        error
                            .problems()
                            .into_iter()
                            .map(|problem| plan.placed(problem))
                            .collect(),
                    ),
                    error => Stop::from(error),
                })
        };
        match stored {
            Ok(created) => {
                outcome.stored.push(plan.shown(&created, zone));
                made.push(created);
            }
            Err(Stop::Refused(refused)) if partial && !refused.is_retryable() => {
                outcome.problems.extend(refused.problems);
            }
            Err(stop) => {
                take_back(call, &made).await;
                return Err(stop);
            }
        }
    }
    call.progress.tell(total, total, "stored").await;
    Ok(outcome)
}

/// Takes posts of this call out of the plan again.
async fn take_back(call: &Call<'_>, made: &[Created]) {
    for created in made.iter().filter(|created| !created.replayed) {
        let id = PostRef::Post(created.view.post.id);
        if let Err(error) = call.shared.backend.cancel_post(call.actor(), id).await {
            tracing::warn!(post.id = %id, error = %error, "post of a refused call stays in the plan");
        }
    }
}

fn stopped() -> Problem {
    let (detail, fix) = ("the client cancelled the call; nothing was kept", "call again");
    Problem::new(Code::Unavailable, "", detail, fix)
}

fn refuse(problems: Vec<Problem>) -> Stop {
    Refused::new(problems)
        .next("call bulk_schedule again with these mended; nothing was stored.")
        .into()
}

fn question(preview: &[PostOut]) -> String {
    let time = |post: Option<&PostOut>| {
        post.and_then(|post| post.publish_at.as_ref())
            .map(|at| at.local.clone())
    };
    match (time(preview.first()), time(preview.last())) {
        (Some(first), Some(last)) => format!("Schedule {} posts from {first} to {last}?", preview.len()),
        _ => format!("Schedule {} posts?", preview.len()),
    }
}

fn told(status: &'static str, posts: Vec<PostOut>, problems: Vec<Problem>) -> Result<Done, Stop> {
    let mut refused: Vec<RefusedOut> = Vec::new();
    let mut problems = problems;
    problems.sort_by_key(|problem| place_of(&problem.field));
    for some in problems.chunk_by(|a, b| place_of(&a.field) == place_of(&b.field)) {
        refused.push(RefusedOut {
            index: some.first().map_or(0, |problem| place_of(&problem.field)),
            error: Refused::new(some.to_vec()).to_value(),
        });
    }
    let summary = match (status, refused.len()) {
        ("checked", 0) => format!("Nothing was stored. All {} posts are fine.", posts.len()),
        ("checked", bad) => format!(
            "Nothing was stored. {} posts are fine, {bad} are not.",
            posts.len()
        ),
        (_, 0) => format!("Stored {} posts.", posts.len()),
        (_, bad) => format!("Stored {} posts, refused {bad}: see refused.", posts.len()),
    };
    let answer = Answer {
        status,
        posts: Some(posts),
        refused: (!refused.is_empty()).then_some(refused),
        preview: None,
        confirmation_token: None,
        expires_at: None,
    };
    Done::told(summary, &answer)
}

/// Which post of the call a problem is about.
fn place_of(field: &str) -> usize {
    let index = field.split('/').nth(2).and_then(|index| index.parse().ok());
    index.unwrap_or(usize::MAX)
}
