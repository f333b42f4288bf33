//! What stops a page, and the page that says so.

use askama::Template;
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use postern_domain::{BackendError, Problem};
use tower_http::csrf::ProtectionError;

use crate::respond;
use crate::views::{Plain, ProblemList, Problems};
use crate::visit::Visit;

/// Why a page cannot be shown.
#[derive(Debug, Clone, thiserror::Error)]
pub(crate) enum Failure {
    /// The backend did not do it.
    #[error(transparent)]
    Backend(#[from] BackendError),
    /// There is no such page.
    #[error("no such page")]
    NoSuchPage,
    /// The form's token is not the one of this browser.
    #[error("form token is missing or stale")]
    ForeignForm,
    /// The form is not of the expected shape.
    #[error("form is malformed")]
    Malformed,
    /// A template could not be rendered.
    #[error("template did not render")]
    Render,
    /// A layer is missing before the handler.
    #[error("request was not tracked")]
    Unset,
    /// A connection to a platform did not come about.
    #[error("connection failed")]
    Connect {
        /// Which platform.
        platform: String,
        /// Why.
        problems: Vec<Problem>,
    },
}

impl From<askama::Error> for Failure {
    fn from(error: askama::Error) -> Self {
        tracing::error!(error = %error, "template did not render");
        Self::Render
    }
}

impl IntoResponse for Failure {
    /// A bare answer that carries the failure; [`show`] gives it its page.
    fn into_response(self) -> Response {
        let mut response = self.status().into_response();
        response.extensions_mut().insert(self);
        response
    }
}

#[derive(Template)]
#[template(path = "pages/failure.html")]
struct FailurePage {
    frame: Plain,
    title: &'static str,
    text: String,
    problems: ProblemList,
    request_id: String,
    back: &'static str,
    back_label: &'static str,
}

#[derive(Template)]
#[template(path = "parts/failure.html")]
struct FailurePart {
    title: &'static str,
    text: String,
}

impl Failure {
    fn status(&self) -> StatusCode {
        match self {
            Self::Backend(error) => match error {
                BackendError::Refused(_) => StatusCode::UNPROCESSABLE_ENTITY,
                BackendError::Conflict(_) => StatusCode::CONFLICT,
                BackendError::NotFound { .. } => StatusCode::NOT_FOUND,
                BackendError::Unauthenticated => StatusCode::UNAUTHORIZED,
                BackendError::Forbidden(_) => StatusCode::FORBIDDEN,
                BackendError::RateLimited { .. } => StatusCode::TOO_MANY_REQUESTS,
                BackendError::Unavailable { .. } => StatusCode::SERVICE_UNAVAILABLE,
                BackendError::Internal => StatusCode::INTERNAL_SERVER_ERROR,
            },
            Self::NoSuchPage => StatusCode::NOT_FOUND,
            Self::ForeignForm => StatusCode::FORBIDDEN,
            Self::Malformed => StatusCode::BAD_REQUEST,
            Self::Render | Self::Unset => StatusCode::INTERNAL_SERVER_ERROR,
            // Proxies put pages of their own in the place of a 502, and this one says what to do.
            Self::Connect { .. } => StatusCode::UNPROCESSABLE_ENTITY,
        }
    }

    fn words(&self) -> (&'static str, String) {
        match self {
            Self::Backend(BackendError::NotFound { what, .. }) => {
                ("Not found", format!("There is no such {what} in this workspace. It may have been removed."))
            }
            Self::NoSuchPage => ("Not found", "There is no page at this address.".to_owned()),
            Self::Backend(BackendError::Forbidden(_)) => {
                ("Not allowed", "Your role in this workspace does not allow this.".to_owned())
            }
            Self::ForeignForm => (
                "Please send the form again",
                "It was made before you logged in, or it came from another site, so nothing was changed. Go back, \
                 reload the page and send it once more."
                    .to_owned(),
            ),
            Self::Malformed => ("Not understood", "The form was not complete. Nothing was changed.".to_owned()),
            Self::Backend(BackendError::RateLimited { retry_after }) => (
                "Too many requests",
                format!("Try again in {} seconds.", retry_after.as_secs().max(1)),
            ),
            Self::Backend(BackendError::Unavailable { what }) => (
                "Not available at the moment",
                format!("The {what} does not answer. Nothing was changed. Try again in a few seconds."),
            ),
            Self::Backend(BackendError::Refused(_) | BackendError::Conflict(_)) => {
                ("That did not work", "Nothing was changed.".to_owned())
            }
            Self::Backend(BackendError::Unauthenticated) => ("Please log in", "Your session has ended.".to_owned()),
            Self::Connect { platform, .. } => (
                "The channel was not connected",
                format!("{platform} did not give access. Here is what happened and what to do."),
            ),
            Self::Backend(BackendError::Internal) | Self::Render | Self::Unset => (
                "Something went wrong",
                "This is a defect of Postern, and the log has the details. Nothing is half-done: try again.".to_owned(),
            ),
        }
    }

    fn problems(&self) -> Vec<Problem> {
        match self {
            Self::Backend(BackendError::Refused(problems)) | Self::Connect { problems, .. } => {
                problems.clone()
            }
            Self::Backend(BackendError::Conflict(problem)) => vec![problem.clone()],
            _ => Vec::new(),
        }
    }
}

/// Gives an answer that carries a failure its page; leaves all others as they are.
pub(crate) fn show(response: Response, visit: &Visit) -> Response {
    let foreign = response
        .extensions()
        .get::<ProtectionError>()
        .map(|_| Failure::ForeignForm);
    let Some(failure) = response.extensions().get::<Failure>().cloned().or(foreign) else {
        return response;
    };
    if failure.status().is_server_error() {
        tracing::warn!(error = %failure, request.id = %visit.request_id, "page failed");
    }
    render(&failure, visit)
}

fn render(failure: &Failure, visit: &Visit) -> Response {
    let (title, text) = failure.words();
    let mut problems = Problems::new(failure.problems());
    let connecting = matches!(failure, Failure::Connect { .. });
    let rendered = if visit.partial {
        FailurePart { title, text }.render()
    } else {
        FailurePage {
            frame: visit.plain(),
            title,
            text,
            problems: problems.rest(),
            request_id: visit.request_id.clone(),
            back: if connecting { "/channels" } else { "/" },
            back_label: if connecting {
                "Back to channels"
            } else {
                "Back to Postern"
            },
        }
        .render()
    };
    let mut response = match rendered {
        Ok(html) => (failure.status(), respond::as_html(html)).into_response(),
        Err(_) => failure.status().into_response(),
    };
    if visit.partial {
        // A failure must not replace the part that was asked for; it is told as a notice instead.
        response
            .headers_mut()
            .insert("hx-retarget", HeaderValue::from_static("#toasts"));
        response
            .headers_mut()
            .insert("hx-reswap", HeaderValue::from_static("beforeend"));
    }
    if let Failure::Backend(BackendError::RateLimited { retry_after }) = failure {
        response.headers_mut().insert(
            header::RETRY_AFTER,
            HeaderValue::from(retry_after.as_secs().max(1)),
        );
    }
    response
}
