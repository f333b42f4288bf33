//! Connecting: consent, tokens, the member; and renewal where LinkedIn allows it.

use std::time::Duration;

use postern_domain::channel::{ConnectAnswer, Connected, Grant as SealedGrant};
use postern_domain::ports::{BeganConnect, ConnectError, RefreshError, StartedConnect};
use postern_domain::secret::Secret;
use postern_domain::time::Timestamp;
use postern_domain::{Code, Problem};
use postern_provider_kit::http::Call;
use postern_provider_kit::oauth::{self, CodeFlow, TokenError, Tokens};
use postern_provider_kit::{AppCredentials, ConnectCx, Cx, Platform, rate, structured};
use serde_json::json;

use super::manifest;
use super::wire::{Grant, Me, Refusal, UserInfo};

/// How long an access token lasts when LinkedIn does not say.
const ACCESS_LIFE: Duration = Duration::from_hours(1440);

pub(super) fn begin(cx: &ConnectCx<'_>) -> Result<BeganConnect, ConnectError> {
    let app = app(&cx.platform)?;
    let scopes: Vec<&str> = match cx.platform.scopes() {
        Some(scopes) => scopes.iter().map(String::as_str).collect(),
        None => manifest::SCOPES.to_vec(),
    };
    let url = flow(&cx.platform, app, cx.redirect_url)
        .consent_url(&scopes, cx.state, &[])
        .ok_or_else(|| problem("the addresses of LinkedIn cannot be used"))?;
    Ok(BeganConnect::Redirect(StartedConnect {
        url,
        state: cx.state.to_owned(),
        memory: Secret::default(),
    }))
}

pub(super) async fn finish(cx: &ConnectCx<'_>, answer: &ConnectAnswer) -> Result<Connected, ConnectError> {
    let app = app(&cx.platform)?;
    let code = oauth::came_back(answer, "LinkedIn")?;
    let flow = flow(&cx.platform, app, cx.redirect_url);
    let tokens = flow
        .exchange(&cx.platform, code)
        .await
        .map_err(|error| match error {
            TokenError::Setup => problem("LinkedIn gave an answer that cannot be used"),
            TokenError::Lost(lost) => oauth::unreachable(&lost, ""),
            TokenError::Refused {
                error,
                description,
                reply,
            } => oauth::platform_refused(
                &reply,
                "LinkedIn gave no access",
                Some(&description.unwrap_or(error)),
            ),
        })?;
    let now = cx.platform.now();
    connected(
        &cx.platform,
        grant(&tokens, None, now),
        Some(now.plus(tokens.lasts().unwrap_or(ACCESS_LIFE))),
    )
    .await
}

pub(super) async fn profile(cx: &Cx<'_>) -> Result<Connected, ConnectError> {
    let grant = cx
        .grant()
        .ok_or_else(|| problem("the stored access cannot be read"))?;
    connected(&cx.platform, grant, cx.credential.expires_at).await
}

/// Only approved partners get refresh tokens; without one the access simply ends after its sixty days.
pub(super) async fn refresh(cx: &Cx<'_>) -> Result<SealedGrant, RefreshError> {
    let gone = |reason: &str| RefreshError::Gone {
        reason: reason.to_owned(),
    };
    let old: Grant = cx
        .grant()
        .ok_or_else(|| gone("the stored access cannot be read"))?;
    let now = cx.platform.now();
    let Some(refresh_token) = old.refresh_token.clone() else {
        let until = cx.credential.expires_at.filter(|end| *end > now);
        return Err(match until {
            Some(end) => RefreshError::NotNow {
                reason: "LinkedIn gave no refresh token; the owner connects again when the access ends"
                    .to_owned(),
                until: Some(end),
            },
            None => gone("the access ended and LinkedIn gave no refresh token"),
        });
    };
    let app = cx.platform.app().ok_or_else(|| RefreshError::NotNow {
        reason: "the keys of the app at LinkedIn are not set".to_owned(),
        until: None,
    })?;
    let flow = flow(&cx.platform, app, "");
    let tokens = flow
        .renew(&cx.platform, &refresh_token)
        .await
        .map_err(|error| not_renewed(error, now))?;
    let expires_at = now.plus(tokens.lasts().unwrap_or(ACCESS_LIFE));
    Ok(sealed(&grant(&tokens, Some(&old), now), Some(expires_at)))
}

