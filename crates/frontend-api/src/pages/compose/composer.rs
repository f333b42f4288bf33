//! The composer as it is shown.

use askama::Template;
use askama::filters::HtmlSafe;
use postern_domain::Timestamp;
use postern_domain::actor::Scope;
use postern_domain::id::PostId;
use postern_domain::time::Zone;

use crate::deps::App;
use crate::failure::Failure;
use crate::member::Member;
use crate::pages::compose::check::Checks;
use crate::pages::compose::form::{ComposeForm, SHARED};
use crate::pages::compose::library::Library;
use crate::pages::compose::panels::{Choice, Group, Panel};
use crate::pages::compose::returns::Returns;
use crate::respond;
use crate::views::{Field, Frame, Input, Nav, ProblemList, Problems};

/// The page around the form.
#[derive(Template)]
#[template(path = "pages/compose.html")]
struct ComposePage {
    frame: Frame,
    title: &'static str,
    back: Option<String>,
    no_channel: bool,
    zones: Vec<String>,
    composer: Composer,
}

/// The form.
#[derive(Template)]
#[template(path = "parts/composer.html")]
pub(crate) struct Composer {
    csrf: String,
    post: Option<String>,
    version: Option<u64>,
    /// Whether what is planned here waits for somebody's approval.
    asks: bool,
    problems: ProblemList,
    choices: Vec<Choice>,
    channel_problems: ProblemList,
    shared: Group,
    panels: Vec<Panel>,
    date: Field,
    time: Field,
    zone: Field,
    returns: Returns,
    checks: Checks,
}

impl HtmlSafe for Composer {}

impl Composer {
    /// The form for `post`, or for a new one, with what is wrong beside its fields.
    pub(crate) async fn new(
        app: &App,
        member: &Member,
        post: Option<PostId>,
        form: &ComposeForm,
        library: &Library,
        mut problems: Problems,
    ) -> Result<Self, Failure> {
        let checks = Checks::of(app, member, form, library).await?;
        let mut channel_problems = problems.at("/targets");
        for index in 0..form.channels.len() {
            channel_problems
                .items
                .extend(problems.at(&format!("/targets/{index}/channel")).items);
        }
        let shared = Group::new(
            app,
            SHARED,
            &form.shared,
            &shared_pointers(form),
            library,
            &mut problems,
        );
        let chosen = form.channels.iter().enumerate();
        let panels = chosen
            .filter_map(|(index, id)| Panel::new(app, form, *id, index, library, &mut problems))
            .collect();
        Ok(Self {
            csrf: member.visit.plain().csrf,
            post: post.map(|id| id.to_string()),
            version: form.version,
            asks: !member.actor.may(Scope::PostsWrite),
            choices: library
                .channels
                .iter()
                .map(|channel| Choice::new(channel, form, library))
                .collect(),
            channel_problems,
            shared,
            panels,
            date: Field::line("date", "Date", "date")
                .value(form.date.clone())
                .problems(&mut problems, "/publish_at"),
            time: Field::line("time", "Time", "time").value(form.time.clone()),
            zone: Field::new("zone", "Time zone", Input::Suggest("zones"))
                .value(form.zone.clone())
                .problems(&mut problems, "/zone"),
            returns: Returns::new(member, form, &mut problems),
            problems: problems.rest(),
            checks,
        })
    }

    /// The page with this form.
    pub(crate) fn page(self, member: &Member) -> impl Template {
        ComposePage {
            frame: member.frame(Nav::Compose),
            title: if self.post.is_some() {
                "Edit post"
            } else {
                "New post"
            },
            back: self.post.as_ref().map(|id| format!("/posts/{id}")),
            no_channel: self.choices.is_empty(),
            zones: Zone::all_names(),
            composer: self,
        }
    }
}

/// Shows the form again with what is wrong: the whole page, or the form alone for a part of a page.
pub(crate) async fn refuse(
    app: &App,
    member: &Member,
    post: Option<PostId>,
    form: &ComposeForm,
    library: &Library,
    problems: Problems,
) -> Result<axum::response::Response, Failure> {
    let composer = Composer::new(app, member, post, form, library, problems).await?;
    respond::refused(&composer.page(member))
}

/// Date and time that a new post starts with: in an hour, on a full quarter.
pub(crate) fn first_guess(now: Timestamp, zone: &Zone) -> (String, String) {
    const QUARTER: i64 = 15 * 60;
    let later = Timestamp::from_secs((now.as_secs() + 3600).div_euclid(QUARTER) * QUARTER).in_zone(zone);
    (
        later.strftime("%Y-%m-%d").to_string(),
        later.strftime("%H:%M").to_string(),
    )
}

/// Where problems of the shared parts point to: to the parts themselves, and to those of each channel without
/// its own text.
fn shared_pointers(form: &ComposeForm) -> Vec<String> {
    let without_own = form
        .channels
        .iter()
        .enumerate()
        .filter(|(_, id)| !form.own.contains_key(id));
    std::iter::once("/entries".to_owned())
        .chain(without_own.map(|(index, _)| format!("/targets/{index}/entries")))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn new_posts_start_in_an_hour_on_a_full_quarter() {
        let zone = Zone::parse("Asia/Kathmandu").unwrap();
        for (now, want) in [
            ("2026-11-20T10:07:00Z", "16:45"),
            ("2026-11-20T10:15:00Z", "17:00"),
        ] {
            let (date, time) = first_guess(Timestamp::parse(now).unwrap(), &zone);
            assert_eq!((date.as_str(), time.as_str()), ("2026-11-20", want));
        }
    }
}
