//! A post as our own tools show it: what becomes of it first, then what it says.

use postern_domain::failure::Failure;
use postern_domain::pause::Held;
use postern_domain::post::{Entry, PostView, PublicationView};
use postern_domain::review::Review;
use postern_domain::time::Zone;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::gateway::Shared;
use crate::shape::moment::Moment;

/// How much to tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Detail {
    /// State, times, links and the beginning of the text.
    #[default]
    Concise,
    /// The whole text and all files besides.
    Full,
}

/// A post.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct PostOut {
    /// Its id.
    id: String,
    /// draft, needs_approval, scheduled, publishing, published, partly_published, failed or trashed.
    state: &'static str,
    /// When it goes out, or was meant to.
    #[serde(skip_serializing_if = "Option::is_none")]
    publish_at: Option<Moment>,
    /// What became of it on each channel.
    channels: Vec<PartOut>,
    /// The beginning of its text.
    excerpt: String,
    /// Its entries; the second and further ones are a thread. Only in full.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    entries: Vec<EntryOut>,
    /// Labels.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tags: Vec<String>,
    /// The recurrence that it belongs to, if it returns.
    #[serde(skip_serializing_if = "Option::is_none")]
    recurrence: Option<String>,
    /// How its approval stands.
    #[serde(skip_serializing_if = "Option::is_none")]
    approval: Option<String>,
    /// Counts up with each change.
    version: u64,
    /// Its page in the web UI.
    web_url: String,
}

/// A post on one channel.
#[derive(Debug, Serialize, JsonSchema)]
struct PartOut {
    /// Its own id, which the camelCase tools call a post's id.
    id: String,
    /// The channel's id.
    channel_id: String,
    /// The channel's name.
    channel: String,
    /// The platform.
    platform: String,
    /// draft, scheduled, leased, preparing, waiting, armed, unconfirmed, published, failed, missed, cancelled or held.
    state: &'static str,
    /// Its public address.
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<String>,
    /// Why it is held: channel_must_reconnect, channel_paused, workspace_paused or instance_paused.
    #[serde(skip_serializing_if = "Option::is_none")]
    held: Option<&'static str>,
    /// When it went out.
    #[serde(skip_serializing_if = "Option::is_none")]
    published_at: Option<Moment>,
    /// When work on it may start or go on.
    #[serde(skip_serializing_if = "Option::is_none")]
    due_at: Option<Moment>,
    /// What went wrong last.
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<FailureOut>,
}

/// What went wrong on a channel.
#[derive(Debug, Serialize, JsonSchema)]
struct FailureOut {
    /// Our word for it.
    code: String,
    /// What kind: reconnect, refresh, rate_limited, transient, rejected or unconfirmed.
    class: &'static str,
    /// What happened.
    cause: String,
    /// What to do.
    fix: String,
    /// Whether the same content may be sent again.
    retryable: bool,
    /// Which try it was.
    attempt: u32,
    /// When.
    at: String,
    /// The platform's code.
    #[serde(skip_serializing_if = "Option::is_none")]
    provider_code: Option<String>,
    /// The platform's own words: quoted, not ours.
    #[serde(skip_serializing_if = "Option::is_none")]
    untrusted_text: Option<String>,
}

/// One entry.
#[derive(Debug, Serialize, JsonSchema)]
struct EntryOut {
    /// Its text, in the HTML subset or plain.
    content: String,
    /// Its files.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    media: Vec<MediaOut>,
}

/// One file.
#[derive(Debug, Serialize, JsonSchema)]
struct MediaOut {
    /// Its id.
    id: String,
    /// Its address.
    url: String,
    /// image, gif, video or document.
    kind: &'static str,
    /// Words for those who cannot see it.
    #[serde(skip_serializing_if = "Option::is_none")]
    alt: Option<String>,
}

/// Shows a post in the zone of its workspace.
pub(crate) fn show(shared: &Shared, view: &PostView, zone: &Zone, detail: Detail) -> PostOut {
    let post = &view.post;
    let entries = match detail {
        Detail::Concise => Vec::new(),
        Detail::Full => post
            .entries
            .iter()
            .map(|entry| show_entry(shared, entry))
            .collect(),
    };
    PostOut {
        id: post.id.to_string(),
        state: view.state.as_str(),
        publish_at: post.publish_at.as_ref().map(|at| Moment::new(at.instant, zone)),
        channels: view
            .publications
            .iter()
            .map(|part| show_part(part, zone))
            .collect(),
        excerpt: excerpt(view),
        entries,
        tags: post.tags.clone(),
        recurrence: post.series.map(|series| series.recurrence.to_string()),
        approval: post.review.as_ref().map(approval),
        version: post.version,
        web_url: web_url(shared, view),
    }
}

