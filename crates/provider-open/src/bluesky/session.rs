//! Where the account's server answers, and with which token.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use postern_domain::time::Timestamp;
use postern_domain::value::Value;
use postern_provider_kit::http::{Call, Reply};
use postern_provider_kit::{Cx, Phase, ProviderError};

use super::errors;
use super::wire::Grant;

/// The account's own server, and the keys to it.
pub(super) struct Pds<'c, 'a> {
    pub(super) cx: &'c Cx<'a>,
    pub(super) address: String,
    pub(super) did: &'c str,
    pub(super) grant: Grant,
}

impl<'c, 'a> Pds<'c, 'a> {
    pub(super) fn of(cx: &'c Cx<'a>) -> Result<Self, ProviderError> {
        let grant = cx
            .grant()
            .ok_or_else(|| ProviderError::reconnect("the stored access cannot be read"))?;
        Ok(Self {
            cx,
            address: address(cx)?,
            did: &cx.channel.remote_id,
            grant,
        })
    }

    /// A request to a method of the server.
    pub(super) fn get(&self, method: &str) -> Call {
        Call::get(format!("{}/xrpc/{method}", self.address)).bearer(&self.grant.access_jwt)
    }

    /// A request to a method of the server that changes something.
    pub(super) fn post(&self, method: &str) -> Call {
        Call::post(format!("{}/xrpc/{method}", self.address)).bearer(&self.grant.access_jwt)
    }

    /// Sends a request that may be repeated; refusals are classed.
    pub(super) async fn ask(&self, call: Call) -> Result<Reply, ProviderError> {
        let reply = self.send(call).await?;
        if reply.is_success() {
            return Ok(reply);
        }
        Err(errors::read(&reply, Phase::Repeatable, self.cx.platform.now()))
    }

    /// Sends a request that may be repeated; refusals are given back as they are.
    pub(super) async fn send(&self, call: Call) -> Result<Reply, ProviderError> {
        let sent = self.cx.platform.send(call).await;
        sent.map_err(|lost| ProviderError::lost(&lost, Phase::Repeatable))
    }
}

/// The address of the channel's own server. Never another one than it was connected to.
pub(super) fn address(cx: &Cx<'_>) -> Result<String, ProviderError> {
    let details = &cx.channel.details;
    let in_sandbox = details
        .get("sandbox")
        .and_then(Value::as_bool)
        .unwrap_or_default();
    match details.get("pds").and_then(Value::as_text) {
        _ if in_sandbox && cx.platform.is_sandbox("service") => Ok(cx.platform.base("service").to_owned()),
        Some(pds) if !in_sandbox => Ok(pds.to_owned()),
        Some(_) | None => Err(ProviderError::reconnect(
            "the server of this account is not known any more",
        )),
    }
}

/// When a token ends, read from the token itself.
pub(super) fn expiry(jwt: &str) -> Option<Timestamp> {
    let payload = jwt.split('.').nth(1)?;
    let bytes = URL_SAFE_NO_PAD.decode(payload.trim_end_matches('=')).ok()?;
    let claims: serde_json::Value = serde_json::from_slice(&bytes).ok()?;
    claims.get("exp")?.as_i64().map(Timestamp::from_secs)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_tell_when_they_end() {
        // {"alg":"none"} . {"exp":1800000000}
        assert_eq!(
            expiry("eyJhbGciOiJub25lIn0.eyJleHAiOjE4MDAwMDAwMDB9.x"),
            Some(Timestamp::from_secs(1_800_000_000))
        );
        assert_eq!(expiry("opaque"), None);
    }
}
