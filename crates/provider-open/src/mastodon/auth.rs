//! Connecting: an app at the instance, consent, the account.

use postern_domain::channel::{ConnectAnswer, Connected, Grant};
use postern_domain::ports::{BeganConnect, ConnectError, StartedConnect};
use postern_domain::secret::Secret;
use postern_domain::value::{Settings, Value};
use postern_domain::{Code, Problem};
use postern_provider_kit::http::Call;
use postern_provider_kit::oauth::{self, CodeFlow, TokenError};
use postern_provider_kit::{AppCredentials, ConnectCx, Cx, Platform};
use serde::{Deserialize, Serialize};
use url::Url;

use super::instance;
use super::wire::{self, Account, App, NewApp, OauthServer, Refusal};

/// What must be known when the browser comes back.
#[derive(Serialize, Deserialize)]
struct Memory {
    address: String,
    client_id: String,
    client_secret: String,
    pkce: bool,
}

pub(super) async fn begin(cx: &ConnectCx<'_>, fields: &Settings) -> Result<BeganConnect, ConnectError> {
    let typed = fields
        .get("instance")
        .and_then(Value::as_text)
        .unwrap_or_default();
    let address = instance::address(&cx.platform, typed)?;
    instance::describe(&cx.platform, &address).await?;
    let server = oauth_server(&cx.platform, &address).await?;
    let scopes = scopes(&cx.platform, &server);
    let pkce = server
        .code_challenge_methods_supported
        .iter()
        .any(|method| method == "S256");
    let app = app(cx, &address, &scopes).await?;
    let memory = Memory {
        address: address.clone(),
        client_id: app.client_id.clone(),
        client_secret: app.client_secret.reveal().to_owned(),
        pkce,
    };
    let scopes: Vec<&str> = scopes.iter().map(String::as_str).collect();
    let url = flow(cx, &address, &app, pkce)
        .consent_url(&scopes, cx.state, &[])
        .ok_or_else(|| refused("the addresses of this instance cannot be used"))?;
    Ok(BeganConnect::Redirect(StartedConnect {
        url,
        state: cx.state.to_owned(),
        memory: Secret::new(serde_json::to_string(&memory).unwrap_or_default()),
    }))
}

pub(super) async fn finish(
    cx: &ConnectCx<'_>,
    answer: &ConnectAnswer,
    memory: &Secret,
) -> Result<Connected, ConnectError> {
    let memory: Memory = serde_json::from_str(memory.reveal())
        .map_err(|_| refused("what was remembered of this connection cannot be read"))?;
    let code = oauth::came_back(answer, "Mastodon")?;
    let app = AppCredentials {
        client_id: memory.client_id.clone(),
        client_secret: Secret::new(memory.client_secret.clone()),
    };
    let flow = flow(cx, &memory.address, &app, memory.pkce);
    let tokens = flow
        .exchange(&cx.platform, code)
        .await
        .map_err(|error| match error {
            TokenError::Setup => refused("the instance gave an answer that cannot be used"),
            TokenError::Lost(lost) => oauth::unreachable(&lost, "/instance"),
            TokenError::Refused {
                error,
                description,
                reply,
            } => oauth::platform_refused(
                &reply,
                "Mastodon gave no access",
                Some(&description.unwrap_or(error)),
            ),
        })?;
    let grant = wire::Grant {
        access_token: tokens.access().to_owned(),
        client_id: memory.client_id,
        client_secret: memory.client_secret,
    };
    connected(&cx.platform, &memory.address, &grant).await
}

pub(super) async fn profile(cx: &Cx<'_>) -> Result<Connected, ConnectError> {
    let address = instance::of_channel(cx).map_err(|error| refused(&error.cause))?;
    let grant = cx
        .grant()
        .ok_or_else(|| refused("the stored access cannot be read"))?;
    connected(&cx.platform, &address, &grant).await
}

/// Reads the account and the instance's limits.
async fn connected(
    platform: &Platform<'_>,
    address: &str,
    grant: &wire::Grant,
) -> Result<Connected, ConnectError> {
    let call = Call::get(format!("{address}/api/v1/accounts/verify_credentials")).bearer(&grant.access_token);
    let reply = platform
        .send(call)
        .await
        .map_err(|lost| oauth::unreachable(&lost, "/instance"))?;
    let account = reply.json::<Account>().filter(|_| reply.is_success());
    let Some(account) = account else {
        let refusal: Refusal = reply.json().unwrap_or_default();
        return Err(oauth::platform_refused(
            &reply,
            "Mastodon does not show the account",
            Some(&refusal.error),
        ));
    };
    let server = instance::describe(platform, address).await?;
    let name = [&account.display_name, &account.acct, &account.username]
        .into_iter()
        .find(|name| !name.trim().is_empty());
    Ok(Connected {
        remote_id: format!("{}@{}", account.id, instance::realm(platform, address)),
        name: name.cloned().unwrap_or_default(),
        handle: format!("{}@{}", account.username, host(address)),
        picture: Some(account.avatar.clone()).filter(|avatar| !avatar.is_empty()),
        details: instance::details(platform, address, &account, &server),
        grant: Grant {
            secret: Secret::new(serde_json::to_string(grant).unwrap_or_default()),
            expires_at: None,
            ends_at: None,
        },
    })
}

