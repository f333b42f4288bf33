//! Signed requests.

use postern_domain::publication::Release;
use postern_provider_kit::http::{Call, Reply};
use postern_provider_kit::oauth::{Keys, sign};
use postern_provider_kit::{AppCredentials, Cx, EntryOrder, Phase, Platform, ProviderError};

use super::errors;
use super::wire::Grant;

/// A channel's keys to the API.
pub(super) struct Session<'c, 'a> {
    pub(super) cx: &'c Cx<'a>,
    app: &'c AppCredentials,
    grant: Grant,
}

impl<'c, 'a> Session<'c, 'a> {
    pub(super) fn of(cx: &'c Cx<'a>) -> Result<Self, ProviderError> {
        let grant = cx
            .grant()
            .ok_or_else(|| ProviderError::reconnect("the stored access cannot be read"))?;
        let app = cx.platform.app().ok_or_else(|| {
            ProviderError::rejected(
                "provider_not_configured",
                "the keys of the app at X are not set",
                "the operator sets X_API_KEY and X_API_SECRET",
            )
        })?;
        Ok(Self { cx, app, grant })
    }

    /// The full address of a path of the API.
    pub(super) fn url(&self, path: &str) -> String {
        format!("{}{path}", self.cx.platform.base("api"))
    }

    /// Signs and sends a request; refusals are classed.
    pub(super) async fn ask(&self, call: Call, phase: Phase) -> Result<Reply, ProviderError> {
        let reply = self.send(call, phase).await?;
        let platform = &self.cx.platform;
        platform.note(errors::hint(&reply, phase, platform.now()));
        if reply.is_success() {
            return Ok(reply);
        }
        Err(errors::read(&reply, phase, self.cx.platform.now()))
    }

    /// Signs and sends a request; refusals are given back as they are.
    pub(super) async fn send(&self, call: Call, phase: Phase) -> Result<Reply, ProviderError> {
        let signed = signed(
            &self.cx.platform,
            self.app,
            Some((&self.grant.token, &self.grant.secret)),
            call,
            &[],
        );
        let sent = self.cx.platform.send(signed).await;
        sent.map_err(|lost| ProviderError::lost(&lost, phase))
    }
}

/// A request with its signature; `extra` are further protocol parameters.
pub(super) fn signed(
    platform: &Platform<'_>,
    app: &AppCredentials,
    token: Option<(&str, &str)>,
    call: Call,
    extra: &[(&str, &str)],
) -> Call {
    let keys = Keys {
        consumer_key: &app.client_id,
        consumer_secret: app.client_secret.reveal(),
        token,
    };
    sign(call, keys, extra, &platform.token(32), platform.now())
}

/// The post that this entry answers; none for the first.
pub(super) fn reply_target<'a>(entry: &EntryOrder<'a>) -> Result<Option<&'a str>, ProviderError> {
    if entry.index == 0 {
        return Ok(None);
    }
    entry.previous.and_then(id_of).map(Some).ok_or_else(|| {
        ProviderError::rejected(
            "thread_broken",
            "the entry before this one is not known at the platform",
            "send the rest of the thread as a new post",
        )
    })
}

/// The id of a release; a person may have given its address only.
fn id_of(release: &Release) -> Option<&str> {
    let is_id = |id: &&str| !id.is_empty() && id.bytes().all(|digit| digit.is_ascii_digit());
    let from_url = || release.url.as_deref()?.trim_end_matches('/').rsplit('/').next();
    Some(release.remote_id.as_str())
        .filter(is_id)
        .or_else(|| from_url().filter(is_id))
}
