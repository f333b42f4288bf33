//! `integrationSchedulePostTool`: drafts, scheduled and immediate posts, several at once.

mod compose;

use std::fmt::Write as _;

use async_trait::async_trait;
use postern_domain::actor::Scope;
use postern_domain::id::ChannelId;
use postern_domain::post::Created;
use postern_domain::rate::Crowding;
use postern_domain::{BackendError, Code, Problem};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use self::compose::{Plan, compose, not_composed, unknown_channels};
use crate::answer::{Done, Refused, Stop};
use crate::schema::{self, Unknown};
use crate::shape::preview::ChannelPreview;
use crate::shape::settings::Pair;
use crate::tools::channels::Known;
use crate::tools::once::{self, Wanted};
use crate::tools::{Call, Effect, Set, Spec, Tool};

const NAME: &str = "integrationSchedulePostTool";

#[derive(Deserialize, JsonSchema)]
struct Arguments {
    /// The posts, one for each channel
    #[serde(rename = "socialPost")]
    #[schemars(length(min = 1, max = 50))]
    social_post: Vec<SocialPost>,
    /// Any text of yours: the same call with the same key within 24 hours answers with the first result
    #[serde(default)]
    idempotency_key: Option<String>,
    /// true shows what each channel would get and every problem, and stores nothing
    #[serde(default)]
    dry_run: Option<bool>,
}

#[derive(Deserialize, JsonSchema)]
struct SocialPost {
    /// The channel's id from integrationList
    #[serde(rename = "integrationId")]
    integration_id: String,
    /// Whether the account pays for more at its platform; false if unknown
    #[serde(rename = "isPremium")]
    #[expect(dead_code, reason = "clients send it; limits come from the channel itself")]
    is_premium: bool,
    /// When to publish, UTC, for example 2026-01-15T09:00:00; ignored with type now
    date: String,
    /// Whether to shorten links
    #[serde(rename = "shortLink")]
    #[expect(dead_code, reason = "clients send it; there is no link shortener")]
    short_link: bool,
    /// draft keeps it, schedule publishes at the date, now publishes at once
    #[serde(rename = "type")]
    kind: Kind,
    /// The post, then its thread or comments
    #[serde(rename = "postsAndComments")]
    #[schemars(length(min = 1, max = 25))]
    posts_and_comments: Vec<Part>,
    /// Settings as integrationSchema describes them; empty where there are none
    settings: Vec<Pair>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum Kind {
    Draft,
    Schedule,
    Now,
}

#[derive(Deserialize, JsonSchema)]
struct Part {
    /// The text as HTML, each line in p; h1 h2 h3 u strong li ul p allowed, u and strong not together; plain text too
    content: String,
    /// Paths of files from uploadFromUrlTool, or public URLs; empty where there are none
    attachments: Vec<String>,
}

#[derive(Serialize, JsonSchema)]
struct Answer {
    /// The new posts, or why there are none.
    #[schemars(schema_with = "made_or_errors")]
    output: Value,
    /// The errors for programs.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "crate::tools::any_object")]
    refusal: Option<Value>,
    /// Said where something is odd.
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<String>,
    /// With dry_run, what each channel would get.
    #[serde(skip_serializing_if = "Option::is_none")]
    preview: Option<Vec<ChannelPreview>>,
}

#[derive(Serialize)]
struct Made {
    #[serde(rename = "postId")]
    post_id: String,
    integration: String,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    replayed: bool,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    warnings: Vec<String>,
}

fn made_or_errors(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
    schemars::json_schema!({
        "description": "The new posts in the order they were asked for, or an object with `errors`.",
        "anyOf": [
            {
                "type": "array",
                "items": {
                    "type": "object",
                    "properties": {
                        "postId": { "type": "string", "description": "The post's id." },
                        "integration": { "type": "string", "description": "The channel's id." },
                        "replayed": { "type": "boolean", "description": "Whether it was made by an earlier call." },
                        "warnings": {
                            "type": "array",
                            "items": { "type": "string" },
                            "description": "Limits of the platform that the plan exceeds; the post goes out later then.",
                        },
                    },
                    "required": ["postId", "integration"],
                },
            },
            {
                "type": "object",
                "properties": { "errors": { "type": "string", "description": "Every problem with its channel." } },
                "required": ["errors"],
            },
        ],
    })
}

pub(super) struct SchedulePost;

#[async_trait]
impl Tool for SchedulePost {
    fn spec(&self) -> Spec {
        Spec {
            name: NAME,
            title: "Schedule Social Media Post",
            description: "Writes social media posts (text, pictures, video, threads) for one or more channels: keeps \
                them as drafts, schedules them for a UTC date, or publishes them at once. Call integrationList for the \
                channel ids and integrationSchema for each platform's limit and settings first. All posts of a call \
                are checked before any is stored; output.errors tells every problem. It does not edit or delete: use \
                update_post, postSettingsTool, cancel_post; for many posts of one rhythm use bulk_schedule. A date in the past publishes at once. Example of one post: \
                {\"integrationId\": \"chn_...\", \"isPremium\": false, \"date\": \"2026-01-15T09:00:00\", \
                \"shortLink\": false, \"type\": \"schedule\", \"postsAndComments\": [{\"content\": \"<p>Hello</p>\", \
                \"attachments\": []}], \"settings\": []}.",
            scopes: &[Scope::PostsDraft],
            set: Set::Posts,
            effect: Effect {
                read_only: false,
                destructive: true,
                idempotent: false,
                open_world: true,
            },
            unknown: Unknown::Drop,
            aliases: &["schedulePostTool"],
            input: schema::input::<Arguments>(),
            output: schema::output::<Answer>(),
        }
    }

