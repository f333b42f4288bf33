//! What a browser brings along, whoever sits before it: colours, form token, a notice to show.

use axum::extract::{FromRequestParts, Request, State};
use axum::middleware::Next;
use axum::response::Response;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use cookie::{Cookie, SameSite};
use http::request::Parts;
use http::{HeaderMap, HeaderName, HeaderValue, header};
use postern_domain::secret::Secret;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use crate::assets;
use crate::deps::{App, Deps};
use crate::failure::{self, Failure};
use crate::views::{Plain, Theme, Toast};

/// The cookie with the session's token.
pub(crate) const SESSION: &str = "postern_session";
/// The cookie that anchors form tokens before there is a session.
const VISITOR: &str = "postern_visitor";
/// The cookie with the colours.
pub(crate) const THEME: &str = "postern_theme";
/// The cookie that carries a notice over one redirect.
pub(crate) const TOAST: &str = "postern_toast";

/// The browser of one request.
#[derive(Debug, Clone)]
pub(crate) struct Visit {
    /// The session's token, not yet checked.
    pub(crate) session: Option<Secret>,
    /// Id of this request, for the log and for error pages.
    pub(crate) request_id: String,
    /// Whether a part of a page is asked for.
    pub(crate) partial: bool,
    plain: Plain,
}

impl Visit {
    /// What the head and foot of every page need.
    pub(crate) fn plain(&self) -> Plain {
        self.plain.clone()
    }

    /// Whether `token` is the one that this browser's forms carry.
    pub(crate) fn accepts(&self, token: &str) -> bool {
        self.plain.csrf.as_bytes().ct_eq(token.as_bytes()).into()
    }

    fn read(app: &Deps, headers: &HeaderMap, visitor: &str) -> Self {
        let session = value_of(headers, SESSION).filter(|token| !token.is_empty());
        let toast = value_of(headers, TOAST).and_then(|text| decode_toast(&text));
        let request_id = headers
            .get("x-request-id")
            .and_then(|id| id.to_str().ok())
            .filter(|id| {
                !id.is_empty() && id.len() <= 64 && id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
            })
            .map_or_else(|| format!("{:032x}", app.rng.id()), str::to_owned);
        Self {
            plain: Plain {
                assets: assets::prefix(),
                theme: value_of(headers, THEME).map_or(Theme::Auto, |text| Theme::parse(&text)),
                csrf: form_token(session.as_deref().unwrap_or(visitor)),
                toast,
                version: app.settings.version.clone(),
                sandbox: app.settings.sandbox_url.clone(),
            },
            session: session.map(Secret::new),
            request_id,
            partial: headers.contains_key("hx-request"),
        }
    }
}

impl<S: Sync> FromRequestParts<S> for Visit {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Failure> {
        parts.extensions.get::<Self>().cloned().ok_or(Failure::Unset)
    }
}

/// Reads the browser's cookies before a handler, writes ours after it, and gives failures their page.
pub(crate) async fn track(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let known = value_of(request.headers(), VISITOR).filter(|text| text.len() >= 32);
    let visitor = known.clone().unwrap_or_else(|| app.rng.token(43));
    let visit = Visit::read(&app, request.headers(), &visitor);
    request.extensions_mut().insert(visit.clone());
    let mut response = next.run(request).await;

    response = failure::show(response, &visit);
    if known.is_none() {
        set(&mut response, &cookie(&app, VISITOR, visitor));
    }
    let is_page = response
        .headers()
        .get(header::CONTENT_TYPE)
        .is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"));
    if visit.plain.toast.is_some() && is_page && !visit.partial {
        remove(&mut response, TOAST);
    }
    if let Ok(id) = HeaderValue::from_str(&visit.request_id) {
        response
            .headers_mut()
            .insert(HeaderName::from_static("x-request-id"), id);
    }
    response
}

/// A cookie of ours that lasts as long as the browser runs.
pub(crate) fn cookie(app: &Deps, name: &'static str, value: String) -> Cookie<'static> {
    Cookie::build((name, value))
        .path("/")
        .http_only(true)
        .same_site(SameSite::Lax)
        .secure(app.settings.secure_cookies)
        .build()
}

/// Writes a cookie.
pub(crate) fn set(response: &mut Response, cookie: &Cookie<'static>) {
    if let Ok(value) = HeaderValue::from_str(&cookie.to_string()) {
        response.headers_mut().append(header::SET_COOKIE, value);
    }
}

/// Takes a cookie away.
pub(crate) fn remove(response: &mut Response, name: &'static str) {
    let mut cookie = Cookie::build((name, "")).path("/").build();
    cookie.make_removal();
    set(response, &cookie);
}

/// A notice as the text of a cookie.
pub(crate) fn encode_toast(toast: &Toast) -> String {
    let mark = if toast.good { '+' } else { '-' };
    URL_SAFE_NO_PAD.encode(format!("{mark}{}", toast.text))
}

fn decode_toast(text: &str) -> Option<Toast> {
    let text = String::from_utf8(URL_SAFE_NO_PAD.decode(text).ok()?).ok()?;
    let (mark, words) = text.split_at_checked(1)?;
    Some(Toast {
        good: mark == "+",
        text: words.to_owned(),
    })
}

fn value_of(headers: &HeaderMap, name: &str) -> Option<String> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(Cookie::split_parse)
        .filter_map(Result::ok)
        .find(|cookie| cookie.name() == name)
        .map(|cookie| cookie.value().to_owned())
}

/// The form token is a digest of something only this browser and we know, so that nothing has to be stored.
fn form_token(anchor: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(format!("postern form token\n{anchor}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notices_survive_a_cookie() {
        for toast in [
            Toast {
                good: true,
                text: "Saved; it’s fine.".into(),
            },
            Toast {
                good: false,
                text: String::new(),
            },
        ] {
            assert_eq!(decode_toast(&encode_toast(&toast)), Some(toast));
        }
        assert_eq!(decode_toast("%%%"), None);
    }

    #[test]
    fn form_tokens_differ_between_browsers_and_tell_nothing_of_the_session() {
        assert_ne!(form_token("one"), form_token("two"));
        assert!(!form_token("one").contains("one"));
    }
}
