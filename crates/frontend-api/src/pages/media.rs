//! `POST /media`: a place to upload a file to; the browser then sends the bytes there itself.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use postern_domain::ports::UploadRequest;
use serde::Serialize;

use crate::deps::App;
use crate::failure::Failure;
use crate::form::Form;
use crate::member::Member;
use crate::respond;
use crate::words;

/// Where the browser's script sends the bytes.
#[derive(Debug, Serialize)]
struct Place {
    url: String,
}

/// Why there is no place, for the script to show beside the file.
#[derive(Debug, Serialize)]
struct Refusal {
    message: String,
}

/// Asks the backend for a place.
pub(crate) async fn begin(State(app): State<App>, member: Member, form: Form) -> Result<Response, Failure> {
    let request = UploadRequest {
        name: form.text("name").to_owned(),
        bytes: form.text("bytes").parse().ok(),
    };
    match app.backend.begin_upload(&member.actor, request).await {
        Ok(ticket) => Ok(Json(Place {
            url: app.local(&ticket.url),
        })
        .into_response()),
        Err(error) => {
            let problems = respond::problems(error)?.rest();
            let sentences: Vec<String> = problems
                .items
                .iter()
                .flat_map(|problem| [words::sentence(&problem.detail), words::sentence(&problem.fix)])
                .collect();
            Ok((
                StatusCode::UNPROCESSABLE_ENTITY,
                Json(Refusal {
                    message: sentences.join(" "),
                }),
            )
                .into_response())
        }
    }
}
