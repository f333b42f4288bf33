//! `GET` and `POST /settings`: name, time zone and lateness of the workspace.

use std::time::Duration;

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use postern_domain::ports::WorkspaceChange;
use postern_domain::time::Zone;
use postern_domain::{Code, Problem};

use crate::deps::App;
use crate::failure::Failure;
use crate::form::Form;
use crate::member::Member;
use crate::pages::settings::Section;
use crate::respond;
use crate::views::{Field, Frame, Input, Nav, ProblemList, Problems};

/// The longest lateness that can be set, in hours: a week.
const MAX_HOURS: i64 = 168;

#[derive(Template)]
#[template(path = "pages/workspace.html")]
struct Page {
    frame: Frame,
    section: Section,
    name: Field,
    zone: Field,
    hours: Field,
    zones: Vec<String>,
    problems: ProblemList,
}

struct Given<'a> {
    name: &'a str,
    zone: &'a str,
    hours: &'a str,
}

impl Page {
    fn new(member: &Member, given: &Given<'_>, mut problems: Problems) -> Self {
        Self {
            frame: member.frame(Nav::Settings),
            section: Section::Workspace,
            name: Field::line("name", "Name of the workspace", "text")
                .value(given.name)
                .problems(&mut problems, "/name"),
            zone: Field::new("zone", "Time zone", Input::Suggest("zones"))
                .value(given.zone)
                .help("All times are shown in it, and it decides what 9:00 means. Type a city.")
                .problems(&mut problems, "/zone"),
            hours: Field::new("hours", "Publish late posts for up to (hours)", Input::Number { min: 0, max: MAX_HOURS })
                .value(given.hours)
                .help("When the server was off at a post's time: within this many hours it still goes out, later it is marked as missed and you decide.")
                .problems(&mut problems, "/lateness"),
            zones: Zone::all_names(),
            problems: problems.rest(),
        }
    }
}

/// Shows the form.
pub(crate) async fn show(member: Member) -> Result<Response, Failure> {
    let hours = (member.workspace.lateness.as_secs() / 3600).to_string();
    let given = Given {
        name: &member.workspace.name,
        zone: member.zone().name(),
        hours: &hours,
    };
    respond::page(&Page::new(&member, &given, Problems::default()))
}

/// Stores the changes.
pub(crate) async fn send(State(app): State<App>, member: Member, form: Form) -> Result<Response, Failure> {
    let given = Given {
        name: form.text("name").trim(),
        zone: form.text("zone").trim(),
        hours: form.text("hours").trim(),
    };
    let change = match change(&given) {
        Ok(change) => change,
        Err(problems) => return respond::refused(&Page::new(&member, &given, Problems::new(problems))),
    };
    match app.backend.change_workspace(&member.actor, change).await {
        Ok(_) => Ok(respond::done(&app, "/settings", "Saved.")),
        Err(error) => respond::refused(&Page::new(&member, &given, respond::problems(error)?)),
    }
}

/// Reads zone and hours; all that cannot be read at once.
fn change(given: &Given<'_>) -> Result<WorkspaceChange, Vec<Problem>> {
    let zone = Zone::parse(given.zone).map_err(|_| {
        Problem::new(
            Code::ZoneUnknown,
            "/zone",
            "there is no such time zone",
            "choose one of the list",
        )
        .given(given.zone)
        .allowed("an IANA zone such as Europe/Berlin")
    });
    let hours = given
        .hours
        .parse::<u64>()
        .ok()
        .filter(|hours| i64::try_from(*hours).is_ok_and(|h| h <= MAX_HOURS));
    let hours = hours.ok_or_else(|| {
        Problem::new(
            Code::Malformed,
            "/lateness",
            "that is not a number of hours",
            "give a whole number",
        )
        .given(given.hours)
        .allowed(format!("0 to {MAX_HOURS}"))
    });
    match (zone, hours) {
        (Ok(zone), Ok(hours)) => Ok(WorkspaceChange {
            name: Some(given.name.to_owned()),
            zone: Some(zone),
            lateness: Some(Duration::from_secs(hours * 3600)),
        }),
        (zone, hours) => Err(zone.err().into_iter().chain(hours.err()).collect()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_that_cannot_be_read_is_told_at_once() {
        for (zone, hours, want) in [
            ("Europe/Berlin", "6", vec![]),
            ("Mars", "6", vec!["/zone"]),
            ("Mars", "soon", vec!["/zone", "/lateness"]),
            ("UTC", "169", vec!["/lateness"]),
            ("UTC", "-1", vec!["/lateness"]),
        ] {
            let fields = change(&Given {
                name: "n",
                zone,
                hours,
            })
            .err()
            .unwrap_or_default();
            let fields: Vec<&str> = fields.iter().map(|problem| problem.field.as_str()).collect();
            assert_eq!(fields, want, "{zone} {hours}");
        }
    }
}
