//! Connecting with an app password, and keeping the session alive.

use postern_domain::channel::{Connected, Grant as SealedGrant};
use postern_domain::ports::{BeganConnect, ConnectError, RefreshError};
use postern_domain::secret::Secret;
use postern_domain::time::Timestamp;
use postern_domain::value::{Settings, Value};
use postern_domain::{Code, Problem};
use postern_provider_kit::http::{Call, Lost, Reply};
use postern_provider_kit::{ConnectCx, Cx, Platform, oauth, rate, structured};
use serde_json::json;
use url::Url;

use super::session::{self, Pds};
use super::wire::{Grant, Profile, Refusal, Session};

pub(super) async fn begin(cx: &ConnectCx<'_>, fields: &Settings) -> Result<BeganConnect, ConnectError> {
    let field = |key: &str| {
        fields
            .get(key)
            .and_then(Value::as_text)
            .unwrap_or_default()
            .trim()
    };
    let service = service(&cx.platform, field("service"))?;
    let identifier = field("identifier").trim_start_matches('@');
    let password = field("password");
    let reply = log_in(&cx.platform, &service, identifier, password)
        .await
        .map_err(|lost| oauth::unreachable(&lost, "/service"))?;
    let session = reply.json::<Session>().filter(|_| reply.is_success());
    let session = session.ok_or_else(|| refused(&reply))?;
    if session.active == Some(false) {
        let status = session.status.unwrap_or_else(|| "inactive".to_owned());
        return Err(problem(
            Code::CredentialsRefused,
            "/identifier",
            "the account is not active",
            &status,
        ));
    }
    let pds = server_of(&session, &service);
    cx.platform.allows(&pds).map_err(|why| {
        problem(
            Code::UrlRefused,
            "/service",
            &format!("the account's own server is refused: {why}"),
            &pds,
        )
    })?;
    let grant = Grant {
        access_jwt: session.access_jwt,
        refresh_jwt: session.refresh_jwt,
        identifier: identifier.to_owned(),
        password: password.to_owned(),
    };
    let who = Who {
        did: session.did,
        handle: session.handle,
        pds,
    };
    let connected = connected(&cx.platform, &who, grant).await?;
    Ok(BeganConnect::Connected(Box::new(connected)))
}

pub(super) async fn profile(cx: &Cx<'_>) -> Result<Connected, ConnectError> {
    let pds =
        Pds::of(cx).map_err(|error| problem(Code::ConnectFailed, "", &error.cause, &cx.channel.handle))?;
    let who = Who {
        did: pds.did.to_owned(),
        handle: cx.channel.handle.clone(),
        pds: pds.address,
    };
    connected(&cx.platform, &who, pds.grant).await
}

/// Trades the refresh token for new ones; when it is dead, logs in with the app password.
pub(super) async fn refresh(cx: &Cx<'_>) -> Result<SealedGrant, RefreshError> {
    let pds = Pds::of(cx).map_err(|error| RefreshError::Gone { reason: error.cause })?;
    let call = Call::post(format!("{}/xrpc/com.atproto.server.refreshSession", pds.address))
        .bearer(&pds.grant.refresh_jwt)
        .hiding_reply();
    let reply = cx.platform.send(call).await.map_err(|lost| not_now(&lost))?;
    if let Some(session) = reply.json::<Session>().filter(|_| reply.is_success()) {
        return renewed(pds.grant, session);
    }
    patience(&reply, cx.platform.now())?;
    let reply = log_in(
        &cx.platform,
        &pds.address,
        &pds.grant.identifier,
        &pds.grant.password,
    )
    .await
    .map_err(|lost| not_now(&lost))?;
    if let Some(session) = reply.json::<Session>().filter(|_| reply.is_success()) {
        return renewed(pds.grant, session);
    }
    patience(&reply, cx.platform.now())?;
    Err(RefreshError::Gone {
        reason: "Bluesky does not accept the app password any more".to_owned(),
    })
}

fn renewed(old: Grant, session: Session) -> Result<SealedGrant, RefreshError> {
    if session.active == Some(false) {
        let reason = session.status.unwrap_or_else(|| "inactive".to_owned());
        return Err(RefreshError::Gone {
            reason: format!("the account is {reason}"),
        });
    }
    Ok(sealed(&Grant {
        access_jwt: session.access_jwt,
        refresh_jwt: session.refresh_jwt,
        ..old
    }))
}

/// Anything but a clear refusal leaves the channel connected.
fn patience(reply: &Reply, now: Timestamp) -> Result<(), RefreshError> {
    match reply.status {
        429 => Err(RefreshError::NotNow {
            reason: "too many logins".to_owned(),
            until: rate::reset_epoch(reply, "ratelimit-reset", now),
        }),
        400..500 => Ok(()),
        status => Err(RefreshError::NotNow {
            reason: format!("status {status}"),
            until: None,
        }),
    }
}

fn not_now(lost: &Lost) -> RefreshError {
    RefreshError::NotNow {
        reason: lost.to_string(),
        until: None,
    }
}

