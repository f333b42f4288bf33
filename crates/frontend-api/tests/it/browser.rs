//! A browser without a screen: keeps cookies, reads tokens out of forms, sends forms.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use http::{HeaderMap, Request, StatusCode, header};
use http_body_util::BodyExt;
use postern_domain::Timestamp;
use tokio_util::sync::CancellationToken;
use tower::ServiceExt;

use crate::fake::{Fake, samples};

/// The present instant of all tests: a Friday, 11:00 in Berlin.
pub(crate) const NOW: &str = "2026-11-20T10:00:00Z";

/// A browser before an instance.
pub(crate) struct Browser {
    pub(crate) fake: Arc<Fake>,
    pub(crate) stop: CancellationToken,
    router: Router,
    cookies: BTreeMap<String, String>,
}

/// What came back.
pub(crate) struct Page {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

impl Browser {
    /// Before an instance that nobody owns.
    pub(crate) fn fresh() -> Self {
        let fake = Fake::new(Timestamp::parse(NOW).unwrap());
        let stop = CancellationToken::new();
        let router = postern_frontend_api::router(fake.deps(None), stop.clone());
        Self {
            fake,
            stop,
            router,
            cookies: BTreeMap::new(),
        }
    }

    /// Logged in before an instance with channels and posts.
    pub(crate) fn owner() -> Self {
        let mut browser = Self::empty();
        samples::fill(&browser.fake);
        browser.cookies.insert("postern_theme".into(), "dark".into());
        browser
    }

    /// Logged in before an instance with nothing in it.
    pub(crate) fn empty() -> Self {
        let mut browser = Self::fresh();
        let token = browser.fake.with_owner();
        browser.cookies.insert("postern_session".into(), token);
        browser
    }

    /// Opens a page.
    pub(crate) async fn get(&mut self, path: &str) -> Page {
        self.send(Request::get(path)).await
    }

    /// Asks for a part of a page, as htmx does.
    pub(crate) async fn part(&mut self, path: &str) -> Page {
        self.send(Request::get(path).header("hx-request", "true")).await
    }

    /// Sends a form with the token that the page at `from` carries.
    pub(crate) async fn submit(&mut self, from: &str, to: &str, fields: &[(&str, &str)]) -> Page {
        let token = self.token(from).await;
        let fields: Vec<_> = fields.iter().copied().chain([("csrf", token.as_str())]).collect();
        self.post(to, &fields, &[]).await
    }

    /// The token that the page at `path` carries.
    pub(crate) async fn token(&mut self, path: &str) -> String {
        let page = self.get(path).await;
        assert_eq!(page.status, StatusCode::OK, "{path}");
        page.between("data-csrf=\"", "\"").to_owned()
    }

    /// Sends a form as it is.
    pub(crate) async fn post(&mut self, to: &str, fields: &[(&str, &str)], headers: &[(&str, &str)]) -> Page {
        let body = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs(fields)
            .finish();
        let mut request = Request::post(to).header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.finish(request.body(Body::from(body)).unwrap()).await
    }

    async fn send(&mut self, request: http::request::Builder) -> Page {
        self.finish(request.body(Body::empty()).unwrap()).await
    }

    async fn finish(&mut self, request: Request<Body>) -> Page {
        let response = self.raw(request).await;
        let (parts, body) = response.into_parts();
        let body = body.collect().await.unwrap().to_bytes();
        Page {
            status: parts.status,
            headers: parts.headers,
            body: String::from_utf8_lossy(&body).into_owned(),
        }
    }

    /// Sends a request with the cookies and keeps those that come back; the body is not read.
    pub(crate) async fn raw(&mut self, mut request: Request<Body>) -> http::Response<Body> {
        request
            .headers_mut()
            .insert(header::HOST, "localhost:5000".parse().unwrap());
        let cookies: Vec<String> = self
            .cookies
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        request
            .headers_mut()
            .insert(header::COOKIE, cookies.join("; ").parse().unwrap());
        let response = self.router.clone().oneshot(request).await.unwrap();
        for cookie in response.headers().get_all(header::SET_COOKIE) {
            let cookie = cookie::Cookie::parse(cookie.to_str().unwrap().to_owned()).unwrap();
            if cookie.value().is_empty() {
                self.cookies.remove(cookie.name());
            } else {
                self.cookies
                    .insert(cookie.name().to_owned(), cookie.value().to_owned());
            }
        }
        response
    }
}

impl Page {
    /// Where a redirect leads.
    pub(crate) fn location(&self) -> &str {
        assert_eq!(self.status, StatusCode::SEE_OTHER, "{}", self.body);
        self.headers[header::LOCATION].to_str().unwrap()
    }

    /// The text between two marks, after the first one.
    pub(crate) fn between(&self, start: &str, end: &str) -> &str {
        let (_, rest) = self
            .body
            .split_once(start)
            .unwrap_or_else(|| panic!("no {start} in {}", self.body));
        rest.split_once(end).unwrap().0
    }

    /// Checks that all of these are in the page.
    #[track_caller]
    pub(crate) fn shows(&self, wanted: &[&str]) {
        for text in wanted {
            assert!(self.body.contains(text), "{text} is missing in {}", self.body);
        }
    }

    /// Checks that none of these is in the page.
    #[track_caller]
    pub(crate) fn hides(&self, unwanted: &[&str]) {
        for text in unwanted {
            assert!(!self.body.contains(text), "{text} is in {}", self.body);
        }
    }
}
