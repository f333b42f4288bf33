//! `GET` and `POST /channels/{id}/slots`: the weekly posting times that the queue takes.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use postern_domain::channel::Slot;
use postern_domain::time::parse_local_time;
use postern_domain::{Code, Problem};

use crate::deps::App;
use crate::failure::Failure;
use crate::form::Form;
use crate::member::Member;
use crate::pages::channels;
use crate::respond;
use crate::views::{Avatar, Field, Frame, Nav, Problems};

const DAYS: [&str; 8] = [
    "Every day",
    "Monday",
    "Tuesday",
    "Wednesday",
    "Thursday",
    "Friday",
    "Saturday",
    "Sunday",
];

#[derive(Template)]
#[template(path = "pages/slots.html")]
struct Page {
    frame: Frame,
    id: String,
    avatar: Avatar,
    name: String,
    zone: String,
    fields: Vec<Field>,
}

/// The times as they were typed, by day of the week; 0 is every day.
type Typed = BTreeMap<u8, String>;

/// Shows the times as they are.
pub(crate) async fn show(
    State(app): State<App>,
    member: Member,
    Path(id): Path<String>,
) -> Result<Response, Failure> {
    let channel = channels::channel(&app, &member, &id).await?;
    let slots = app.backend.slots(&member.actor, channel.id).await?;
    let page = page(&app, &member, &id, &typed(&slots), Problems::default()).await?;
    respond::page(&page)
}

/// Stores them.
pub(crate) async fn send(
    State(app): State<App>,
    member: Member,
    Path(id): Path<String>,
    form: Form,
) -> Result<Response, Failure> {
    let channel = channels::channel(&app, &member, &id).await?;
    let given: Typed = (0..=7)
        .map(|day| (day, form.text(&format!("d{day}")).trim().to_owned()))
        .collect();
    let problems = match slots(&given) {
        Ok(slots) => match app.backend.set_slots(&member.actor, channel.id, slots).await {
            Ok(()) => return Ok(respond::done(&app, "/channels", "Posting times saved.")),
            Err(error) => respond::problems(error)?,
        },
        Err(problems) => Problems::new(problems),
    };
    respond::refused(&page(&app, &member, &id, &given, problems).await?)
}

async fn page(
    app: &App,
    member: &Member,
    id: &str,
    given: &Typed,
    mut problems: Problems,
) -> Result<Page, Failure> {
    let channel = channels::channel(app, member, id).await?;
    let fields = DAYS.into_iter().zip(0_u8..).map(|(name, day)| {
        Field::line(format!("d{day}"), name, "text")
            .optional()
            .value(given.get(&day).cloned().unwrap_or_default())
            .problems(&mut problems, &format!("/slots/{day}"))
    });
    Ok(Page {
        fields: fields.collect(),
        frame: member.frame(Nav::Channels),
        id: channel.id.to_string(),
        avatar: Avatar::of(&channel),
        name: channel.name.clone(),
        zone: member.zone().name().to_owned(),
    })
}

/// Slots as they are typed: `09:20 14:10`.
fn typed(slots: &[Slot]) -> Typed {
    let mut typed = Typed::new();
    for slot in slots {
        let line = typed.entry(slot.weekday.unwrap_or(0)).or_default();
        if !line.is_empty() {
            line.push(' ');
        }
        let (hour, minute) = (slot.minute / 60, slot.minute % 60);
        // Writing to a text cannot fail.
        let _ = write!(line, "{hour:02}:{minute:02}");
    }
    typed
}

/// Reads what was typed; times stand apart by spaces or commas.
fn slots(given: &Typed) -> Result<Vec<Slot>, Vec<Problem>> {
    let (mut slots, mut problems) = (Vec::new(), Vec::new());
    for (day, line) in given {
        let words = line.split(|letter: char| letter.is_whitespace() || letter == ',');
        for word in words.filter(|word| !word.is_empty()) {
            match parse_local_time(word) {
                Ok(time) => slots.push(Slot {
                    weekday: Some(*day).filter(|day| *day > 0),
                    minute: u16::try_from(i32::from(time.hour()) * 60 + i32::from(time.minute()))
                        .unwrap_or_default(),
                }),
                Err(_) => problems.push(
                    Problem::new(
                        Code::TimeMalformed,
                        format!("/slots/{day}"),
                        "this is not a time of the day",
                        "write times such as 09:20 with spaces between them",
                    )
                    .given(word),
                ),
            }
        }
    }
    if problems.is_empty() {
        Ok(slots)
    } else {
        Err(problems)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_typed_in_lines_and_come_back() {
        let given = Typed::from([(0, "9:20, 14:10  19:00".into()), (7, "08:00".into())]);
        // One digit for the hour is no time of the day.
        assert_eq!(slots(&given).unwrap_err()[0].field, "/slots/0");
        let given = Typed::from([(0, "09:20, 14:10  19:00".into()), (7, "08:00".into())]);
        let read = slots(&given).unwrap();
        assert_eq!(read.len(), 4);
        assert_eq!(
            typed(&read),
            Typed::from([(0, "09:20 14:10 19:00".to_owned()), (7, "08:00".to_owned())])
        );
    }
}
