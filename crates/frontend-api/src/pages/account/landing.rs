//! `GET /`: what Postern is, with the sign-up form while accounts are taken.

use askama::Template;
use axum::extract::State;
use axum::response::Response;

use crate::deps::App;
use crate::failure::Failure;
use crate::pages::account::signup::SignUpForm;
use crate::respond;
use crate::views::{Plain, Problems};
use crate::visit::Visit;

#[derive(Template)]
#[template(path = "pages/landing.html")]
struct Landing {
    frame: Plain,
    first: bool,
    form: Option<SignUpForm>,
}

/// Shows it; a browser with a session goes straight to its posts.
pub(crate) async fn show(State(app): State<App>, visit: Visit) -> Result<Response, Failure> {
    if let Some(token) = visit.session.clone()
        && app.backend.session(token).await.is_ok()
    {
        return Ok(respond::to("/posts"));
    }
    let info = app.backend.info().await?;
    let form = (info.registration_open || !info.has_owner).then(|| SignUpForm::new(&[], Problems::default()));
    respond::page(&Landing {
        frame: visit.plain(),
        first: !info.has_owner,
        form,
    })
}
