//! Posts as lists and our own routes show them.

use postern_domain::Timestamp;
use postern_domain::actor::Door;
use postern_domain::failure::Failure;
use postern_domain::media::Media;
use postern_domain::pause::Held;
use postern_domain::post::{Entry, PostState, PostView, PublicationView};
use postern_domain::publication::{Publication, State};
use postern_domain::recurrence::InSeries;
use postern_domain::review::{Review, Stage};
use postern_domain::tag::{DEFAULT_COLOR, Tag};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Value as Json, json};

use crate::postiz::settings::TYPE;
use crate::postiz::tag::{TagItem, Tagged, tag_item};
use crate::value::object;

/// One post on one channel.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PostItem {
    /// Its id on this channel, `pub_...`.
    pub id: String,
    /// The text of its first entry, HTML or plain as it was written.
    pub content: String,
    /// When it goes out, or was meant to; a draft without a time shows when it was written.
    pub publish_date: String,
    /// Its public address.
    #[serde(rename = "releaseURL")]
    pub release_url: Option<String>,
    /// The platform's id; `missing` when it is out and the id is not known.
    pub release_id: Option<String>,
    /// `QUEUE`, `PUBLISHED`, `ERROR` or `DRAFT`.
    pub state: &'static str,
    /// Days from this post to the next one of its recurrence, where the rule says no more than that.
    pub interval_in_days: Option<u32>,
    /// The recurrence that it belongs to, `rec_...`.
    pub recurrence: Option<String>,
    /// The first date of its recurrence; only on dates ahead that have no post of their own yet and stand with the id
    /// of the post that waits.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub actual_date: Option<String>,
    /// The post over all its channels, `post_...`.
    pub group: String,
    /// `WEB`, `API`, `MCP`, `CLI` or `AUTOPOST`.
    pub creation_method: &'static str,
    /// Its settings, as a text that holds JSON.
    pub settings: String,
    /// Its labels.
    pub tags: Vec<Tagged>,
    /// Its channel.
    pub integration: Json,
    /// Its exact state, one of ours.
    pub status: &'static str,
    /// Why it is held: `channel_must_reconnect`, `channel_paused`, `workspace_paused` or `instance_paused`; absent
    /// while it is not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub held: Option<&'static str>,
    /// What went wrong last.
    pub error: Option<FailureItem>,
    /// The files of its first entry.
    pub image: Vec<ImageItem>,
    /// The further entries of its thread.
    pub comments: Vec<CommentItem>,
}

/// What went wrong with a publication; the same object everywhere.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct FailureItem {
    /// Our word for it.
    pub code: String,
    /// What kind of error: `reconnect`, `refresh`, `rate_limited`, `transient`, `rejected` or `unconfirmed`.
    pub class: &'static str,
    /// The platform's code.
    pub provider_code: Option<String>,
    /// The platform's own words.
    pub provider_message: Option<String>,
    /// What happened.
    pub cause: String,
    /// What to do.
    pub fix: String,
    /// Whether the same content may be sent again.
    pub retryable: bool,
    /// Which try it was, from 1.
    pub attempt: u32,
    /// When.
    pub at: String,
}

/// A file of an entry, in the form in which posts are written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ImageItem {
    /// Its id.
    pub id: String,
    /// Its public address.
    pub path: String,
    /// Words for those who cannot see it.
    pub alt: Option<String>,
}

/// A further entry of a thread.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct CommentItem {
    /// Its text.
    pub content: String,
    /// Minutes after the entry before.
    pub delay: f64,
    /// Its files.
    pub image: Vec<ImageItem>,
    /// Its public address.
    #[serde(rename = "releaseURL")]
    pub release_url: Option<String>,
    /// The platform's id.
    pub release_id: Option<String>,
}

