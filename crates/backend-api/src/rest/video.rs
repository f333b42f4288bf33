//! `POST /generate-video` and `POST /video/function`: no generator is part of Postern, and clients are told so.

use axum::body::Body;
use axum::response::Response;
use postern_domain::BackendError;
use postern_domain::actor::Scope;
use postern_wire::postiz::{Refusal, no_function, no_generator};

use crate::edge::{Caller, Refused, small_json};

pub(super) async fn generate(Caller(actor): Caller, body: Body) -> Result<Response, Refused> {
    if !actor.may(Scope::MediaWrite) {
        return Err(BackendError::Forbidden(Scope::MediaWrite).into());
    }
    let body = small_json(body).await?;
    Err(Refusal::list(&BackendError::refused(no_generator(&body))).into())
}

pub(super) async fn function(Caller(actor): Caller, body: Body) -> Result<Response, Refused> {
    if !actor.may(Scope::MediaWrite) {
        return Err(BackendError::Forbidden(Scope::MediaWrite).into());
    }
    let body = small_json(body).await?;
    let error = BackendError::refused(no_function(&body));
    Err(Refusal::msg(400, "Function not found", &error).into())
}
