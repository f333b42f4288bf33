//! `POST /logout`: ends the session.

use axum::extract::State;
use axum::response::Response;

use crate::deps::App;
use crate::failure::Failure;
use crate::form::Form;
use crate::visit::Visit;
use crate::{respond, visit};

/// Ends it at the backend and in the browser.
pub(crate) async fn send(State(app): State<App>, visit: Visit, _form: Form) -> Result<Response, Failure> {
    if let Some(token) = visit.session {
        app.backend.log_out(token).await?;
    }
    let mut response = respond::done(&app, "/login", "You are logged out.");
    visit::remove(&mut response, visit::SESSION);
    Ok(response)
}
