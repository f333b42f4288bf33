//! Recognises the credential of a request, in a header or in the path.

use http::header::AUTHORIZATION;
use http::{HeaderMap, StatusCode};

use crate::caller::Caller;
use crate::gateway::Shared;
use crate::http::refusal::Refusal;

const MISSING: &str = "Missing Authorization header: send `Authorization: Bearer <API key>`. \
    Keys are made in Postern under Settings > Public API.";
const WRONG: &str = "Invalid API Key or OAuth token: it is unknown, expired or revoked. \
    Make a new key in Postern under Settings > Public API.";
const WRONG_IN_PATH: &str = "Invalid API Key: the key in the server's URL is unknown, expired or revoked. \
    Copy the URL anew from Postern under Settings > Public API.";

/// The caller behind the `Authorization` header; `Bearer` in any case, or the bare key.
pub(super) async fn by_header(shared: &Shared, headers: &HeaderMap) -> Result<Caller, Refusal> {
    let Some(credential) = bearer(headers) else {
        return Err(Refusal::unauthorized(MISSING, "Bearer"));
    };
    let wrong = || {
        let challenge =
            "Bearer error=\"invalid_token\", error_description=\"The key is unknown, expired or revoked\"";
        Refusal::unauthorized(WRONG, challenge)
    };
    recognise(shared, credential).await?.ok_or_else(wrong)
}

/// The caller behind the key in the path.
///
/// A wrong key is 400, for that is the only status whose text hosts show to their user: 401 makes them try OAuth.
pub(super) async fn by_key(shared: &Shared, key: &str) -> Result<Caller, Refusal> {
    recognise(shared, key)
        .await?
        .ok_or_else(|| Refusal::invalid(WRONG_IN_PATH))
}

async fn recognise(shared: &Shared, credential: &str) -> Result<Option<Caller>, Refusal> {
    if credential.is_empty() || credential.len() > 512 {
        return Ok(None);
    }
    shared.recognise(credential).await.map_err(|error| {
        tracing::warn!(error = %error, "credential could not be looked up");
        let message = "The server cannot look the credential up at the moment. Try again in a few seconds.";
        Refusal::later(StatusCode::SERVICE_UNAVAILABLE, message, 2)
    })
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(AUTHORIZATION)?.to_str().ok()?.trim();
    let credential = match value.split_once(' ') {
        Some((scheme, credential)) if scheme.eq_ignore_ascii_case("bearer") => credential.trim(),
        _ if value.eq_ignore_ascii_case("bearer") => "",
        _ => value,
    };
    Some(credential).filter(|credential| !credential.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_scheme_is_optional_and_its_case_is_free() {
        for (header, credential) in [
            ("Bearer ptz_a", Some("ptz_a")),
            ("bearer  ptz_a ", Some("ptz_a")),
            ("BEARER ptz_a", Some("ptz_a")),
            ("ptz_a", Some("ptz_a")),
            ("Bearer", None),
            ("Bearer ", None),
            ("", None),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(AUTHORIZATION, header.parse().unwrap());
            assert_eq!(bearer(&headers), credential, "{header}");
        }
        assert_eq!(bearer(&HeaderMap::new()), None);
    }
}
