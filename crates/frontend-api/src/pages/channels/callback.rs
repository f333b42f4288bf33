//! `GET /integrations/social/{provider}`: the browser comes back from the platform.

use std::collections::HashMap;

use axum::extract::{Path, Query, State};
use axum::response::Response;
use postern_domain::channel::ConnectAnswer;
use postern_domain::manifest::ProviderId;
use postern_domain::secret::Secret;
use postern_domain::{BackendError, Code, Problem};

use crate::deps::App;
use crate::failure::Failure;
use crate::pages::channels;
use crate::respond;

/// Finishes the connection; what went wrong gets a page with its fix.
pub(crate) async fn show(
    State(app): State<App>,
    Path(provider): Path<String>,
    Query(query): Query<HashMap<String, String>>,
) -> Result<Response, Failure> {
    let (manifest, _) = channels::provider(&app, &provider).await?;
    let answer = answer(&query);
    if answer.state.is_empty() {
        let problem = Problem::new(
            Code::ConnectExpired,
            "",
            format!(
                "{} sent the browser back without saying which connection it belongs to",
                manifest.name
            ),
            "begin again under Channels",
        );
        return Err(Failure::Connect {
            platform: manifest.name,
            problems: vec![problem],
        });
    }
    match app
        .backend
        .finish_connect(ProviderId::new(provider), answer)
        .await
    {
        Ok(channel) => Ok(respond::done(
            &app,
            "/channels",
            format!("{} is connected.", channel.name),
        )),
        Err(error @ (BackendError::Unauthenticated | BackendError::Forbidden(_))) => Err(error.into()),
        Err(error) => Err(Failure::Connect {
            platform: manifest.name,
            problems: error.problems(),
        }),
    }
}

/// Reads both kinds of answer: OAuth 2 (`state`, `code`) and OAuth 1.0a (`oauth_token`, `oauth_verifier`, `denied`).
fn answer(query: &HashMap<String, String>) -> ConnectAnswer {
    let get = |name: &str| query.get(name).filter(|text| !text.is_empty()).cloned();
    let denied = get("denied");
    let error = get("error_description").or_else(|| get("error"));
    ConnectAnswer {
        state: get("state")
            .or_else(|| get("oauth_token"))
            .or_else(|| denied.clone())
            .unwrap_or_default(),
        code: get("code").or_else(|| get("oauth_verifier")).map(Secret::new),
        error: error.or_else(|| denied.map(|_| "access_denied".to_owned())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_kinds_of_answer_are_understood() {
        for (query, state, code, error) in [
            ("state=s&code=c", "s", Some("c"), None),
            ("oauth_token=t&oauth_verifier=v", "t", Some("v"), None),
            ("denied=t", "t", None, Some("access_denied")),
            ("state=s&error=access_denied", "s", None, Some("access_denied")),
            (
                "state=s&error=access_denied&error_description=You+said+no",
                "s",
                None,
                Some("You said no"),
            ),
            ("code=c", "", Some("c"), None),
        ] {
            let pairs = url::form_urlencoded::parse(query.as_bytes())
                .into_owned()
                .collect();
            let answer = answer(&pairs);
            assert_eq!(answer.state, state, "{query}");
            assert_eq!(answer.code.as_ref().map(Secret::reveal), code, "{query}");
            assert_eq!(answer.error.as_deref(), error, "{query}");
        }
    }
}