/// Servers before 4.3 say nothing about themselves.
async fn oauth_server(platform: &Platform<'_>, address: &str) -> Result<OauthServer, ConnectError> {
    let call = Call::get(format!("{address}/.well-known/oauth-authorization-server"));
    let reply = platform
        .send(call)
        .await
        .map_err(|lost| oauth::unreachable(&lost, "/instance"))?;
    Ok(reply.json().filter(|_| reply.is_success()).unwrap_or_default())
}

/// `profile` exists since 4.3; older servers know only the wider `read:accounts`.
fn scopes(platform: &Platform<'_>, server: &OauthServer) -> Vec<String> {
    if let Some(scopes) = platform.scopes() {
        return scopes.to_vec();
    }
    let knows_profile = server.scopes_supported.iter().any(|scope| scope == "profile");
    let account = if knows_profile { "profile" } else { "read:accounts" };
    ["write:statuses", account, "write:media"]
        .map(str::to_owned)
        .to_vec()
}

/// The operator's app for the default instance, else one that was registered before, else a new one.
async fn app(cx: &ConnectCx<'_>, address: &str, scopes: &[String]) -> Result<AppCredentials, ConnectError> {
    if let Some(app) = cx
        .platform
        .app()
        .filter(|_| address == cx.platform.base("instance"))
    {
        return Ok(app.clone());
    }
    let provider = cx.platform.provider();
    let scopes = scopes.join(" ");
    let purpose = format!(
        "{} {} {scopes}",
        instance::realm(&cx.platform, address),
        cx.redirect_url
    );
    let known = cx.apps.get(provider, &purpose).await.unwrap_or_else(|error| {
        tracing::warn!(error = %error, "registered app not read, registering another");
        None
    });
    if let Some(app) = known
        && is_alive(&cx.platform, address, &app, &scopes).await?
    {
        return Ok(app);
    }
    let app = register(cx, address, &scopes).await?;
    // Servers before 4.3 remove apps that never got a token, so one is taken at once.
    is_alive(&cx.platform, address, &app, &scopes).await?;
    if let Err(error) = cx.apps.put(provider, &purpose, &app).await {
        tracing::warn!(error = %error, "registered app not kept");
    }
    Ok(app)
}

async fn register(cx: &ConnectCx<'_>, address: &str, scopes: &str) -> Result<AppCredentials, ConnectError> {
    let website = Url::parse(cx.redirect_url).map(|url| url.origin().ascii_serialization());
    let app = NewApp {
        client_name: "Postern",
        redirect_uris: cx.redirect_url,
        scopes,
        website: website.as_deref().unwrap_or_default(),
    };
    let call = Call::post(format!("{address}/api/v1/apps"))
        .json(&app)
        .hiding_reply();
    let reply = cx
        .platform
        .send(call)
        .await
        .map_err(|lost| oauth::unreachable(&lost, "/instance"))?;
    let Some(app) = reply.json::<App>().filter(|_| reply.is_success()) else {
        let refusal: Refusal = reply.json().unwrap_or_default();
        let words = Some(refusal.error.as_str()).filter(|words| !words.is_empty());
        return Err(oauth::platform_refused(
            &reply,
            "the instance does not take Postern as an app",
            words,
        ));
    };
    Ok(AppCredentials {
        client_id: app.client_id,
        client_secret: Secret::new(app.client_secret),
    })
}

/// Whether the instance still knows the app.
async fn is_alive(
    platform: &Platform<'_>,
    address: &str,
    app: &AppCredentials,
    scopes: &str,
) -> Result<bool, ConnectError> {
    let call = Call::post(format!("{address}/oauth/token")).hiding_reply().form([
        ("grant_type", "client_credentials"),
        ("client_id", app.client_id.as_str()),
        ("client_secret", app.client_secret.reveal()),
        ("scope", scopes),
    ]);
    let reply = platform
        .send(call)
        .await
        .map_err(|lost| oauth::unreachable(&lost, "/instance"))?;
    // Only a clear "unknown" makes another registration worth it.
    Ok(!matches!(reply.status, 400 | 401))
}

fn flow<'a>(cx: &'a ConnectCx<'_>, address: &str, app: &'a AppCredentials, pkce: bool) -> CodeFlow<'a> {
    CodeFlow {
        app,
        authorize_url: format!("{address}/oauth/authorize"),
        token_url: format!("{address}/oauth/token"),
        redirect_url: cx.redirect_url,
        verifier: Some(cx.verifier).filter(|_| pkce),
    }
}

fn host(address: &str) -> String {
    Url::parse(address)
        .ok()
        .and_then(|url| url.host_str().map(str::to_owned))
        .unwrap_or_default()
}

fn refused(detail: &str) -> ConnectError {
    ConnectError::Refused(Problem::new(Code::ConnectFailed, "", detail, "connect again"))
}
