//! Requests to the versioned API.

use postern_domain::publication::Release;
use postern_provider_kit::http::{Call, Reply};
use postern_provider_kit::{Cx, EntryOrder, Phase, ProviderError, oauth};

use super::errors;
use super::manifest;
use super::wire::Grant;

/// A member's access.
pub(super) struct Session<'c, 'a> {
    pub(super) cx: &'c Cx<'a>,
    pub(super) grant: Grant,
    /// The member as a URN.
    pub(super) author: String,
}

impl<'c, 'a> Session<'c, 'a> {
    pub(super) fn of(cx: &'c Cx<'a>) -> Result<Self, ProviderError> {
        let grant = cx
            .grant()
            .ok_or_else(|| ProviderError::reconnect("the stored access cannot be read"))?;
        Ok(Self {
            cx,
            grant,
            author: format!("urn:li:person:{}", cx.channel.remote_id),
        })
    }

    /// The full address of a path of the API.
    pub(super) fn url(&self, path: &str) -> String {
        format!("{}{path}", self.cx.platform.base("api"))
    }

    /// Sends a request to the versioned API; refusals are classed.
    pub(super) async fn ask(&self, call: Call, phase: Phase) -> Result<Reply, ProviderError> {
        let reply = self.send(call, phase).await?;
        if reply.is_success() {
            Ok(reply)
        } else {
            Err(self.refusal(&reply, phase))
        }
    }

    /// Sends a request to the versioned API; refusals are given back as they are.
    pub(super) async fn send(&self, call: Call, phase: Phase) -> Result<Reply, ProviderError> {
        let version = self
            .cx
            .platform
            .extra("api_version")
            .unwrap_or(manifest::API_VERSION);
        let call = call
            .bearer(&self.grant.access_token)
            .header("linkedin-version", version)
            .header("x-restli-protocol-version", "2.0.0");
        let sent = self.cx.platform.send(call).await;
        sent.map_err(|lost| ProviderError::lost(&lost, phase))
    }

    /// The class of a refusal.
    pub(super) fn refusal(&self, reply: &Reply, phase: Phase) -> ProviderError {
        let platform = &self.cx.platform;
        platform.note(errors::hint(reply, platform.now()));
        errors::read(
            reply,
            phase,
            self.grant.refresh_token.is_some(),
            self.cx.platform.now(),
        )
    }

    /// Whether the grant has a permission.
    pub(super) fn may(&self, scope: &str) -> bool {
        self.grant.scopes.iter().any(|granted| granted == scope)
    }
}

/// The post that this entry comments on; none for the first. Comments never answer each other.
pub(super) fn target(entry: &EntryOrder<'_>) -> Result<Option<String>, ProviderError> {
    if entry.index == 0 {
        return Ok(None);
    }
    entry.root.and_then(urn_of).map(Some).ok_or_else(|| {
        ProviderError::rejected(
            "thread_broken",
            "the post is not known at LinkedIn",
            "write the comments on LinkedIn, or send them as a new post",
        )
    })
}

/// The URN of a post; a person may have given its address only.
fn urn_of(release: &Release) -> Option<String> {
    if release.remote_id.starts_with("urn:li:") {
        return Some(release.remote_id.clone());
    }
    let url = release.url.as_deref()?.replace("%3A", ":").replace("%3a", ":");
    errors::first_of_duplicates(&url)
}

/// The public address of a post, or of a comment below it.
pub(super) fn address(cx: &Cx<'_>, post: &str, comment: Option<&str>) -> String {
    let post = format!("{}/feed/update/{post}", cx.platform.base("www"));
    comment.map_or(post.clone(), |comment| {
        format!("{post}?commentUrn={}", oauth::escape(comment))
    })
}
