//! `GET /calendar`: posts by local day, as a month or a week.

use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;
use jiff::civil::{Date, Time};
use jiff::{Span, ToSpan};
use postern_domain::Timestamp;
use postern_domain::post::{PostQuery, PostView};
use postern_domain::recurrence::{Occurrence, RecurrenceView};
use serde::Deserialize;

use crate::deps::App;
use crate::failure::Failure;
use crate::icons::Icon;
use crate::member::Member;
use crate::pages::recurrences;
use crate::respond;
use crate::views::{Frame, Nav, state};

/// Most posts read for one sheet.
const MOST: u32 = 500;
/// Most dates ahead of one recurrence: more than a sheet has days.
const MOST_AHEAD: usize = 50;
/// Posts of a day that the month shows by name.
const SHOWN: usize = 4;

/// What the reader wants to see.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Wanted {
    view: String,
    date: String,
}

/// Which sheet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum View {
    Month,
    Week,
}

#[derive(Template)]
#[template(path = "pages/calendar.html")]
struct Calendar {
    frame: Frame,
    sheet: Sheet,
}

/// The part that reads itself anew whenever a post changes.
#[derive(Template)]
#[template(path = "parts/calendar.html")]
struct Sheet {
    view: View,
    title: String,
    zone: String,
    own_url: String,
    today_url: String,
    before_url: String,
    after_url: String,
    month_url: String,
    week_url: String,
    weeks: Vec<Vec<Day>>,
    hours: Vec<Hour>,
    cut: bool,
}

impl askama::filters::HtmlSafe for Sheet {}

struct Day {
    date: String,
    number: i8,
    weekday: String,
    long: String,
    outside: bool,
    today: bool,
    posts: Vec<Chip>,
    more: usize,
}

struct Hour {
    label: String,
    cells: Vec<Cell>,
}

struct Cell {
    compose: String,
    label: String,
    today: bool,
    posts: Vec<Chip>,
}

#[derive(Clone)]
struct Chip {
    href: String,
    tone: &'static str,
    icon: Icon,
    state: String,
    time: String,
    hour: i8,
    text: String,
    channels: usize,
}

