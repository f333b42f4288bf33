//! `post_analytics`: what became of the last posts, with their figures as far as they are known here.

use async_trait::async_trait;
use postern_domain::actor::Scope;
use postern_domain::post::{PostQuery, PostState, PostView, PublicationView};
use postern_domain::publication::State;
use postern_domain::time::Zone;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::answer::{Done, Stop};
use crate::schema::{self, Unknown};
use crate::shape::moment::Moment;
use crate::tools::channel_analytics::NOT_COLLECTED;
use crate::tools::channels::Known;
use crate::tools::posts::{post_ref, refused};
use crate::tools::{Call, Effect, Set, Spec, Tool};

/// Posts that are told where no number is named.
const USUAL: u32 = 10;
/// Said for each post without figures.
const NO_DATA: &str = "No analytics data available for this post yet";

#[derive(Deserialize, JsonSchema)]
struct Arguments {
    /// One post (post_...) or its part on one channel (pub_...); leave out for the last published ones
    #[serde(default)]
    id: Option<String>,
    /// Only posts on this channel: its id from integrationList, or a handle, name or platform that only one has
    #[serde(default)]
    channel: Option<String>,
    /// How many of the last published posts; 10 if left out
    #[serde(default)]
    #[schemars(range(min = 1, max = 100))]
    last: Option<u32>,
}

#[derive(Serialize, JsonSchema)]
struct Answer {
    /// Whether figures of the platforms are among the answers.
    collected: bool,
    /// What that means.
    note: &'static str,
    /// The published posts on their channels, the last one first.
    posts: Vec<Item>,
}

#[derive(Serialize, JsonSchema)]
struct Item {
    /// The id of the post on this channel.
    id: String,
    /// The id of the post over all its channels.
    post_id: String,
    /// The channel's name.
    channel: String,
    /// The platform.
    platform: String,
    /// When it went out.
    #[serde(skip_serializing_if = "Option::is_none")]
    published_at: Option<Moment>,
    /// Its public address.
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<String>,
    /// The beginning of its text.
    excerpt: String,
    /// Why there are no figures.
    note: &'static str,
}

pub(super) struct PostAnalytics;

#[async_trait]
impl Tool for PostAnalytics {
    fn spec(&self) -> Spec {
        Spec {
            name: "post_analytics",
            title: "Post analytics",
            description: "Lists the last published social media posts (10 if no number is given), or one post, each \
                with its public link and the platform's figures (impressions, likes, reposts, replies, engagement \
                rate) as far as they have been collected; where none have, the note of the post says so and no figure \
                is made up. For whole channels use channel_analytics. Asks no platform.",
            scopes: &[Scope::AnalyticsRead, Scope::PostsRead],
            set: Set::Analytics,
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
        let posts = match &arguments.id {
            Some(id) => one(call, id, &zone).await?,
            None => last(call, &arguments, &zone).await?,
        };
        let summary = match posts.len() {
            0 => "Nothing has been published there yet, so there are no figures.".to_owned(),
            count => format!("{count} published posts. {NOT_COLLECTED}"),
        };
        let answer = Answer {
            collected: false,
            note: NOT_COLLECTED,
            posts,
        };
        Done::told(summary, &answer)
    }
}

/// What of one post is out.
async fn one(call: &Call<'_>, id: &str, zone: &Zone) -> Result<Vec<Item>, Stop> {
    let id = post_ref(id)?;
    let view = call.shared.backend.post(call.actor(), id).await;
    let view = view.map_err(|error| refused(error, str::to_owned))?;
    let parts = view.publications.iter().filter(|part| match id {
        postern_domain::post::PostRef::Post(_) => true,
        postern_domain::post::PostRef::Publication(id) => part.publication.id == id,
    });
    Ok(parts
        .filter(|part| is_out(part))
        .map(|part| show(&view, part, zone))
        .collect())
}

/// What was published last, at most as many as asked for.
async fn last(call: &Call<'_>, arguments: &Arguments, zone: &Zone) -> Result<Vec<Item>, Stop> {
    let channel = match &arguments.channel {
        Some(text) => Some(Known::of(call).await?.meant("/channel", text)?.0),
        None => None,
    };
    let most = arguments.last.unwrap_or(USUAL);
    let query = PostQuery {
        until: Some(call.shared.clock.now()),
        states: vec![PostState::Published, PostState::PartlyPublished],
        channel,
        newest_first: true,
        limit: most,
        ..PostQuery::default()
    };
    let page = call.shared.backend.posts(call.actor(), query).await?;
    let mut items = Vec::new();
    for view in &page.items {
        let parts = view.publications.iter().filter(|part| is_out(part));
        let parts = parts.filter(|part| channel.is_none_or(|channel| channel == part.channel.id));
        items.extend(parts.map(|part| show(view, part, zone)));
    }
    items.truncate(most as usize);
    Ok(items)
}

fn is_out(part: &PublicationView) -> bool {
    part.publication.state == State::Published
}

fn show(view: &PostView, part: &PublicationView, zone: &Zone) -> Item {
    let head = view.post.entries_for(part.channel.id).first();
    Item {
        id: part.publication.id.to_string(),
        post_id: view.post.id.to_string(),
        channel: part.channel.name.clone(),
        platform: part.channel.provider.to_string(),
        published_at: part.publication.published_at.map(|at| Moment::new(at, zone)),
        url: part
            .publication
            .releases
            .first()
            .and_then(|release| release.url.clone()),
        excerpt: head.map(|entry| entry.content.excerpt(120)).unwrap_or_default(),
        note: NO_DATA,
    }
}
