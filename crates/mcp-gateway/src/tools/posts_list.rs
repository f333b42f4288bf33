//! `postsListTool`: the posts of a time window, one line per channel.

use async_trait::async_trait;
use postern_domain::actor::Scope;
use postern_domain::id::GroupId;
use postern_domain::post::{Page, PostQuery, PostView, PublicationView};
use postern_domain::{BackendError, Code, Problem, Timestamp};
use postern_wire::postiz::{parse_list, post_item};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::answer::{Done, Refused, Stop};
use crate::schema::{self, Unknown};
use crate::tools::{Call, Effect, Set, Spec, Tool};

/// Largest list, in bytes of its JSON: some hosts hide larger results from their model.
const LARGEST: usize = 30_000;

#[derive(Deserialize, JsonSchema)]
struct Arguments {
    /// Begin of the window, UTC, for example 2026-01-15T00:00:00
    #[serde(rename = "startDate")]
    start_date: String,
    /// End of the window, UTC
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
    /// The exact state; unconfirmed wants resolve_post, needs_approval wants review_post.
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
            scopes: &[Scope::PostsRead],
            set: Set::Posts,
            effect: Effect::READS,
            unknown: Unknown::Drop,
            aliases: &[],
            input: schema::input::<Arguments>(),
            output: schema::output::<Answer>(),
        }
    }

    async fn call(&self, call: &Call<'_>) -> Result<Done, Stop> {
        let Some(query) = read(&call.read()?)? else {
            return Done::plain(&Answer {
                output: List::default(),
            });
        };
        let mut list = List::default();
        let mut size = 0;
        let mut cursor = None;
        loop {
            let Page { items, next } = page(call, &query, cursor).await?;
            for view in &items {
                for part in view.publications.iter().filter(|part| belongs(part, query.group)) {
                    let Some(item) = show(call, view, part) else {
                        continue;
                    };
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

/// The query, or nothing where no post can match.
fn read(arguments: &Arguments) -> Result<Option<PostQuery>, Refused> {
    let Arguments {
        start_date,
        end_date,
        customer,
    } = arguments;
    let next = "call postsListTool again with these mended.";
    let read = parse_list(Some(start_date), Some(end_date), customer.as_deref());
    let Some(query) = read.map_err(|problems| Refused::new(problems).next(next))? else {
        return Ok(None);
    };
    if query.until < query.from {
        let problem = Problem::new(
            Code::Malformed,
            "/endDate",
            "lies before startDate",
            "swap or change them",
        );
        return Err(Refused::new(vec![problem.given(end_date)]).next(next));
    }
    Ok(Some(query))
}

fn belongs(part: &PublicationView, group: Option<GroupId>) -> bool {
    group.is_none() || part.channel.group == group
}

/// A post on one channel; nothing where it was taken out of the plan.
fn show(call: &Call<'_>, view: &PostView, part: &PublicationView) -> Option<Item> {
    let item = post_item(view, part, &|media| call.shared.backend.media_url(media))?;
    let at = Timestamp::parse(&item.publish_date).unwrap_or(view.post.created_at);
    Some(Item {
        id: item.id,
        publish_date: at.to_bare_utc(),
        state: item.state,
        status: item.status,
        content: item.content,
        settings: serde_json::from_str(&item.settings).unwrap_or_default(),
        group: item.group,
        integration_id: part.channel.id.to_string(),
        platform: part.channel.provider.to_string(),
        integration_name: part.channel.name.clone(),
        release_url: item.release_url,
        error: item
            .error
            .map(|error| format!("{}. Fix: {}.", error.cause, error.fix)),
    })
}
