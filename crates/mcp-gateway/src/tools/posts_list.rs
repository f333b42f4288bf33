//! `postsListTool`: the posts of a time window, one line per channel.

use async_trait::async_trait;
use postern_domain::actor::Scope;
use postern_domain::id::GroupId;
use postern_domain::post::{Page, PostQuery, PostView, PublicationView};
use postern_domain::publication::State;
use postern_domain::{BackendError, Code, Problem, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::answer::{Done, Refused, Stop};
use crate::schema::{self, Unknown};
use crate::shape::moment::in_utc;
use crate::shape::post::url_of;
use crate::shape::value::object;
use crate::tools::{Call, Effect, Spec, Tool};

/// Largest list, in bytes of its JSON: some hosts hide larger results from their model.
const LARGEST: usize = 30_000;
/// Posts that are asked for at once.
const PAGE: u32 = 100;

#[derive(Deserialize, JsonSchema)]
struct Arguments {
    /// Begin of the window, UTC, for example 2026-01-15T00:00:00
    #[serde(rename = "startDate")]
    start_date: String,
    /// End of the window, UTC; not part of it
    #[serde(rename = "endDate")]
    end_date: String,
    /// Only channels of this group: an id from groupList
    #[serde(default)]
    customer: Option<String>,
}

#[derive(Serialize, JsonSchema)]
struct Answer {
    /// The list.
    output: List,
}

#[derive(Default, Serialize, JsonSchema)]
struct List {
    /// Posts by publish time, one for each channel.
    posts: Vec<Item>,
    /// Where the list was cut: ask again with this as startDate for the rest.
    #[serde(rename = "nextStartDate", skip_serializing_if = "Option::is_none")]
    next_start_date: Option<String>,
}

#[derive(Serialize, JsonSchema)]
struct Item {
    /// The post's id on this channel.
    id: String,
    /// When it goes out, UTC, YYYY-MM-DDTHH:mm:ss.
    #[serde(rename = "publishDate")]
    publish_date: String,
    /// QUEUE, PUBLISHED, ERROR or DRAFT.
    state: &'static str,
    /// The exact state; unconfirmed wants resolve_post.
    status: &'static str,
    /// The text of its first entry.
    content: String,
    /// Its settings on this channel.
    #[schemars(schema_with = "crate::tools::any_object")]
    settings: Map<String, Value>,
    /// The id of the post over all its channels.
    group: String,
    /// The channel's id.
    #[serde(rename = "integrationId")]
    integration_id: String,
    /// The platform.
    platform: String,
    /// The channel's name.
    #[serde(rename = "integrationName")]
    integration_name: String,
    /// Its public address.
    #[serde(rename = "releaseURL", skip_serializing_if = "Option::is_none")]
    release_url: Option<String>,
    /// What went wrong, and how to mend it.
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
}

pub(super) struct PostsList;

#[async_trait]
impl Tool for PostsList {
    fn spec(&self) -> Spec {
        Spec {
            name: "postsListTool",
            title: "List Posts",
            description: "Lists the social media posts of a UTC time window, drafts, scheduled, published and failed \
                ones, each with its state, text, settings, channel, public link or error. Use it to see the queue or \
                the calendar, and to find a post's id for get_post, update_post, cancel_post, publish_post or \
                postSettingsTool. Long lists are cut and tell the startDate to go on with. Published posts cannot be \
                deleted with these tools.",
            scope: Some(Scope::PostsRead),
            effect: Effect::READS,
            unknown: Unknown::Drop,
            aliases: &[],
            input: schema::input::<Arguments>(),
            output: schema::output::<Answer>(),
        }
    }

    async fn call(&self, call: &Call<'_>) -> Result<Done, Stop> {
        let (query, group) = read(&call.read()?)?;
        let mut list = List::default();
        let mut size = 0;
        let mut cursor = None;
        loop {
            let Page { items, next } = page(call, &query, cursor).await?;
            for view in &items {
                for part in view.publications.iter().filter(|part| belongs(part, group)) {
                    let Some(item) = show(view, part) else { continue };
                    size += serde_json::to_string(&item).map_or(0, |text| text.len());
                    if size > LARGEST && !list.posts.is_empty() {
                        list.next_start_date = Some(item.publish_date);
                        return Done::plain(&Answer { output: list });
                    }
                    list.posts.push(item);
                }
            }
            cursor = next;
            if cursor.is_none() {
                return Done::plain(&Answer { output: list });
            }
        }
    }
}

async fn page(
    call: &Call<'_>,
    query: &PostQuery,
    cursor: Option<String>,
) -> Result<Page<PostView>, BackendError> {
    call.shared
        .backend
        .posts(
            call.actor(),
            PostQuery {
                cursor,
                ..query.clone()
            },
        )
        .await
}

fn read(arguments: &Arguments) -> Result<(PostQuery, Option<GroupId>), Refused> {
    let mut problems = Vec::new();
    let mut instant = |text: &str, field: &str| {
        in_utc(text, field)
            .map_err(|problem| problems.push(*problem))
            .ok()
    };
    let from = instant(&arguments.start_date, "/startDate");
    let until = instant(&arguments.end_date, "/endDate");
    let given = arguments
        .customer
        .as_deref()
        .map(str::trim)
        .filter(|group| !group.is_empty());
    let group = given.and_then(|group| group.parse().ok());
    if let (Some(given), None) = (given, group) {
        let fix = "use an id from groupList, or leave it out";
        problems
            .push(Problem::new(Code::NotFound, "/customer", "is not the id of a group", fix).given(given));
    }
    if let (Some(from), Some(until)) = (from, until)
        && until <= from
    {
        let problem = Problem::new(
            Code::Malformed,
            "/endDate",
            "does not lie after startDate",
            "swap or change them",
        );
        problems.push(problem.given(&arguments.end_date));
    }
    if !problems.is_empty() {
        return Err(Refused::new(problems).next("call postsListTool again with these mended."));
    }
    Ok((
        PostQuery {
            from,
            until,
            group,
            limit: PAGE,
            ..PostQuery::default()
        },
        group,
    ))
}

fn belongs(part: &PublicationView, group: Option<GroupId>) -> bool {
    group.is_none() || part.channel.group == group
}

/// A post on one channel; nothing where it was taken out of the plan.
fn show(view: &PostView, part: &PublicationView) -> Option<Item> {
    let publication = &part.publication;
    let at: Option<Timestamp> = publication
        .publish_at
        .or(view.post.publish_at.as_ref().map(|at| at.instant));
    let mut settings = object(&publication.settings);
    settings.insert("__type".into(), Value::String(publication.provider.to_string()));
    let head = view.post.entries_for(part.channel.id).first();
    let failure = publication
        .failure
        .as_ref()
        .filter(|_| publication.state != State::Published);
    Some(Item {
        id: publication.id.to_string(),
        publish_date: at.unwrap_or(view.post.created_at).to_bare_utc(),
        state: compatible(publication.state)?,
        status: publication.state.as_str(),
        content: head.map(|entry| entry.content.to_source()).unwrap_or_default(),
        settings,
        group: view.post.id.to_string(),
        integration_id: part.channel.id.to_string(),
        platform: publication.provider.to_string(),
        integration_name: part.channel.name.clone(),
        release_url: url_of(part),
        error: failure.map(|failure| format!("{}. Fix: {}.", failure.cause, failure.fix)),
    })
}

/// The four states that clients of the compatible tools know.
fn compatible(state: State) -> Option<&'static str> {
    match state {
        State::Draft => Some("DRAFT"),
        State::Scheduled | State::Leased | State::Preparing | State::Waiting | State::Armed | State::Held => {
            Some("QUEUE")
        }
        State::Published => Some("PUBLISHED"),
        State::Failed | State::Missed | State::Unconfirmed => Some("ERROR"),
        State::Cancelled => None,
    }
}
