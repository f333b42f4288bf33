//! `POST /compose/check`: how long the text is on each channel, in its own counting, and what stands in the way.

use askama::Template;
use askama::filters::HtmlSafe;
use axum::extract::State;
use axum::response::Response;
use postern_domain::capability::EntryPreview;
use postern_domain::ports::TargetPreview;
use postern_domain::problem::Problem;

use crate::deps::App;
use crate::failure::Failure;
use crate::form::Form;
use crate::member::Member;
use crate::pages::compose::form::ComposeForm;
use crate::pages::compose::library::Library;
use crate::respond;
use crate::views::{Avatar, ProblemList, Problems};
use crate::words;

/// One line per channel.
#[derive(Template)]
#[template(path = "parts/checks.html")]
pub(crate) struct Checks {
    problems: ProblemList,
    channels: Vec<Check>,
    chosen: bool,
    blank: bool,
}

impl HtmlSafe for Checks {}

struct Check {
    avatar: Avatar,
    name: String,
    counts: Vec<Count>,
    problems: Vec<Problem>,
    // Rates that the plan exceeds, in words.
    warnings: Vec<String>,
}

struct Count {
    text: String,
    length: u32,
    max: u32,
    // How full it is, 0 to 100.
    share: u32,
    unit: String,
}

/// Checks what is in the form without storing anything.
pub(crate) async fn send(State(app): State<App>, member: Member, form: Form) -> Result<Response, Failure> {
    let form = ComposeForm::parse(&form);
    let library = Library::load(&app, &member, &form).await?;
    respond::page(&Checks::of(&app, &member, &form, &library).await?)
}

impl Checks {
    /// The lines for a form.
    pub(crate) async fn of(
        app: &App,
        member: &Member,
        form: &ComposeForm,
        library: &Library,
    ) -> Result<Self, Failure> {
        let parts = || form.shared.iter().chain(form.own.values().flatten());
        let blank = parts().all(|part| part.text.trim().is_empty() && part.files.is_empty());
        if form.channels.is_empty() {
            return Ok(Self {
                problems: ProblemList::default(),
                channels: Vec::new(),
                chosen: false,
                blank,
            });
        }
        let (previews, mut problems) = match app
            .backend
            .preview_post(&member.actor, form.to_draft(library))
            .await
        {
            Ok(previews) => (previews, Problems::default()),
            Err(error) => (Vec::new(), respond::problems(error)?),
        };
        Ok(Self {
            problems: if blank {
                ProblemList::default()
            } else {
                problems.rest()
            },
            channels: previews
                .into_iter()
                .map(|preview| Check::new(preview, blank))
                .collect(),
            chosen: true,
            blank,
        })
    }
}

impl Check {
    /// An untouched form is not scolded: only what is wrong with the channel itself is told.
    fn new(target: TargetPreview, blank: bool) -> Self {
        let problems = target.preview.problems.into_iter();
        let warnings = target.crowding.iter();
        Self {
            warnings: warnings
                .map(|crowding| words::sentence(&crowding.sentence()))
                .collect(),
            avatar: Avatar::of(&target.channel).small(),
            name: target.channel.name,
            counts: target.preview.entries.into_iter().map(Count::new).collect(),
            problems: problems
                .filter(|problem| !blank || problem.field.ends_with("/channel"))
                .collect(),
        }
    }
}

impl Count {
    fn new(entry: EntryPreview) -> Self {
        Self {
            share: (entry.length.saturating_mul(100) / entry.max.max(1)).min(100),
            text: entry.text,
            length: entry.length,
            max: entry.max,
            unit: entry.unit,
        }
    }

    fn over(&self) -> bool {
        self.length > self.max
    }
}
