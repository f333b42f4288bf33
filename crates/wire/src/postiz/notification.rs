//! The page of `GET /notifications`.

use postern_domain::notice::{About, Notice, Notices, PAGE};
use postern_domain::{Code, Problem};
use schemars::JsonSchema;
use serde::Serialize;

/// One page of notifications, newest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct NotificationPage {
    /// The notifications.
    pub notifications: Vec<NotificationItem>,
    /// How many there are on all pages.
    pub total: u64,
    /// This page, from 0.
    pub page: u32,
    /// Most notifications of a page.
    pub limit: u32,
    /// Whether there is a further page.
    pub has_more: bool,
}

/// Something that somebody should know.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct NotificationItem {
    /// The id of what it is about.
    pub id: String,
    /// It in words.
    pub content: String,
    /// The page of the web UI about it.
    pub link: Option<String>,
    /// When it happened.
    pub created_at: String,
    /// `failed`, `missed`, `unconfirmed`, `reconnect` or `access_ends`.
    pub kind: &'static str,
}

/// Shows a page of notices.
pub fn notification_page(notices: &Notices, page: u32) -> NotificationPage {
    let end = (u64::from(page) + 1) * u64::from(PAGE);
    NotificationPage {
        notifications: notices.items.iter().map(notification_item).collect(),
        total: notices.total,
        page,
        limit: PAGE,
        has_more: notices.total > end && !notices.items.is_empty(),
    }
}

fn notification_item(notice: &Notice) -> NotificationItem {
    let (id, kind) = match notice.about {
        About::Publication {
            publication, state, ..
        } => (publication.to_string(), state.as_str()),
        About::Reconnect(channel) => (channel.to_string(), "reconnect"),
        About::GrantEnding(channel) => (channel.to_string(), "access_ends"),
    };
    NotificationItem {
        id,
        content: notice.content.clone(),
        link: Some(notice.link.clone()),
        created_at: notice.at.to_rfc3339(),
        kind,
    }
}

/// Reads `page`, a whole number from 0; none is the first.
pub fn parse_page(given: Option<&str>) -> Result<u32, Problem> {
    match given.map(str::trim).filter(|text| !text.is_empty()) {
        None => Ok(0),
        Some(text) => text.parse().map_err(|_| {
            let fix = "send 0 for the newest notifications, 1 for those before them";
            Problem::new(
                Code::Malformed,
                "/page",
                "must be an integer number not less than 0",
                fix,
            )
            .given(text)
            .allowed("0 or more")
        }),
    }
}

#[cfg(test)]
mod tests {
    use postern_domain::id::{ChannelId, PostId, PublicationId};
    use postern_domain::publication::State;
    use postern_domain::time::Timestamp;

    use super::*;

    #[test]
    fn a_page_knows_whether_more_follow() {
        let notice = |about| Notice {
            about,
            content: "something".into(),
            link: "https://postern.example/posts".into(),
            at: Timestamp::from_secs(1_800_000_000),
        };
        let mut notices = Notices {
            items: vec![
                notice(About::Publication {
                    publication: PublicationId::from_bits(1),
                    post: PostId::from_bits(2),
                    state: State::Failed,
                }),
                notice(About::Reconnect(ChannelId::from_bits(3))),
                notice(About::GrantEnding(ChannelId::from_bits(3))),
            ],
            total: 103,
        };
        insta::assert_json_snapshot!(notification_page(&notices, 0));
        assert!(!notification_page(&notices, 1).has_more);
        notices.items.clear();
        assert!(!notification_page(&notices, 0).has_more);
    }

    #[test]
    fn a_page_is_a_whole_number() {
        for (given, want) in [
            (None, Some(0)),
            (Some(" "), Some(0)),
            (Some("3"), Some(3)),
            (Some("-1"), None),
            (Some("1.5"), None),
            (Some("x"), None),
        ] {
            assert_eq!(parse_page(given).ok(), want, "{given:?}");
        }
    }
}