/// A post over all its channels, on our own routes.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PostOut {
    /// Its id, `post_...`.
    pub id: String,
    /// Its state as a whole.
    pub status: &'static str,
    /// When it goes out, or was meant to.
    pub publish_date: Option<String>,
    /// The zone its author thought in.
    pub zone: Option<String>,
    /// `WEB`, `API`, `MCP`, `CLI` or `AUTOPOST`.
    pub creation_method: &'static str,
    /// Its labels.
    pub tags: Vec<String>,
    /// The recurrence that it belongs to, `rec_...`.
    pub recurrence: Option<String>,
    /// The local date that it stands for there.
    pub occurrence: Option<String>,
    /// How far its approval has come; absent where it needed none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub approval: Option<ApprovalOut>,
    /// Counts up with each change.
    pub version: u64,
    /// When it was written.
    pub created_at: String,
    /// When it was last changed.
    pub updated_at: String,
    /// What became of it on each channel.
    pub posts: Vec<PostItem>,
}

/// How far the approval of a post has come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ApprovalOut {
    /// `waiting`, `approved` or `rejected`.
    pub state: &'static str,
    /// Who asked for it.
    pub asked_by: String,
    /// When.
    pub asked_at: String,
    /// Who decided.
    pub decided_by: Option<String>,
    /// When.
    pub decided_at: Option<String>,
    /// Why it was rejected.
    pub reason: Option<String>,
}

/// Shows how far an approval has come.
pub fn approval_out(review: &Review) -> ApprovalOut {
    let verdict = review.verdict.as_ref();
    ApprovalOut {
        state: match (verdict, review.rejection()) {
            (None, _) => "waiting",
            (Some(_), None) => "approved",
            (Some(_), Some(_)) => "rejected",
        },
        asked_by: review.asked_by.clone(),
        asked_at: review.asked_at.to_rfc3339(),
        decided_by: verdict.map(|verdict| verdict.by.clone()),
        decided_at: verdict.map(|verdict| verdict.at.to_rfc3339()),
        reason: review.rejection().map(|(_, reason)| reason.to_owned()),
    }
}

/// Shows a post on one channel; nothing where it was taken out of the plan.
///
/// `media_url` gives the public address of a file.
pub fn post_item(
    view: &PostView,
    part: &PublicationView,
    media_url: &dyn Fn(&Media) -> String,
) -> Option<PostItem> {
    let (post, publication, channel) = (&view.post, &part.publication, &part.channel);
    let entries = post.entries_for(channel.id);
    let planned = publication
        .publish_at
        .or(post.publish_at.as_ref().map(|at| at.instant));
    let mut settings = object(&publication.settings);
    settings.insert(TYPE.into(), json!(publication.provider.as_str()));
    let failure = publication
        .failure
        .as_ref()
        .filter(|_| publication.state != State::Published);
    let rest = entries.iter().enumerate().skip(1);
    Some(PostItem {
        id: publication.id.to_string(),
        content: entries
            .first()
            .map(|entry| entry.content.to_source())
            .unwrap_or_default(),
        publish_date: planned.unwrap_or(post.created_at).to_rfc3339(),
        release_url: release(publication, 0).1,
        release_id: release(publication, 0).0,
        state: compatible(publication.state)?,
        interval_in_days: None,
        recurrence: post.series.map(|series| series.recurrence.to_string()),
        actual_date: None,
        group: post.id.to_string(),
        creation_method: creation_method(post.door),
        settings: Json::Object(settings).to_string(),
        tags: post.tags.iter().map(|name| tag(name, view)).collect(),
        integration: json!({
            "id": channel.id.to_string(),
            "providerIdentifier": channel.provider.as_str(),
            "name": channel.name,
            "picture": channel.picture,
        }),
        status: status(view, publication),
        held: part.held.map(Held::as_str),
        error: failure.map(failure_item),
        image: entries
            .first()
            .map(|entry| images(entry, media_url))
            .unwrap_or_default(),
        comments: rest
            .map(|(index, entry)| comment(publication, index, entry, media_url))
            .collect(),
    })
}

