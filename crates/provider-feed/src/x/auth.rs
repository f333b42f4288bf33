//! Connecting: request token, consent, access token, the account.

use std::collections::BTreeMap;

use postern_domain::channel::{ConnectAnswer, Connected, Grant as SealedGrant};
use postern_domain::ports::{BeganConnect, ConnectError, StartedConnect};
use postern_domain::secret::Secret;
use postern_domain::{Code, Problem};
use postern_provider_kit::http::{Call, Reply};
use postern_provider_kit::{AppCredentials, ConnectCx, Cx, Platform, oauth, structured};
use serde_json::json;

use super::session::signed;
use super::wire::{Answer, Grant, Refusal, User};

pub(super) async fn begin(cx: &ConnectCx<'_>) -> Result<BeganConnect, ConnectError> {
    let app = app(&cx.platform)?;
    let call = Call::post(format!("{}/oauth/request_token", cx.platform.base("api")))
        .form([("x_auth_access_type", "write")])
        .hiding_reply();
    let call = signed(
        &cx.platform,
        app,
        None,
        call,
        &[("oauth_callback", cx.redirect_url)],
    );
    let reply = cx
        .platform
        .send(call)
        .await
        .map_err(|lost| oauth::unreachable(&lost, ""))?;
    let fields = fields(&reply);
    let is_confirmed = fields
        .get("oauth_callback_confirmed")
        .is_some_and(|confirmed| confirmed == "true");
    let (Some(token), Some(secret), true) = (
        fields.get("oauth_token"),
        fields.get("oauth_token_secret"),
        is_confirmed && reply.is_success(),
    ) else {
        return Err(refused(
            &reply,
            "X does not take this app with this callback address",
        ));
    };
    let memory = Grant {
        token: token.clone(),
        secret: secret.clone(),
    };
    Ok(BeganConnect::Redirect(StartedConnect {
        url: format!(
            "{}/oauth/authenticate?oauth_token={}",
            cx.platform.base("api"),
            oauth::escape(token)
        ),
        state: token.clone(),
        memory: Secret::new(serde_json::to_string(&memory).unwrap_or_default()),
    }))
}

pub(super) async fn finish(
    cx: &ConnectCx<'_>,
    answer: &ConnectAnswer,
    memory: &Secret,
) -> Result<Connected, ConnectError> {
    let app = app(&cx.platform)?;
    let memory: Grant = serde_json::from_str(memory.reveal())
        .map_err(|_| problem("what was remembered of this connection cannot be read"))?;
    let verifier = oauth::came_back(answer, "X")?;
    if answer.state != memory.token {
        return Err(problem(
            "X came back with another request than the one that was begun",
        ));
    }
    let call = Call::post(format!("{}/oauth/access_token", cx.platform.base("api"))).hiding_reply();
    let keys = Some((memory.token.as_str(), memory.secret.as_str()));
    let call = signed(
        &cx.platform,
        app,
        keys,
        call,
        &[("oauth_verifier", verifier.reveal())],
    );
    let reply = cx
        .platform
        .send(call)
        .await
        .map_err(|lost| oauth::unreachable(&lost, ""))?;
    let fields = fields(&reply);
    let (Some(token), Some(secret), true) = (
        fields.get("oauth_token"),
        fields.get("oauth_token_secret"),
        reply.is_success(),
    ) else {
        return Err(refused(&reply, "X gave no access"));
    };
    let grant = Grant {
        token: token.clone(),
        secret: secret.clone(),
    };
    connected(&cx.platform, app, grant).await
}

pub(super) async fn profile(cx: &Cx<'_>) -> Result<Connected, ConnectError> {
    let grant = cx
        .grant()
        .ok_or_else(|| problem("the stored access cannot be read"))?;
    connected(&cx.platform, app(&cx.platform)?, grant).await
}

async fn connected(
    platform: &Platform<'_>,
    app: &AppCredentials,
    grant: Grant,
) -> Result<Connected, ConnectError> {
    let call = Call::get(format!("{}/2/users/me", platform.base("api"))).query(
        "user.fields",
        "username,verified,verified_type,profile_image_url,name",
    );
    let call = signed(platform, app, Some((&grant.token, &grant.secret)), call, &[]);
    let reply = platform
        .send(call)
        .await
        .map_err(|lost| oauth::unreachable(&lost, ""))?;
    let user = reply
        .json::<Answer<User>>()
        .filter(|_| reply.is_success())
        .and_then(|answer| answer.data);
    let Some(user) = user else {
        return Err(refused(&reply, "X does not show the account"));
    };
    Ok(Connected {
        remote_id: user.id,
        name: Some(user.name)
            .filter(|name| !name.is_empty())
            .unwrap_or_else(|| user.username.clone()),
        handle: user.username,
        picture: user.profile_image_url,
        details: structured::from_json(json!({ "premium": user.verified })),
        grant: SealedGrant {
            secret: Secret::new(serde_json::to_string(&grant).unwrap_or_default()),
            expires_at: None,
            ends_at: None,
        },
    })
}

fn app<'a>(platform: &'a Platform<'_>) -> Result<&'a AppCredentials, ConnectError> {
    platform
        .app()
        .ok_or_else(|| problem("the keys of the app at X are not set"))
}

/// The fields of a form-encoded answer.
fn fields(reply: &Reply) -> BTreeMap<String, String> {
    url::form_urlencoded::parse(&reply.body).into_owned().collect()
}

fn refused(reply: &Reply, detail: &str) -> ConnectError {
    let refusal: Refusal = reply.json().unwrap_or_default();
    let legacy = refusal.errors.first().map(|error| error.message.clone());
    let words = legacy.or_else(|| Some(refusal.detail).filter(|detail| !detail.is_empty()));
    oauth::platform_refused(
        reply,
        detail,
        words
            .or(Some(refusal.title).filter(|title| !title.is_empty()))
            .as_deref(),
    )
}

fn problem(detail: &str) -> ConnectError {
    ConnectError::Refused(Problem::new(Code::ConnectFailed, "", detail, "connect again"))
}