/// How an approval stands, in a sentence. Names and reasons are quoted, for they are not ours.
fn approval(review: &Review) -> String {
    let by = &review.asked_by;
    match (&review.verdict, review.rejection()) {
        (None, _) => format!("waiting, asked for by {by:?}"),
        (Some(verdict), None) => format!("approved by {:?}, asked for by {by:?}", verdict.by),
        (Some(verdict), Some((_, ""))) => format!("rejected by {:?}", verdict.by),
        (Some(verdict), Some((_, reason))) => format!("rejected by {:?}: {reason:?}", verdict.by),
    }
}

/// One line about a post and each of its channels.
pub(crate) fn line(view: &PostView, zone: &Zone) -> String {
    let at = view
        .post
        .publish_at
        .as_ref()
        .map(|at| format!(" for {}", at.instant.to_rfc3339_in(zone)));
    let parts: Vec<_> = view
        .publications
        .iter()
        .map(|part| {
            format!(
                "{} ({}): {}",
                part.channel.name, part.channel.provider, part.publication.state
            )
        })
        .collect();
    format!(
        "Post {} is {}{}. {}.",
        view.post.id,
        view.state.as_str(),
        at.unwrap_or_default(),
        parts.join("; ")
    )
}

/// The page of a post in the web UI.
pub(crate) fn web_url(shared: &Shared, view: &PostView) -> String {
    let base = shared.settings.public_url.as_str().trim_end_matches('/');
    format!("{base}/posts/{}", view.post.id)
}

fn excerpt(view: &PostView) -> String {
    let own = view.post.versions.first().map(|version| &version.entries);
    let head = view
        .post
        .entries
        .first()
        .or_else(|| own.and_then(|entries| entries.first()));
    head.map(|entry| entry.content.excerpt(120)).unwrap_or_default()
}

fn show_part(part: &PublicationView, zone: &Zone) -> PartOut {
    let publication = &part.publication;
    let waits = !publication.state.is_final();
    PartOut {
        id: publication.id.to_string(),
        channel_id: part.channel.id.to_string(),
        channel: part.channel.name.clone(),
        platform: publication.provider.to_string(),
        state: publication.state.as_str(),
        url: url_of(part),
        held: part.held.map(Held::as_str),
        published_at: publication.published_at.map(|at| Moment::new(at, zone)),
        due_at: publication
            .due_at
            .filter(|_| waits)
            .map(|at| Moment::new(at, zone)),
        error: publication.failure.as_ref().map(show_failure),
    }
}

/// The public address of a post on one channel: that of its first entry.
fn url_of(part: &PublicationView) -> Option<String> {
    part.publication
        .releases
        .first()
        .and_then(|release| release.url.clone())
}

fn show_failure(failure: &Failure) -> FailureOut {
    FailureOut {
        code: failure.code.clone(),
        class: failure.class.as_str(),
        cause: failure.cause.clone(),
        fix: failure.fix.clone(),
        retryable: failure.class.is_retryable(),
        attempt: failure.attempt,
        at: failure.at.to_rfc3339(),
        provider_code: failure.provider_code.clone(),
        untrusted_text: failure.provider_message.as_deref().map(visible),
    }
}

/// Foreign words without what does not show.
fn visible(text: &str) -> String {
    text.chars()
        .filter(|letter| !letter.is_control() && !is_invisible(*letter))
        .take(300)
        .collect()
}

/// Letters that hide words from people while models read them.
fn is_invisible(letter: char) -> bool {
    matches!(letter, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{e0000}'..='\u{e007f}')
}

fn show_entry(shared: &Shared, entry: &Entry) -> EntryOut {
    let media = entry.media.iter().map(|used| MediaOut {
        id: used.media.id.to_string(),
        url: shared.backend.media_url(&used.media),
        kind: used.media.kind.as_str(),
        alt: used.alt.clone().or_else(|| used.media.alt.clone()),
    });
    EntryOut {
        content: entry.content.to_source(),
        media: media.collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hidden_letters_are_taken_out_of_foreign_words() {
        assert_eq!(visible("a\u{200b}b\u{e0041}c\nd"), "abcd");
        assert_eq!(visible(&"x".repeat(400)).len(), 300);
    }
}
