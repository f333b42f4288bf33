//! Lets in who knows the service token.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use http::HeaderMap;
use http::header::AUTHORIZATION;
use postern_domain::secret::Secret;
use subtle::ConstantTimeEq;
use tonic::Status;

pub(super) async fn check(State(token): State<Arc<Secret>>, request: Request, next: Next) -> Response {
    if is_known(request.headers(), &token) {
        next.run(request).await
    } else {
        tracing::warn!(rpc.path = request.uri().path(), "service token missing or wrong");
        Status::unauthenticated("the service token is missing or wrong").into_http()
    }
}

/// Compared in constant time; an empty token lets nobody in.
fn is_known(headers: &HeaderMap, token: &Secret) -> bool {
    let given = headers
        .get(AUTHORIZATION)
        .and_then(|value| value.as_bytes().strip_prefix(b"Bearer "));
    !token.is_empty() && given.is_some_and(|given| given.ct_eq(token.reveal().as_bytes()).into())
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    #[test]
    fn the_whole_token_and_nothing_else_is_let_in() {
        for (token, given, is_let_in) in [
            ("service-token", Some("Bearer service-token"), true),
            ("service-token", Some("Bearer service-toke"), false),
            ("service-token", Some("Bearer service-token2"), false),
            ("service-token", Some("Bearer "), false),
            ("service-token", Some("service-token"), false),
            ("service-token", Some("Basic service-token"), false),
            ("service-token", None, false),
            ("", Some("Bearer "), false),
            ("", None, false),
        ] {
            let mut headers = HeaderMap::new();
            if let Some(given) = given {
                headers.insert(AUTHORIZATION, HeaderValue::from_static(given));
            }
            assert_eq!(is_known(&headers, &Secret::new(token)), is_let_in, "{given:?}");
        }
    }
}
