//! What a request is called in spans, lines and labels.

use axum::extract::MatchedPath;
use http::{Method, Request, header};

/// Route of what matched nothing, or a service that does not tell its routes.
const UNMATCHED: &str = "unmatched";

/// The route a request matched, such as `/api/posts/{id}`; never the path, for paths carry keys.
///
/// A gRPC call is named by its path, `/package.Service/Method`, which holds names of ours alone.
pub(super) fn route<B>(request: &Request<B>) -> String {
    let matched = request
        .extensions()
        .get::<MatchedPath>()
        .map_or(UNMATCHED, MatchedPath::as_str);
    if is_grpc(request) && is_method_of(matched, request.uri().path()) {
        return request.uri().path().to_owned();
    }
    matched.to_owned()
}

/// The method, or `OTHER` for words that a client made up.
pub(super) fn method<B>(request: &Request<B>) -> &'static str {
    match *request.method() {
        Method::GET => "GET",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::HEAD => "HEAD",
        Method::OPTIONS => "OPTIONS",
        _ => "OTHER",
    }
}

fn is_grpc<B>(request: &Request<B>) -> bool {
    let kind = request.headers().get(header::CONTENT_TYPE);
    kind.is_some_and(|kind| kind.as_bytes().starts_with(b"application/grpc"))
}

/// Whether `path` is one name below the service that `matched` serves.
fn is_method_of(matched: &str, path: &str) -> bool {
    let Some(service) = matched.strip_suffix("{*rest}") else {
        return false;
    };
    path.strip_prefix(service).is_some_and(|method| {
        !method.is_empty() && method.len() <= 64 && method.bytes().all(|byte| byte.is_ascii_alphanumeric())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_method_of_the_matched_service_is_a_name() {
        for (matched, path, want) in [
            ("/postern.v1.Posts/{*rest}", "/postern.v1.Posts/Create", true),
            ("/postern.v1.Posts/{*rest}", "/postern.v1.Posts/ptz_secret", false),
            ("/postern.v1.Posts/{*rest}", "/postern.v1.Posts/", false),
            ("/postern.v1.Posts/{*rest}", "/other/Create", false),
            ("/mcp/{key}", "/mcp/Create", false),
        ] {
            assert_eq!(is_method_of(matched, path), want, "{matched} {path}");
        }
    }
}
