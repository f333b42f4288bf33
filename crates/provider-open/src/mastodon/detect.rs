//! Was it published? First the account's own list, then the idempotency key.

use std::time::Duration;

use postern_domain::content::Editor;
use postern_domain::failure::ErrorClass;
use postern_domain::publication::{Armed, Step};
use postern_domain::time::Timestamp;
use postern_domain::value::Value;
use postern_provider_kit::http::Call;
use postern_provider_kit::{Cx, EntryOrder, Found, Phase, ProviderError, evidence};

use super::counting::without_servers;
use super::instance;
use super::manifest::KEY_LIFE;
use super::publish::{self, Session};
use super::wire::Status;

/// A request that is still being carried out cannot be seen yet.
const SETTLE: Duration = Duration::from_secs(5);

/// The key is not trusted in its last minutes.
const MARGIN: Duration = Duration::from_mins(5);

/// How long a server that may not know keys has to list what it took.
const LISTED_BY: Duration = Duration::from_mins(1);

/// How far the clocks of the instance and of Postern may differ where its answers do not tell.
const SKEW: Duration = Duration::from_secs(30);

pub(super) async fn detect(
    cx: &Cx<'_>,
    entry: &EntryOrder<'_>,
    step: Option<&Step>,
    armed: &Armed,
) -> Result<Found, ProviderError> {
    let session = Session::of(cx)?;
    let elapsed = cx.platform.now().since(armed.at);
    if elapsed < SETTLE {
        return Ok(Found::Unknown {
            look_again_in: Some(SETTLE.saturating_sub(elapsed)),
        });
    }
    // The list comes first, for there are servers that call themselves Mastodon and ignore the key.
    if let Some(status) = listed(cx, &session, entry, armed).await? {
        return Ok(Found::There(publish::committed(&session.address, status)));
    }
    if elapsed + MARGIN > KEY_LIFE {
        return Ok(Found::Unknown { look_again_in: None });
    }
    let Some(step) = step else {
        return Ok(Found::Absent);
    };
    if !instance::is_mastodon(cx) {
        let left = LISTED_BY.saturating_sub(elapsed);
        let is_certain = left.is_zero();
        return Ok(if is_certain {
            Found::Absent
        } else {
            Found::Unknown {
                look_again_in: Some(left),
            }
        });
    }
    // The key makes the repetition safe: it brings back the first status, or publishes it now.
    match publish::commit(cx, entry, step, armed).await {
        Ok(committed) => Ok(Found::There(committed)),
        Err(error) => refused(error),
    }
}

/// The server looks the key up before it looks at the content: a refusal says that there is no first status.
fn refused(error: ProviderError) -> Result<Found, ProviderError> {
    let is_about_content = matches!(error.code, "media_processing" | "media_expired");
    match error.class {
        ErrorClass::Rejected => Ok(Found::Absent),
        ErrorClass::Transient if is_about_content => Ok(Found::Absent),
        ErrorClass::Unconfirmed => Ok(Found::Unknown {
            look_again_in: Some(Duration::from_secs(30)),
        }),
        ErrorClass::Transient
        | ErrorClass::Reconnect
        | ErrorClass::Refresh
        | ErrorClass::RateLimited { .. } => Err(error),
    }
}

/// The status among the account's last twenty that is this entry.
async fn listed(
    cx: &Cx<'_>,
    session: &Session,
    entry: &EntryOrder<'_>,
    armed: &Armed,
) -> Result<Option<Status>, ProviderError> {
    let account = cx
        .channel
        .details
        .get("account")
        .and_then(Value::as_text)
        .unwrap_or_default();
    let call = Call::get(format!("{}/api/v1/accounts/{account}/statuses", session.address))
        .query("limit", "20")
        .query("exclude_reblogs", "true")
        .bearer(&session.token);
    let sent = cx.platform.send(call).await;
    let reply = sent.map_err(|lost| ProviderError::lost(&lost, Phase::Repeatable))?;
    // Some servers want a scope for the list that Postern does not ask for; the key decides there.
    let Some(statuses) = reply.json::<Vec<Status>>().filter(|_| reply.is_success()) else {
        return Ok(None);
    };
    let text = comparable(&entry.content.render(Editor::Normal));
    let parent = publish::reply_target(entry)?;
    let earliest = evidence::earliest(&reply, armed, cx.platform.now(), SKEW);
    Ok(statuses.into_iter().find(|status| {
        Timestamp::parse(&status.created_at).is_ok_and(|at| at >= earliest)
            && status.in_reply_to_id.as_deref() == parent
            && status.media_attachments.len() == entry.media.len()
            && comparable(&plain(&status.content)) == text
    }))
}

/// The text of a status without its markup.
fn plain(html: &str) -> String {
    let mut text = String::with_capacity(html.len());
    for (index, piece) in html.split('<').enumerate() {
        let after = if index == 0 {
            piece
        } else {
            let (tag, after) = piece.split_once('>').unwrap_or(("", piece));
            if tag.starts_with("br") || tag.starts_with("/p") {
                text.push('\n');
            }
            after
        };
        text.push_str(after);
    }
    html_escape::decode_html_entities(&text).into_owned()
}

/// A text without what the server may change: the servers of mentions, and white space.
fn comparable(text: &str) -> String {
    without_servers(text)
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_of_a_status_compares_with_its_text() {
        let html = "<p>Hi <span class=\"h-card\"><a href=\"https://b.test/@ada\">@<span>ada</span></a></span> \
                    &amp; co<br>see <a href=\"https://example.org/x\"><span class=\"invisible\">https://</span>\
                    <span class=\"\">example.org/x</span></a></p><p>end</p>";
        assert_eq!(
            comparable(&plain(html)),
            comparable("Hi @ada@b.test & co\nsee https://example.org/x\n\nend")
        );
    }
}