/// A clear no ends the grant; everything else leaves the channel connected.
fn not_renewed(error: TokenError, now: Timestamp) -> RefreshError {
    match error {
        TokenError::Refused { error, .. } if error == "invalid_grant" => RefreshError::Gone {
            reason: "LinkedIn does not renew the access any more".to_owned(),
        },
        TokenError::Refused { error, reply, .. } => RefreshError::NotNow {
            reason: if error.is_empty() {
                format!("status {}", reply.status)
            } else {
                error
            },
            until: rate::retry_after(&reply, now),
        },
        TokenError::Lost(lost) => RefreshError::NotNow {
            reason: lost.to_string(),
            until: None,
        },
        TokenError::Setup => RefreshError::NotNow {
            reason: "LinkedIn gave an answer that cannot be used".to_owned(),
            until: None,
        },
    }
}

/// What is kept of tokens; what LinkedIn leaves out while renewing stays as it was.
fn grant(tokens: &Tokens, old: Option<&Grant>, now: Timestamp) -> Grant {
    let refresh_ends_at = tokens.refresh_lasts().map(|life| now.plus(life).as_secs());
    Grant {
        access_token: tokens.access().to_owned(),
        refresh_token: tokens
            .refresh()
            .map(str::to_owned)
            .or_else(|| old.and_then(|old| old.refresh_token.clone())),
        refresh_ends_at: refresh_ends_at.or_else(|| old.and_then(|old| old.refresh_ends_at)),
        scopes: tokens
            .granted()
            .or_else(|| old.map(|old| old.scopes.clone()))
            .unwrap_or_default(),
    }
}

fn sealed(grant: &Grant, expires_at: Option<Timestamp>) -> SealedGrant {
    let refresh_ends_at = grant.refresh_ends_at.map(Timestamp::from_secs);
    SealedGrant {
        secret: Secret::new(serde_json::to_string(grant).unwrap_or_default()),
        expires_at,
        ends_at: if grant.refresh_token.is_some() {
            refresh_ends_at
        } else {
            expires_at
        },
    }
}

async fn connected(
    platform: &Platform<'_>,
    grant: Grant,
    expires_at: Option<Timestamp>,
) -> Result<Connected, ConnectError> {
    let api = platform.base("api");
    let call = Call::get(format!("{api}/v2/userinfo")).bearer(&grant.access_token);
    let reply = platform
        .send(call)
        .await
        .map_err(|lost| oauth::unreachable(&lost, ""))?;
    let Some(user) = reply.json::<UserInfo>().filter(|_| reply.is_success()) else {
        let refusal: Refusal = reply.json().unwrap_or_default();
        return Err(oauth::platform_refused(
            &reply,
            "LinkedIn does not show the member",
            Some(&refusal.words()),
        ));
    };
    let mut handle = None;
    if grant.scopes.iter().any(|scope| scope == "r_basicprofile") {
        let call = Call::get(format!("{api}/v2/me")).bearer(&grant.access_token);
        let reply = platform
            .send(call)
            .await
            .map_err(|lost| oauth::unreachable(&lost, ""))?;
        handle = reply
            .json::<Me>()
            .filter(|_| reply.is_success())
            .and_then(|me| me.vanity_name);
    }
    Ok(Connected {
        remote_id: user.sub,
        handle: handle.unwrap_or_else(|| user.name.clone()),
        name: user.name,
        picture: user.picture.filter(|picture| !picture.is_empty()),
        details: structured::from_json(json!({ "scopes": grant.scopes })),
        grant: sealed(&grant, expires_at),
    })
}

fn flow<'a>(platform: &Platform<'_>, app: &'a AppCredentials, redirect_url: &'a str) -> CodeFlow<'a> {
    let www = platform.base("www");
    CodeFlow {
        app,
        authorize_url: format!("{www}/oauth/v2/authorization"),
        token_url: format!("{www}/oauth/v2/accessToken"),
        redirect_url,
        verifier: None,
    }
}

fn app<'a>(platform: &'a Platform<'_>) -> Result<&'a AppCredentials, ConnectError> {
    platform
        .app()
        .ok_or_else(|| problem("the keys of the app at LinkedIn are not set"))
}

fn problem(detail: &str) -> ConnectError {
    ConnectError::Refused(Problem::new(Code::ConnectFailed, "", detail, "connect again"))
}