/// Shows a post over all its channels.
pub fn post_out(view: &PostView, media_url: &dyn Fn(&Media) -> String) -> PostOut {
    let post = &view.post;
    PostOut {
        id: post.id.to_string(),
        status: view.state.as_str(),
        publish_date: post.publish_at.as_ref().map(|at| at.instant.to_rfc3339()),
        zone: post.publish_at.as_ref().map(|at| at.zone.name().to_owned()),
        creation_method: creation_method(post.door),
        tags: post.tags.clone(),
        recurrence: post.series.map(|series| series.recurrence.to_string()),
        occurrence: post.series.and_then(InSeries::date).map(|date| date.to_string()),
        approval: post.review.as_ref().map(approval_out),
        version: post.version,
        created_at: post.created_at.to_rfc3339(),
        updated_at: post.updated_at.to_rfc3339(),
        posts: view
            .publications
            .iter()
            .filter_map(|part| post_item(view, part, media_url))
            .collect(),
    }
}

/// Ours for the state of one channel's part: a draft that waits for approval says so.
fn status(view: &PostView, publication: &Publication) -> &'static str {
    match (view.post.stage(), publication.state) {
        (Stage::InReview, State::Draft) => PostState::NeedsApproval.as_str(),
        (_, state) => state.as_str(),
    }
}

/// The platform's id and address of one entry. An entry that is out without a known id is `missing`.
fn release(publication: &Publication, entry: usize) -> (Option<String>, Option<String>) {
    let found = publication
        .releases
        .iter()
        .find(|release| usize::try_from(release.entry) == Ok(entry));
    match found {
        Some(release) if release.remote_id.is_empty() => (Some("missing".to_owned()), release.url.clone()),
        Some(release) => (Some(release.remote_id.clone()), release.url.clone()),
        None if publication.state == State::Published => (Some("missing".to_owned()), None),
        None => (None, None),
    }
}

/// The four states that clients know; a publication taken out of the plan is gone for them.
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

fn creation_method(door: Door) -> &'static str {
    match door {
        Door::Web => "WEB",
        Door::Rest => "API",
        Door::Mcp => "MCP",
        Door::Cli => "CLI",
        Door::Auto => "AUTOPOST",
    }
}

/// A label as it is known by its name alone; [`PostItem::dress`] says more.
fn tag(name: &str, view: &PostView) -> Tagged {
    let created_at = view.post.created_at.to_rfc3339();
    Tagged {
        tag: TagItem {
            id: name.to_owned(),
            name: name.to_owned(),
            color: DEFAULT_COLOR.to_owned(),
            org_id: view.post.workspace.to_string(),
            updated_at: created_at.clone(),
            created_at,
            deleted_at: None,
        },
    }
}

impl PostItem {
    /// Says of its labels what is stored about them.
    pub fn dress(&mut self, known: &[Tag]) {
        for label in &mut self.tags {
            if let Some(tag) = known.iter().find(|tag| tag.name == label.tag.name) {
                label.tag = tag_item(tag);
            }
        }
    }
}

fn failure_item(failure: &Failure) -> FailureItem {
    FailureItem {
        code: failure.code.clone(),
        class: failure.class.as_str(),
        provider_code: failure.provider_code.clone(),
        provider_message: failure.provider_message.clone(),
        cause: failure.cause.clone(),
        fix: failure.fix.clone(),
        retryable: failure.class.is_retryable(),
        attempt: failure.attempt,
        at: Timestamp::to_rfc3339(failure.at),
    }
}

fn images(entry: &Entry, media_url: &dyn Fn(&Media) -> String) -> Vec<ImageItem> {
    let show = |used: &postern_domain::post::AttachedMedia| ImageItem {
        id: used.media.id.to_string(),
        path: media_url(&used.media),
        alt: used.alt.clone(),
    };
    entry.media.iter().map(show).collect()
}

fn comment(
    publication: &Publication,
    index: usize,
    entry: &Entry,
    media_url: &dyn Fn(&Media) -> String,
) -> CommentItem {
    let (release_id, release_url) = release(publication, index);
    CommentItem {
        content: entry.content.to_source(),
        delay: entry.delay.as_secs_f64() / 60.0,
        image: images(entry, media_url),
        release_url,
        release_id,
    }
}

#[cfg(test)]
mod tests;
