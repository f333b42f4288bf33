//! Who is asking: an API key in the `Authorization` header, bare or after `Bearer`.

use axum::extract::FromRequestParts;
use http::header::AUTHORIZATION;
use http::request::Parts;
use postern_domain::ports::Keys;
use postern_domain::secret::Secret;
use postern_domain::{Actor, BackendError};
use postern_wire::postiz::Refusal;

use super::answer::{Problematic, Refused};
use crate::deps::Shared;

/// How access tokens of the compatible OAuth begin; they differ from keys in the words of their refusal alone.
const OAUTH_PREFIX: &str = "pos_";

/// Whoever calls a compatible route.
pub(crate) struct Caller(pub(crate) Actor);

/// Whoever calls a route of ours.
pub(crate) struct Holder(pub(crate) Actor);

impl FromRequestParts<Shared> for Caller {
    type Rejection = Refused;

    async fn from_request_parts(parts: &mut Parts, shared: &Shared) -> Result<Self, Refused> {
        let Some(key) = credential(parts) else {
            return Err(Refusal::msg(401, "No API Key found", &BackendError::Unauthenticated).into());
        };
        let words = if key.starts_with(OAUTH_PREFIX) {
            "Invalid OAuth token"
        } else {
            "Invalid API key"
        };
        match shared.app.authenticate(Secret::new(key)).await {
            Ok(actor) => Ok(Self(actor)),
            Err(error @ BackendError::Unauthenticated) => Err(Refusal::msg(401, words, &error).into()),
            Err(error) => Err(error.into()),
        }
    }
}

impl FromRequestParts<Shared> for Holder {
    type Rejection = Problematic;

    async fn from_request_parts(parts: &mut Parts, shared: &Shared) -> Result<Self, Problematic> {
        let key = credential(parts).ok_or(BackendError::Unauthenticated)?;
        Ok(Self(shared.app.authenticate(Secret::new(key)).await?))
    }
}

/// The key or token of a request; any opaque text will do.
pub(super) fn credential(parts: &Parts) -> Option<String> {
    let header = parts.headers.get(AUTHORIZATION)?.to_str().ok()?.trim();
    let key = match header.split_once(char::is_whitespace) {
        Some((scheme, rest)) if scheme.eq_ignore_ascii_case("bearer") => rest.trim(),
        _ if header.eq_ignore_ascii_case("bearer") => "",
        _ => header,
    };
    Some(key.to_owned()).filter(|key| !key.is_empty())
}

#[cfg(test)]
mod tests {
    use http::Request;

    use super::*;

    #[test]
    fn keys_come_bare_or_after_bearer() {
        for (header, want) in [
            ("ptz_abc", Some("ptz_abc")),
            ("Bearer ptz_abc", Some("ptz_abc")),
            ("bearer   ptz_abc ", Some("ptz_abc")),
            ("BEARER ptz_abc", Some("ptz_abc")),
            ("Bearer", None),
            ("Bearer ", None),
            ("", None),
            ("two words", Some("two words")),
        ] {
            let request = Request::builder().header(AUTHORIZATION, header).body(()).unwrap();
            assert_eq!(credential(&request.into_parts().0).as_deref(), want, "{header}");
        }
        assert_eq!(credential(&Request::new(()).into_parts().0), None);
    }
}
