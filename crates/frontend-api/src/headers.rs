//! Headers that every answer of the web UI carries.

use std::collections::BTreeSet;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use http::{HeaderName, HeaderValue, header};

use crate::deps::{App, Settings};

/// Adds the content security policy and its companions.
pub(crate) async fn protect(State(app): State<App>, request: Request, next: Next) -> Response {
    let policy = policy(&app.settings, request.uri().path());
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    for (name, value) in [
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "same-origin"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (
            HeaderName::from_static("cross-origin-opener-policy"),
            "same-origin",
        ),
        (
            HeaderName::from_static("permissions-policy"),
            "camera=(), microphone=(), geolocation=()",
        ),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    if let Ok(policy) = HeaderValue::from_str(&policy) {
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    // Pages show what one person may see; nothing between us and them keeps a copy.
    headers
        .entry(header::CACHE_CONTROL)
        .or_insert(HeaderValue::from_static("private, no-store"));
    response
}

fn policy(settings: &Settings, path: &str) -> String {
    let more: Vec<&str> = settings
        .image_origins
        .iter()
        .map(String::as_str)
        .chain(settings.sandbox_url.as_deref())
        .collect();
    let more: BTreeSet<&str> = more.into_iter().collect();
    let more: Vec<&str> = more.into_iter().collect();
    // Browsers hold a form's policy against the redirect that answers it, and connecting a channel leads to the
    // platform's consent page, wherever that is.
    let forms = if path.starts_with("/channels") {
        "'self' https: http:"
    } else {
        "'self'"
    };
    format!(
        "default-src 'self'; img-src 'self' data: blob: https: {}; media-src 'self' blob: https:; \
         object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action {forms}",
        more.join(" ")
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn policy_forbids_inline_code_everywhere() {
        let settings = Settings {
            public_url: "http://localhost:5000".into(),
            secure_cookies: false,
            version: "0".into(),
            sandbox_url: Some("http://127.0.0.1:4000".into()),
            image_origins: vec!["http://media.lan".into()],
        };
        for path in ["/", "/channels", "/posts"] {
            let policy = policy(&settings, path);
            assert!(!policy.contains("unsafe"), "{policy}");
            assert!(
                policy.contains("http://127.0.0.1:4000") && policy.contains("http://media.lan"),
                "{policy}"
            );
        }
        assert!(policy(&settings, "/posts").ends_with("form-action 'self'"));
    }
}
