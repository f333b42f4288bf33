//! `GET` and `POST /posts/{id}/edit`: changes a post that is not out yet.

use axum::extract::{Path, State};
use axum::response::Response;
use postern_domain::BackendError;
use postern_domain::id::PostId;
use postern_domain::post::{PostEdit, PostRef};
use postern_domain::publication::State as Standing;

use crate::deps::App;
use crate::failure::Failure;
use crate::form::Form;
use crate::member::Member;
use crate::pages::compose::composer::{self, Composer};
use crate::pages::compose::create::said;
use crate::pages::compose::form::{Action, ComposeForm};
use crate::pages::compose::library::Library;
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
    let edit = PostEdit {
        expected_version: form.version,
        intent: Some(post.intent),
        entries: Some(post.entries),
        targets: Some(post.targets),
        tags: None,
    };
    match app
        .backend
        .update_post(&member.actor, PostRef::Post(id), edit)
        .await
    {
        Ok(_) => Ok(respond::done(&app, &format!("/posts/{id}"), said(action))),
        Err(error) => {
            let problems = respond::problems(error)?;
            composer::refuse(&app, &member, Some(id), &form, &library, problems).await
        }
    }
}

fn parse(id: &str) -> Result<PostId, Failure> {
    id.parse().map_err(|_| BackendError::not_found("post", id).into())
}
