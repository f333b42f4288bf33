//! `GET /posts`: all posts, filtered and page by page.

use std::collections::BTreeSet;

use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;
use postern_domain::Timestamp;
use postern_domain::id::PostId;
use postern_domain::ports::Alert;
use postern_domain::post::{PostQuery, PostRef, PostState, PostView};
use postern_domain::time::{Zone, parse_local};
use serde::Deserialize;
use url::form_urlencoded::Serializer;

use crate::deps::App;
use crate::failure::Failure;
use crate::member::Member;
use crate::pages::posts::row::Row;
use crate::respond;
use crate::views::{Field, Frame, Input, Nav, When};

/// Posts on one page.
const PAGE: u32 = 40;

/// What the reader wants to see.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Filter {
    state: String,
    channel: String,
    from: String,
    until: String,
    cursor: String,
}

#[derive(Template)]
#[template(path = "pages/posts.html")]
struct Posts {
    frame: Frame,
    tabs: Vec<Tab>,
    state: String,
    filters: Vec<Field>,
    filtered: bool,
    narrowed: bool,
    no_channel: bool,
    list: List,
}

#[derive(Template)]
#[template(path = "parts/posts.html")]
struct List {
    own_url: String,
    alerts: Alerts,
    days: Vec<Day>,
    first: Option<String>,
    next: Option<String>,
    filtered: bool,
    no_channel: bool,
}

impl askama::filters::HtmlSafe for List {}

/// What wants a person, told above the list.
#[derive(Default)]
struct Alerts {
    channels: Vec<(String, String)>,
    ending: Vec<(String, String, When)>,
    posts: BTreeSet<PostId>,
}

struct Tab {
    label: &'static str,
    href: String,
    current: bool,
}

struct Day {
    title: String,
    rows: Vec<Row>,
}

/// The tab with all that wants a person.
const ATTENTION: &str = "attention";

/// The tabs: their name in the address, their label, the states they hold.
const TABS: [(&str, &str, &[PostState]); 6] = [
    ("", "All", &[]),
    (
        "scheduled",
        "Scheduled",
        &[PostState::Scheduled, PostState::Publishing],
    ),
    ("draft", "Drafts", &[PostState::Draft]),
    ("approval", "Needs approval", &[PostState::NeedsApproval]),
    ("published", "Published", &[PostState::Published]),
    (
        ATTENTION,
        "Needs attention",
        &[PostState::Failed, PostState::PartlyPublished],
    ),
];

/// Shows the list, or only its part when a change made it read itself anew.
pub(crate) async fn show(
    State(app): State<App>,
    member: Member,
    Query(filter): Query<Filter>,
) -> Result<Response, Failure> {
    let query = filter.query(member.zone());
    let mut page = app.backend.posts(&member.actor, query.clone()).await?;
    let mut alerts = Alerts::new(&member, &app.backend.alerts(&member.actor).await?);
    if filter.state == ATTENTION && filter.cursor.is_empty() {
        add_stuck(&app, &member, &alerts, &query, &mut page.items).await?;
    }
    if filter.state == ATTENTION {
        // They are the list itself.
        alerts.posts.clear();
    }
    let channels = app.backend.channels(&member.actor, None).await?;
    let filtered = !filter.state.is_empty() || filter.narrows();
    let list = List {
        own_url: filter.href(&filter.cursor),
        alerts,
        days: days(page.items.iter().map(|view| Row::new(&app, &member, view))),
        first: (!filter.cursor.is_empty()).then(|| filter.href("")),
        next: page.next.map(|cursor| filter.href(&cursor)),
        filtered,
        no_channel: channels.is_empty(),
    };
    if member.visit.partial {
        return respond::page(&list);
    }
    let choices = channels.iter().map(|channel| {
        (
            channel.id.to_string(),
            format!("{} ({})", channel.name, channel.provider),
        )
    });
    let choices = std::iter::once((String::new(), "All channels".to_owned()))
        .chain(choices)
        .collect();
    respond::page(&Posts {
        frame: member.frame(Nav::Posts),
        tabs: TABS.iter().map(|tab| filter.tab(tab.0, tab.1)).collect(),
        state: filter.state.clone(),
        filters: vec![
            Field::new("channel", "Channel", Input::Choice(choices)).value(filter.channel.clone()),
            Field::line("from", "From", "date")
                .optional()
                .value(filter.from.clone()),
            Field::line("until", "To", "date")
                .optional()
                .value(filter.until.clone()),
        ],
        filtered,
        narrowed: filter.narrows(),
        no_channel: channels.is_empty(),
        list,
    })
}

