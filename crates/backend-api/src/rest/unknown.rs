//! Routes and methods that do not exist.

use axum::extract::OriginalUri;
use axum::response::{IntoResponse, Response};
use http::Method;
use postern_wire::postiz::unknown_route;

use crate::edge::Refused;

/// Longest path that is repeated in the answer, in characters.
const LONGEST: usize = 200;

pub(crate) async fn unknown(method: Method, OriginalUri(uri): OriginalUri) -> Response {
    let path: String = uri.path().chars().take(LONGEST).collect();
    Refused(unknown_route(method.as_str(), &path)).into_response()
}
