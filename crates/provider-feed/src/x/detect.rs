//! Was it published? The account's own list is compared. It can lag, so that a post that is not in it is never
//! taken as absent.

use std::time::Duration;

use postern_domain::content::Editor;
use postern_domain::publication::Armed;
use postern_domain::time::Timestamp;
use postern_provider_kit::http::Call;
use postern_provider_kit::{Cx, EntryOrder, Found, Phase, ProviderError, evidence};

use super::publish;
use super::session::{Session, reply_target};
use super::wire::{Answer, Entities, Listed};

/// How far the clocks of X and of Postern may differ.
const SKEW: Duration = Duration::from_mins(1);

/// Between two looks.
const PAUSE: Duration = Duration::from_secs(30);

/// After this time the list has what it will have.
const LISTED_BY: Duration = Duration::from_secs(75);

pub(super) async fn detect(
    cx: &Cx<'_>,
    entry: &EntryOrder<'_>,
    armed: &Armed,
) -> Result<Found, ProviderError> {
    let session = Session::of(cx)?;
    let call = Call::get(session.url(&format!("/2/users/{}/tweets", cx.channel.remote_id)))
        .query("start_time", format!("{}Z", armed.at.minus(SKEW).to_bare_utc()))
        .query("max_results", "20")
        .query(
            "tweet.fields",
            "created_at,text,entities,referenced_tweets,attachments,note_tweet",
        );
    let reply = session.ask(call, Phase::Repeatable).await?;
    // An account without posts in that time has no data at all.
    let posts = reply
        .json::<Answer<Vec<Listed>>>()
        .and_then(|answer| answer.data)
        .unwrap_or_default();
    let text = comparable(&entry.content.render(Editor::Normal));
    let parent = reply_target(entry)?;
    let earliest = evidence::earliest(&reply, armed, cx.platform.now(), SKEW);
    let same = posts.into_iter().find(|post| {
        let replied = post
            .referenced_tweets
            .iter()
            .find(|reference| reference.kind == "replied_to");
        Timestamp::parse(&post.created_at).is_ok_and(|at| at >= earliest)
            && replied.map(|reference| reference.id.as_str()) == parent
            && post.attachments.media_keys.len() == entry.media.len()
            && comparable(&written(post)) == text
    });
    if let Some(post) = same {
        return Ok(Found::There(publish::committed(cx, post.id)));
    }
    let elapsed = cx.platform.now().since(armed.at);
    Ok(Found::Unknown {
        look_again_in: (elapsed < LISTED_BY).then_some(PAUSE),
    })
}

/// The text as its author wrote it: links unfolded, the link to the own media left out, entities decoded.
fn written(post: &Listed) -> String {
    let (text, entities): (&str, &Entities) = match &post.note_tweet {
        Some(note) => (&note.text, &note.entities),
        None => (&post.text, &post.entities),
    };
    // The link to the media is described beside the short text only.
    let all = entities.urls.iter().chain(&post.entities.urls);
    let text = all.fold(text.to_owned(), |text, link| {
        let own_media = link.media_key.is_some()
            || (link.expanded_url.contains(&post.id)
                && ["/photo/", "/video/"]
                    .iter()
                    .any(|part| link.expanded_url.contains(part)));
        text.replace(&link.url, if own_media { "" } else { &link.expanded_url })
    });
    html_escape::decode_html_entities(&text).into_owned()
}

/// A text without what X changes: schemes of links, slashes at their end, white space.
fn comparable(text: &str) -> String {
    let words = text.split_whitespace().map(|word| {
        let bare = word.replace("https://", "").replace("http://", "");
        bare.strip_suffix('/').map(str::to_owned).unwrap_or(bare)
    });
    words.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn listed_posts_compare_with_what_was_written() {
        let post: Listed = serde_json::from_value(serde_json::json!({
            "id": "9", "text": "A &amp; B https://t.co/1 and https://t.co/2 https://t.co/3",
            "entities": { "urls": [
                { "url": "https://t.co/1", "expanded_url": "http://example.org" },
                { "url": "https://t.co/2", "expanded_url": "https://example.com/x?y=1" },
                { "url": "https://t.co/3", "expanded_url": "https://x.com/ada/status/9/photo/1" },
            ] },
        }))
        .unwrap();
        assert_eq!(
            comparable(&written(&post)),
            comparable("A & B  example.org/ and\nhttps://example.com/x?y=1")
        );
    }
}
