//! `GET` and `POST /posts/{id}/edit`: changes a post that is not out yet.

use axum::extract::{Path, State};
use axum::response::Response;
use postern_domain::id::PostId;
use postern_domain::post::{NewPost, PostEdit, PostRef};
use postern_domain::publication::State as Standing;
use postern_domain::recurrence::{Reach, RecurrenceEdit};
use postern_domain::{BackendError, Code, Problem};

use crate::deps::App;
use crate::failure::Failure;
use crate::form::Form;
use crate::member::Member;
use crate::pages::compose::composer::{self, Composer};
use crate::pages::compose::create::said;
use crate::pages::compose::form::{Action, ComposeForm};
use crate::pages::compose::library::Library;
use crate::pages::compose::returns::{Belongs, Chosen, Repeat};
use crate::respond;
use crate::views::Problems;

/// Shows the form with the post in it.
pub(crate) async fn show(
    State(app): State<App>,
    member: Member,
    Path(id): Path<String>,
) -> Result<Response, Failure> {
    let post = app
        .backend
        .post(&member.actor, PostRef::Post(parse(&id)?))
        .await?;
    let live = post
        .publications
        .iter()
        .filter(|target| target.publication.state != Standing::Cancelled);
    let settings: Vec<_> = live
        .map(|target| (target.channel.id, target.publication.settings.clone()))
        .collect();
    let mut form = ComposeForm::of(&post.post, &settings);
    if form.zone.is_empty() {
        (form.date, form.time) = composer::first_guess(member.now, member.zone());
        member.zone().name().clone_into(&mut form.zone);
    }
    if let Some((series, date)) = post.post.series.and_then(|series| Some((series, series.date()?))) {
        let view = app.backend.recurrence(&member.actor, series.recurrence).await?;
        // What has ended leaves ordinary posts behind.
        form.belongs = view.recurrence.is_running().then_some(Belongs {
            recurrence: series.recurrence,
            version: view.recurrence.version,
            date,
            reach: Chosen::This,
        });
        form.repeat = form
            .belongs
            .map(|_| Repeat::of(&view.recurrence.rule))
            .unwrap_or_default();
    }
    let library = Library::load(&app, &member, &form).await?;
    let composer = Composer::new(
        &app,
        &member,
        Some(post.post.id),
        &form,
        &library,
        Problems::default(),
    )
    .await?;
    respond::page(&composer.page(&member))
}

/// Stores the changes and goes to the post; a refusal comes back beside its fields.
pub(crate) async fn send(
    State(app): State<App>,
    member: Member,
    Path(id): Path<String>,
    form: Form,
) -> Result<Response, Failure> {
    let id = parse(&id)?;
    let action = Action::parse(form.text("action"));
    let form = ComposeForm::parse(&form);
    let library = Library::load(&app, &member, &form).await?;
    let post = match form.to_post(action, &library) {
        Ok(post) => post,
        Err(problems) => {
            return composer::refuse(&app, &member, Some(id), &form, &library, Problems::new(problems)).await;
        }
    };
    let many = form.belongs.filter(|belongs| belongs.reach != Chosen::This);
    let outcome = if let Some(belongs) = many {
        change_many(&app, &member, action, &form, belongs, post).await
    } else {
        let edit = PostEdit {
            expected_version: form.version,
            intent: Some(post.intent),
            entries: Some(post.entries),
            targets: Some(post.targets),
            tags: None,
            recurrence: post.recurrence,
        };
        let changed = app
            .backend
            .update_post(&member.actor, PostRef::Post(id), edit)
            .await;
        changed.map(|_| format!("/posts/{id}"))
    };
    match outcome {
        Ok(path) => Ok(respond::done(&app, &path, said(action))),
        Err(error) => {
            let problems = respond::problems(error)?;
            composer::refuse(&app, &member, Some(id), &form, &library, problems).await
        }
    }
}

/// Changes this post and others of its recurrence; answers where to go then.
async fn change_many(
    app: &App,
    member: &Member,
    action: Action,
    form: &ComposeForm,
    belongs: Belongs,
    post: NewPost,
) -> Result<String, BackendError> {
    if action != Action::Schedule {
        return Err(BackendError::refused(Problem::new(
            Code::RecurrenceInvalid,
            "/recurrence",
            "several posts can only be saved at their times",
            "choose \"Save and schedule\", or change only this post",
        )));
    }
    let stored = app.backend.recurrence(&member.actor, belongs.recurrence).await?;
    let stored = &stored.recurrence.rule;
    // Without scripts the editor may not have been in the form.
    let repeat = Some(&form.repeat)
        .filter(|repeat| repeat.asked)
        .cloned()
        .unwrap_or_else(|| Repeat::of(stored));
    if !repeat.is_on() {
        return Err(BackendError::refused(Problem::new(
            Code::RecurrenceInvalid,
            "/recurrence",
            "a change of several posts does not end them",
            "end the repetition on its own page, or choose how they repeat",
        )));
    }
    let rule = repeat.changed(form, stored).map_err(BackendError::Refused)?;
    let edit = RecurrenceEdit {
        expected_version: Some(belongs.version),
        reach: match belongs.reach {
            Chosen::Following => Reach::From(belongs.date),
            Chosen::All | Chosen::This => Reach::All,
        },
        rule,
        entries: Some(post.entries),
        targets: Some(post.targets),
        tags: None,
    };
    let changed = app
        .backend
        .update_recurrence(&member.actor, belongs.recurrence, edit)
        .await?;
    Ok(format!("/recurrences/{}", changed.recurrence.id))
}

fn parse(id: &str) -> Result<PostId, Failure> {
    id.parse().map_err(|_| BackendError::not_found("post", id).into())
}