/// Adds posts of which one channel is stuck while others still wait, which as a whole count as scheduled.
async fn add_stuck(
    app: &App,
    member: &Member,
    alerts: &Alerts,
    query: &PostQuery,
    views: &mut Vec<PostView>,
) -> Result<(), Failure> {
    for id in &alerts.posts {
        if views.iter().any(|view| view.post.id == *id) {
            continue;
        }
        let view = app.backend.post(&member.actor, PostRef::Post(*id)).await?;
        let at = view.post.publish_at.as_ref().map(|at| at.instant);
        let wanted = view.state != PostState::Trashed
            && query.from.is_none_or(|from| at >= Some(from))
            && query.until.is_none_or(|until| at.is_some_and(|at| at < until))
            && query
                .channel
                .is_none_or(|id| view.publications.iter().any(|target| target.channel.id == id));
        if wanted {
            views.push(view);
        }
    }
    views.sort_by_key(|view| std::cmp::Reverse(view.post.publish_at.as_ref().map(|at| at.instant)));
    Ok(())
}

impl Alerts {
    fn is_empty(&self) -> bool {
        self.channels.is_empty() && self.ending.is_empty() && self.posts.is_empty()
    }

    fn new(member: &Member, alerts: &[Alert]) -> Self {
        let (mut channels, mut ending) = (Vec::new(), Vec::new());
        let mut posts = BTreeSet::new();
        for alert in alerts {
            match alert {
                Alert::Reconnect { channel, name, .. } => channels.push((channel.to_string(), name.clone())),
                Alert::GrantEnding {
                    channel,
                    name,
                    ends_at,
                } => ending.push((channel.to_string(), name.clone(), member.when(*ends_at))),
                Alert::Publication { post, .. } => drop(posts.insert(*post)),
            }
        }
        Self {
            channels,
            ending,
            posts,
        }
    }
}

impl Filter {
    /// Whether more than the tab was chosen.
    fn narrows(&self) -> bool {
        [&self.channel, &self.from, &self.until]
            .iter()
            .any(|text| !text.is_empty())
    }

    fn query(&self, zone: &Zone) -> PostQuery {
        let states = TABS
            .iter()
            .find(|tab| tab.0 == self.state)
            .map(|tab| tab.2.to_vec())
            .unwrap_or_default();
        PostQuery {
            from: midnight(&self.from, 0, zone),
            until: midnight(&self.until, 1, zone),
            states,
            channel: self.channel.parse().ok(),
            group: None,
            newest_first: self.state != "scheduled",
            limit: PAGE,
            cursor: Some(self.cursor.clone()).filter(|cursor| !cursor.is_empty()),
        }
    }

    fn href(&self, cursor: &str) -> String {
        let mut query = Serializer::new(String::new());
        let parts = [
            ("state", self.state.as_str()),
            ("channel", &self.channel),
            ("from", &self.from),
            ("until", &self.until),
            ("cursor", cursor),
        ];
        query.extend_pairs(parts.into_iter().filter(|(_, value)| !value.is_empty()));
        let query = query.finish();
        if query.is_empty() {
            "/posts".to_owned()
        } else {
            format!("/posts?{query}")
        }
    }

    fn tab(&self, state: &str, label: &'static str) -> Tab {
        let other = Self {
            state: state.to_owned(),
            cursor: String::new(),
            ..self.clone()
        };
        Tab {
            label,
            href: other.href(""),
            current: self.state == state,
        }
    }
}

/// Local midnight of a date, `days` later; nothing when it is no date.
fn midnight(date: &str, days: i64, zone: &Zone) -> Option<Timestamp> {
    let day = parse_local(date)
        .ok()?
        .checked_add(jiff::Span::new().days(days))
        .ok()?;
    Some(zone.instant_of(day))
}

/// Puts lines of the same day below one heading, keeping their order.
fn days(rows: impl Iterator<Item = Row>) -> Vec<Day> {
    let mut days: Vec<Day> = Vec::new();
    for row in rows {
        let title = row
            .when
            .as_ref()
            .map_or_else(|| "Without a date".to_owned(), |when| when.day.clone());
        match days.last_mut().filter(|day| day.title == title) {
            Some(day) => day.rows.push(row),
            None => days.push(Day {
                title,
                rows: vec![row],
            }),
        }
    }
    days
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_last_day_is_meant_whole() {
        let zone = Zone::parse("America/New_York").unwrap();
        for (date, days, want) in [
            ("2026-11-20", 0, Some("2026-11-20T05:00:00.000Z")),
            ("2026-11-20", 1, Some("2026-11-21T05:00:00.000Z")),
            ("", 0, None),
            ("soon", 1, None),
        ] {
            assert_eq!(
                midnight(date, days, &zone).map(Timestamp::to_rfc3339).as_deref(),
                want,
                "{date}"
            );
        }
    }

    #[test]
    fn addresses_keep_the_filter_and_leave_out_what_is_empty() {
        let filter = Filter {
            state: "draft".into(),
            from: "2026-01-01".into(),
            ..Filter::default()
        };
        assert_eq!(
            filter.href("a b"),
            "/posts?state=draft&from=2026-01-01&cursor=a+b"
        );
        assert_eq!(Filter::default().href(""), "/posts");
    }
}