/// Shows the page, or only its sheet when a change made it read itself anew.
pub(crate) async fn show(
    State(app): State<App>,
    member: Member,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Failure> {
    let today = member.now.in_zone(member.zone()).date();
    let date = wanted.date.parse().unwrap_or(today);
    let view = if wanted.view == "week" {
        View::Week
    } else {
        View::Month
    };
    let days = days(view, date);
    let (Some(first), Some(last)) = (days.first(), days.last()) else {
        return Err(Failure::NoSuchPage);
    };
    let query = PostQuery {
        from: Some(midnight(&member, *first)),
        until: Some(midnight(&member, plus(*last, 1.day()))),
        limit: MOST,
        ..PostQuery::default()
    };
    let (from, until) = (query.from.unwrap_or_default(), query.until.unwrap_or_default());
    let page = app.backend.posts(&member.actor, query).await?;
    let mut chips: Vec<(Date, Chip)> = page.items.iter().filter_map(|post| chip(&member, post)).collect();
    for returning in app.backend.recurrences(&member.actor).await? {
        chips.extend(ahead(&member, &returning, from, until));
    }
    chips.sort_by(|(day, a), (other, b)| (day, &a.time).cmp(&(other, &b.time)));
    let mut sheet = Sheet::new(&member, view, date, today, &days, &chips);
    sheet.cut = page.next.is_some();
    if member.visit.partial {
        return respond::page(&sheet);
    }
    respond::page(&Calendar {
        frame: member.frame(Nav::Calendar),
        sheet,
    })
}

impl Sheet {
    fn new(
        member: &Member,
        view: View,
        date: Date,
        today: Date,
        days: &[Date],
        chips: &[(Date, Chip)],
    ) -> Self {
        let step = if view == View::Month { 1.month() } else { 1.week() };
        let sheet_days = days
            .iter()
            .map(|day| Day::on_sheet(*day, view, date, today, chips));
        let mut weeks: Vec<Vec<Day>> = Vec::new();
        for day in sheet_days {
            match weeks.last_mut().filter(|week| week.len() < 7) {
                Some(week) => week.push(day),
                None => weeks.push(vec![day]),
            }
        }
        Self {
            view,
            title: title(view, date, days),
            zone: member.zone().name().to_owned(),
            own_url: url(view, date),
            today_url: url(view, today),
            before_url: url(view, minus(date, step)),
            after_url: url(view, plus(date, step)),
            month_url: url(View::Month, date),
            week_url: url(View::Week, date),
            hours: if view == View::Week {
                hours(days, today, chips)
            } else {
                Vec::new()
            },
            weeks,
            cut: false,
        }
    }
}

impl Day {
    /// The day as a sheet shows it: of a month no more posts than fit.
    fn on_sheet(day: Date, view: View, shown: Date, today: Date, chips: &[(Date, Chip)]) -> Self {
        let of_day = chips.iter().filter(|(at, _)| *at == day);
        let mut posts: Vec<Chip> = of_day.map(|(_, chip)| chip.clone()).collect();
        let more = if view == View::Month && posts.len() > SHOWN {
            posts.len() - (SHOWN - 1)
        } else {
            0
        };
        if more > 0 {
            posts.truncate(SHOWN - 1);
        }
        Self {
            outside: view == View::Month && day.month() != shown.month(),
            more,
            ..Self::new(day, day == today, posts)
        }
    }

    fn new(day: Date, today: bool, posts: Vec<Chip>) -> Self {
        Self {
            date: day.to_string(),
            number: day.day(),
            weekday: day.strftime("%a").to_string(),
            long: day.strftime("%A %-d %B").to_string(),
            outside: false,
            today,
            posts,
            more: 0,
        }
    }
}

/// The days of a sheet: whole weeks from Monday to Sunday.
fn days(view: View, date: Date) -> Vec<Date> {
    let (from, until) = match view {
        View::Month => (date.first_of_month(), date.last_of_month()),
        View::Week => (date, date),
    };
    let monday = minus(from, i64::from(from.weekday().to_monday_zero_offset()).days());
    let sunday = plus(
        until,
        i64::from(6 - until.weekday().to_monday_zero_offset()).days(),
    );
    monday
        .series(1.day())
        .take_while(|day| *day <= sunday)
        .take(42)
        .collect()
}

/// The lines of a week: the hours of a working day, and more where there are posts.
fn hours(days: &[Date], today: Date, chips: &[(Date, Chip)]) -> Vec<Hour> {
    let from = chips.iter().map(|(_, chip)| chip.hour).min().unwrap_or(8).min(8);
    let until = chips
        .iter()
        .map(|(_, chip)| chip.hour)
        .max()
        .unwrap_or(19)
        .max(19);
    let cell = |hour: i8, day: &Date| Cell {
        compose: format!("/compose?date={day}&time={hour:02}:00"),
        label: format!("New post on {} at {hour:02}:00", day.strftime("%A %-d %B")),
        today: *day == today,
        posts: chips
            .iter()
            .filter(|(at, chip)| at == day && chip.hour == hour)
            .map(|(_, chip)| chip.clone())
            .collect(),
    };
    (from..=until)
        .map(|hour| Hour {
            label: format!("{hour:02}:00"),
            cells: days.iter().map(|day| cell(hour, day)).collect(),
        })
        .collect()
}

fn chip(member: &Member, view: &PostView) -> Option<(Date, Chip)> {
    let wall = view.post.publish_at.as_ref()?.instant.in_zone(member.zone());
    let pill = state::post(view.state);
    let text = view
        .post
        .entries
        .first()
        .map(|entry| entry.content.excerpt(60))
        .unwrap_or_default();
    let chip = Chip {
        href: format!("/posts/{}", view.post.id),
        tone: pill.tone.class(),
        icon: pill.icon,
        state: pill.text,
        time: wall.strftime("%H:%M").to_string(),
        hour: wall.hour(),
        text: if text.is_empty() {
            "(no text)".to_owned()
        } else {
            text
        },
        channels: view.publications.len(),
    };
    Some((wall.date(), chip))
}

/// The dates ahead on which a post returns and that have no post of their own yet.
fn ahead(member: &Member, view: &RecurrenceView, from: Timestamp, until: Timestamp) -> Vec<(Date, Chip)> {
    let dates = view.recurrence.upcoming(from, until, MOST_AHEAD);
    let text = recurrences::show::text(view);
    let chip = |date: &Occurrence| {
        let wall = date.at.instant.in_zone(member.zone());
        let chip = Chip {
            href: format!("/recurrences/{}", view.recurrence.id),
            tone: "ahead",
            icon: Icon::Refresh,
            state: "Returns".to_owned(),
            time: wall.strftime("%H:%M").to_string(),
            hour: wall.hour(),
            text: text.clone(),
            channels: view.template.publications.len(),
        };
        (wall.date(), chip)
    };
    dates.iter().map(chip).collect()
}

fn title(view: View, date: Date, days: &[Date]) -> String {
    match (view, days.first(), days.last()) {
        (View::Week, Some(first), Some(last)) if first.month() == last.month() => {
            format!("{} – {}", first.day(), last.strftime("%-d %B %Y"))
        }
        (View::Week, Some(first), Some(last)) => {
            format!("{} – {}", first.strftime("%-d %b"), last.strftime("%-d %b %Y"))
        }
        _ => date.strftime("%B %Y").to_string(),
    }
}

fn url(view: View, date: Date) -> String {
    format!(
        "/calendar?view={}&date={date}",
        if view == View::Week { "week" } else { "month" }
    )
}

fn midnight(member: &Member, day: Date) -> Timestamp {
    member.zone().instant_of(day.to_datetime(Time::midnight()))
}

fn plus(day: Date, span: Span) -> Date {
    day.saturating_add(span)
}

fn minus(day: Date, span: Span) -> Date {
    day.saturating_sub(span)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(text: &str) -> Date {
        text.parse().unwrap()
    }

    #[test]
    fn sheets_are_whole_weeks() {
        for (view, day, first, last, count) in [
            (View::Month, "2026-11-20", "2026-10-26", "2026-12-06", 42),
            (View::Month, "2027-02-14", "2027-02-01", "2027-02-28", 28),
            (View::Week, "2026-11-20", "2026-11-16", "2026-11-22", 7),
            (View::Week, "2026-11-22", "2026-11-16", "2026-11-22", 7),
        ] {
            let days = days(view, date(day));
            assert_eq!(
                (days[0], days[days.len() - 1], days.len()),
                (date(first), date(last), count),
                "{view:?} {day}"
            );
        }
    }

    #[test]
    fn weeks_are_titled_by_their_ends() {
        for (day, want) in [
            ("2026-11-20", "16 – 22 November 2026"),
            ("2026-12-31", "28 Dec – 3 Jan 2027"),
        ] {
            assert_eq!(title(View::Week, date(day), &days(View::Week, date(day))), want);
        }
    }
}