    fn deadline(&self) -> Option<std::time::Duration> {
        Some(std::time::Duration::from_mins(2))
    }

    async fn call(&self, call: &Call<'_>) -> Result<Done, Stop> {
        let arguments: Arguments = call.read()?;
        let plans = compose(call, &arguments.social_post).await?;
        if arguments.dry_run == Some(true) {
            return dry_run(call, &arguments, &plans).await;
        }
        if plans.len() > 1 {
            let problems = check_all(call, &plans).await?;
            if !problems.is_empty() {
                return refuse(call, &arguments, problems).await;
            }
        }
        let mut made: Vec<Option<Made>> = arguments.social_post.iter().map(|_| None).collect();
        for (index, plan) in plans.iter().enumerate() {
            let wanted = Wanted {
                tool: NAME,
                key: arguments.idempotency_key.as_deref(),
                place: (plans.len() > 1).then_some(index),
                text: &plan.text,
            };
            match once::create(call, &wanted, plan.post.clone()).await {
                Ok(created) => place(&mut made, plan, &created),
                Err(error @ (BackendError::Refused(_) | BackendError::Conflict(_))) => {
                    return refuse(call, &arguments, plan.moved(error).problems()).await;
                }
                Err(error) => return Err(error.into()),
            }
        }
        let made: Vec<_> = made.into_iter().flatten().collect();
        let replayed = made.iter().any(|made| made.replayed);
        let note = replayed.then(|| "An earlier call made some of these; nothing was made twice.".to_owned());
        let output = serde_json::to_value(made).map_err(|_| BackendError::Internal)?;
        Done::plain(&Answer {
            output,
            refusal: None,
            note,
            preview: None,
        })
    }
}

/// Shows what would be stored; problems are told as they would be.
async fn dry_run(call: &Call<'_>, arguments: &Arguments, plans: &[Plan]) -> Result<Done, Stop> {
    let (mut problems, mut preview) = (Vec::new(), Vec::new());
    for plan in plans {
        let seen = call.shared.backend.preview_post(call.actor(), plan.post.clone());
        match seen.await {
            Ok(seen) => {
                let found = seen.iter().flat_map(|seen| &seen.preview.problems);
                problems.extend(found.map(|problem| Problem {
                    field: plan.place(&problem.field),
                    ..problem.clone()
                }));
                preview.extend(seen.into_iter().map(ChannelPreview::of));
            }
            Err(error @ (BackendError::Refused(_) | BackendError::Conflict(_))) => {
                problems.extend(plan.moved(error).problems());
            }
            Err(error) => return Err(error.into()),
        }
    }
    if !problems.is_empty() {
        return refuse(call, arguments, problems).await;
    }
    Done::plain(&Answer {
        output: Value::Array(Vec::new()),
        refusal: None,
        note: Some("Nothing was stored: this was a dry run, and it found no problem.".to_owned()),
        preview: Some(preview),
    })
}

/// Checks plans that cannot be stored together, so that none is stored when another is refused.
async fn check_all(call: &Call<'_>, plans: &[Plan]) -> Result<Vec<Problem>, Stop> {
    let mut problems = Vec::new();
    for plan in plans.iter().filter(|plan| !plan.is_draft()) {
        match call
            .shared
            .backend
            .preview_post(call.actor(), plan.post.clone())
            .await
        {
            Ok(previews) => {
                let found: Vec<_> = previews
                    .into_iter()
                    .flat_map(|seen| seen.preview.problems)
                    .collect();
                problems.extend(found.into_iter().map(|problem| Problem {
                    field: plan.place(&problem.field),
                    ..problem
                }));
            }
            Err(error @ (BackendError::Refused(_) | BackendError::Conflict(_))) => {
                problems.extend(plan.moved(error).problems());
            }
            Err(error) => return Err(error.into()),
        }
    }
    Ok(problems)
}

/// Puts the new publications where their posts were asked for.
fn place(made: &mut [Option<Made>], plan: &Plan, created: &Created) {
    for (target, member) in plan.post.targets.iter().zip(&plan.members) {
        let part = created
            .view
            .publications
            .iter()
            .find(|part| part.publication.channel == target.channel);
        if let (Some(part), Some(slot)) = (part, made.get_mut(*member)) {
            *slot = Some(Made {
                post_id: part.publication.id.to_string(),
                integration: part.channel.id.to_string(),
                replayed: created.replayed,
                warnings: warnings(created, target.channel),
            });
        }
    }
}

/// The rates of a channel's platform that the plan exceeds.
fn warnings(created: &Created, channel: ChannelId) -> Vec<String> {
    let exceeded = created.view.crowding.iter().filter(|it| it.channel == channel);
    exceeded.map(Crowding::sentence).collect()
}

/// The compatible answer to a refusal by a platform's rules: not a tool error, but words in `output.errors`. Unknown
/// channels are one, with the channels that were probably meant.
async fn refuse(call: &Call<'_>, arguments: &Arguments, problems: Vec<Problem>) -> Result<Done, Stop> {
    let known = Known::of(call).await?;
    if problems
        .iter()
        .any(|problem| problem.code == Code::UnknownChannel)
    {
        let unknown = unknown_channels(&arguments.social_post, &known);
        if !unknown.is_empty() {
            return Err(not_composed(unknown));
        }
    }
    let mut errors = String::new();
    for problem in &problems {
        let member = problem
            .field
            .split('/')
            .nth(2)
            .and_then(|index| index.parse::<usize>().ok());
        let post = member.and_then(|index| arguments.social_post.get(index));
        let channel = post
            .and_then(|post| known.find(&post.integration_id))
            .and_then(|(_, channel)| channel);
        let name = channel.map_or("All channels", |channel| channel.name.as_str());
        let _ = writeln!(
            errors,
            "{name}: {} {}.",
            crate::answer::path(&problem.field),
            told(problem)
        );
    }
    let refused = Refused::new(problems);
    let output = serde_json::json!({ "errors": errors.trim_end() });
    Done::plain(&Answer {
        output,
        refusal: Some(refused.to_value()),
        note: None,
        preview: None,
    })
}

fn told(problem: &Problem) -> String {
    let mut text = problem.detail.clone();
    if let Some(given) = &problem.given {
        let _ = write!(text, ". Received: {given}");
    }
    if let Some(allowed) = &problem.allowed {
        let _ = write!(text, ". Allowed: {allowed}");
    }
    let _ = write!(text, ". Fix: {}", problem.fix);
    text
}
