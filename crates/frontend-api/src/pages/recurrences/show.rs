//! `GET /recurrences/{id}`: the rule, and the dates ahead.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use postern_domain::Timestamp;
use postern_domain::recurrence::RecurrenceView;

use crate::deps::App;
use crate::failure::Failure;
use crate::member::Member;
use crate::respond;
use crate::views::{Avatar, Frame, Nav, When};
use crate::words;

/// Dates shown ahead.
const SHOWN: usize = 20;

#[derive(Template)]
#[template(path = "pages/recurrence.html")]
struct Page {
    frame: Frame,
    id: String,
    words: String,
    running: bool,
    text: String,
    channels: Vec<(Avatar, String)>,
    next: Option<Next>,
    dates: Vec<Date>,
    skips: Vec<String>,
    zone: String,
}

/// The post that waits.
struct Next {
    id: String,
    date: Option<String>,
    when: Option<When>,
}

/// A date without a post.
struct Date {
    date: String,
    when: When,
}

/// Shows it, also when it has ended.
pub(crate) async fn show(
    State(app): State<App>,
    member: Member,
    Path(id): Path<String>,
) -> Result<Response, Failure> {
    let view = app.backend.recurrence(&member.actor, super::parse(&id)?).await?;
    let recurrence = &view.recurrence;
    let ahead = recurrence.upcoming(member.now, Timestamp::from_micros(i64::MAX), SHOWN);
    respond::page(&Page {
        frame: member.frame(Nav::Calendar),
        id: recurrence.id.to_string(),
        words: words::sentence(&recurrence.rule.to_string()),
        running: recurrence.is_running(),
        text: text(&view),
        channels: view
            .template
            .publications
            .iter()
            .map(|part| (Avatar::of(&part.channel).small(), part.channel.name.clone()))
            .collect(),
        next: view.next.as_ref().map(|next| Next {
            id: next.post.id.to_string(),
            date: next
                .post
                .series
                .and_then(postern_domain::recurrence::InSeries::date)
                .map(|date| date.to_string()),
            when: next.post.publish_at.as_ref().map(|at| member.when(at.instant)),
        }),
        dates: ahead
            .iter()
            .map(|date| Date {
                date: date.date.to_string(),
                when: member.when(date.at.instant),
            })
            .collect(),
        skips: recurrence.rule.skips().iter().map(ToString::to_string).collect(),
        zone: member.zone().name().to_owned(),
    })
}

/// The first words of what is posted.
pub(crate) fn text(view: &RecurrenceView) -> String {
    let entry = view.template.post.entries.first();
    let text = entry.map(|entry| entry.content.excerpt(200)).unwrap_or_default();
    if text.is_empty() {
        "(no text)".to_owned()
    } else {
        text
    }
}