async fn log_in(
    platform: &Platform<'_>,
    service: &str,
    identifier: &str,
    password: &str,
) -> Result<Reply, Lost> {
    let call = Call::post(format!("{service}/xrpc/com.atproto.server.createSession"))
        .json(&json!({ "identifier": identifier, "password": password }))
        .hiding_reply();
    platform.send(call).await
}

/// The server to log in at; only the operator's own host may have a path.
fn service(platform: &Platform<'_>, typed: &str) -> Result<String, ConnectError> {
    let home = platform.base("service");
    let typed = typed.trim_end_matches('/');
    if typed.is_empty() || typed == home {
        return Ok(home.to_owned());
    }
    let url = Url::parse(typed)
        .ok()
        .filter(|url| url.has_host() && url.username().is_empty() && url.password().is_none())
        .ok_or_else(|| {
            problem(
                Code::SettingInvalid,
                "/service",
                "this is not a web address",
                typed,
            )
        })?;
    // In a sandbox every server is the simulated one: nothing typed leads out of it.
    if platform.is_sandbox("service") {
        return Ok(home.to_owned());
    }
    let address = url.origin().ascii_serialization();
    platform.allows(&address).map_err(|why| {
        problem(
            Code::UrlRefused,
            "/service",
            &format!("Postern does not go to this address: {why}"),
            typed,
        )
    })?;
    Ok(address)
}

/// The account's own server, out of its public description; else the server that let it in.
fn server_of(session: &Session, service: &str) -> String {
    let services = session.did_doc.iter().flat_map(|document| &document.service);
    let own = services
        .filter(|service| service.id.ends_with("#atproto_pds"))
        .find_map(|service| service.service_endpoint.as_str());
    own.unwrap_or(service).trim_end_matches('/').to_owned()
}

/// An account and where it lives.
struct Who {
    did: String,
    handle: String,
    pds: String,
}

async fn connected(platform: &Platform<'_>, who: &Who, grant: Grant) -> Result<Connected, ConnectError> {
    let call = Call::get(format!("{}/xrpc/app.bsky.actor.getProfile", who.pds))
        .query("actor", &who.did)
        .bearer(&grant.access_jwt);
    let reply = platform
        .send(call)
        .await
        .map_err(|lost| oauth::unreachable(&lost, "/service"))?;
    let Some(profile) = reply.json::<Profile>().filter(|_| reply.is_success()) else {
        return Err(refused(&reply));
    };
    let handle = Some(profile.handle)
        .filter(|handle| !handle.is_empty())
        .unwrap_or_else(|| who.handle.clone());
    let label = handle.split('.').next().unwrap_or(&handle).to_owned();
    let in_sandbox = platform.is_sandbox("service") && who.pds == platform.base("service");
    Ok(Connected {
        remote_id: who.did.clone(),
        name: profile
            .display_name
            .filter(|name| !name.trim().is_empty())
            .unwrap_or(label),
        handle,
        picture: profile.avatar.filter(|avatar| !avatar.is_empty()),
        // The sandbox may answer elsewhere after a restart, so its address is not kept.
        details: structured::from_json(json!({
            "pds": if in_sandbox { None } else { Some(&who.pds) },
            "sandbox": in_sandbox,
        })),
        grant: sealed(&grant),
    })
}

/// The password outlives every token, so the grant as a whole has no end.
fn sealed(grant: &Grant) -> SealedGrant {
    SealedGrant {
        secret: Secret::new(serde_json::to_string(grant).unwrap_or_default()),
        expires_at: session::expiry(&grant.access_jwt),
        ends_at: None,
    }
}

fn refused(reply: &Reply) -> ConnectError {
    let refusal: Refusal = reply.json().unwrap_or_default();
    let (code, field, detail, fix) = match (reply.status, refusal.error.as_str()) {
        (_, "AuthFactorTokenRequired") => (
            Code::CredentialsRefused,
            "/password",
            "the account is protected by a second factor",
            "make an app password under Settings, Privacy and security, and give that",
        ),
        (_, "AccountTakedown") => (
            Code::CredentialsRefused,
            "/identifier",
            "Bluesky has closed the account",
            "ask Bluesky for help",
        ),
        (401, _) | (_, "AuthenticationRequired") => (
            Code::CredentialsRefused,
            "/password",
            "Bluesky does not know this handle with this password",
            "check both; make a new app password if you are not sure",
        ),
        (429, _) => (
            Code::RateLimited,
            "",
            "Bluesky takes no more logins of this account for now",
            "wait five minutes",
        ),
        (404, _) => (
            Code::ConnectFailed,
            "/service",
            "this server does not speak Bluesky's language",
            "check the address; https://bsky.social is right for most accounts",
        ),
        _ => (
            Code::ConnectFailed,
            "",
            "Bluesky did not let Postern in",
            "try again later",
        ),
    };
    let words = if refusal.message.is_empty() {
        format!("status {}", reply.status)
    } else {
        reply.words(&refusal.message)
    };
    ConnectError::Refused(Problem::new(code, field, detail, fix).given(words))
}

fn problem(code: Code, field: &str, detail: &str, given: &str) -> ConnectError {
    ConnectError::Refused(Problem::new(code, field, detail, "check it and connect again").given(given))
}
