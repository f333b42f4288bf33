//! `POST /posts/{id}/approve` and `/reject`: the answer to a post that waits for approval, and how the page tells it.

use axum::extract::{Path, State};
use axum::response::Response;
use postern_domain::BackendError;
use postern_domain::actor::Scope;
use postern_domain::post::{PostRef, PostView};
use postern_domain::review::{Decision, Rejection, Review as Asked, Stage};

use crate::deps::App;
use crate::failure::Failure;
use crate::form::Form;
use crate::member::Member;
use crate::respond;
use crate::views::When;

/// How the approval of a post stands, for its page.
pub(super) struct Review {
    pub(super) name: String,
    pub(super) when: When,
    pub(super) standing: Standing,
}

/// What there is to say about it.
pub(super) enum Standing {
    /// The reader decides.
    Mine,
    /// Somebody else decides.
    Waiting,
    /// It was rejected, for a reason that may be empty.
    Rejected(String),
}

impl Review {
    /// What the page says; nothing of a post that is approved, or that needed no approval.
    pub(super) fn of(member: &Member, view: &PostView) -> Option<Self> {
        let review: &Asked = view.post.review.as_ref()?;
        if let Some((verdict, reason)) = review.rejection() {
            return (view.post.stage() == Stage::Draft).then(|| Self {
                name: verdict.by.clone(),
                when: member.when(verdict.at),
                standing: Standing::Rejected(reason.to_owned()),
            });
        }
        (view.post.stage() == Stage::InReview).then(|| Self {
            name: review.asked_by.clone(),
            when: member.when(review.asked_at),
            standing: if member.actor.may(Scope::PostsWrite) {
                Standing::Mine
            } else {
                Standing::Waiting
            },
        })
    }
}

/// Lets it go out.
pub(crate) async fn approve(
    State(app): State<App>,
    member: Member,
    Path(id): Path<String>,
    _form: Form,
) -> Result<Response, Failure> {
    let outcome = app
        .backend
        .review_post(&member.actor, reference(&id)?, Decision::Approve)
        .await;
    respond::after(
        &app,
        &format!("/posts/{id}"),
        outcome,
        "Approved. It is in the plan.",
    )
}

/// Gives it back to its author.
pub(crate) async fn reject(
    State(app): State<App>,
    member: Member,
    Path(id): Path<String>,
    form: Form,
) -> Result<Response, Failure> {
    let decision = Decision::Reject(Rejection(form.text("reason").to_owned()));
    let outcome = app
        .backend
        .review_post(&member.actor, reference(&id)?, decision)
        .await;
    let text = "Rejected. Its author sees why.";
    respond::after(&app, &format!("/posts/{id}"), outcome, text)
}

fn reference(id: &str) -> Result<PostRef, Failure> {
    id.parse().map_err(|_| BackendError::not_found("post", id).into())
}
