//! The id of a session: what its client said when it began, sealed for the principal to whom it is given.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use postern_domain::Timestamp;
use rmcp::model::InitializeRequestParams;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sha2::Sha256;

/// How long an id is good.
const LIFETIME: Duration = Duration::from_hours(24 * 30);
/// Sets these signatures apart from any other use of the same secret.
const PURPOSE: &[u8] = b"postern mcp session 1";
/// The capabilities of clients that we make use of.
const CAPABILITIES: [&str; 3] = ["elicitation", "roots", "sampling"];
/// Longest description of one capability that is kept.
const LONGEST: usize = 200;

/// Makes and reads ids.
pub(super) struct Seal {
    secret: [u8; 32],
}

/// An id that was read.
#[derive(Debug)]
pub(super) struct Opened {
    /// The name of the session inside this process.
    pub(super) inner: String,
    /// What its client said when it began.
    pub(super) params: InitializeRequestParams,
}

/// What stands in an id. Readable for its owner, who said all of it.
#[derive(Serialize, Deserialize)]
struct Content {
    /// The name inside.
    i: String,
    /// The end, in seconds.
    e: i64,
    /// What the client said.
    p: Value,
}

impl Seal {
    /// Seals with `secret`.
    pub(super) fn new(secret: [u8; 32]) -> Self {
        Self { secret }
    }

    /// The id of a session that begins now.
    pub(super) fn close(
        &self,
        inner: &str,
        params: &InitializeRequestParams,
        principal: &str,
        now: Timestamp,
    ) -> String {
        let content = Content {
            i: inner.to_owned(),
            e: now.plus(LIFETIME).as_secs(),
            p: essence(params),
        };
        // Texts and numbers always become JSON.
        let content = serde_json::to_vec(&content).unwrap_or_default();
        let signature = self.mac(&content, principal).finalize().into_bytes();
        format!(
            "{}.{}",
            URL_SAFE_NO_PAD.encode(content),
            URL_SAFE_NO_PAD.encode(signature)
        )
    }

    /// Reads an id; nothing where it was not given to `principal`, or is too old.
    pub(super) fn open(&self, id: &str, principal: &str, now: Timestamp) -> Option<Opened> {
        let (content, signature) = id.split_once('.')?;
        let content = URL_SAFE_NO_PAD.decode(content).ok()?;
        let signature = URL_SAFE_NO_PAD.decode(signature).ok()?;
        self.mac(&content, principal).verify_slice(&signature).ok()?;
        let content: Content = serde_json::from_slice(&content).ok()?;
        if now.as_secs() >= content.e {
            return None;
        }
        Some(Opened {
            inner: content.i,
            params: serde_json::from_value(content.p).ok()?,
        })
    }

    #[expect(clippy::expect_used, reason = "HMAC takes keys of any length")]
    fn mac(&self, content: &[u8], principal: &str) -> Hmac<Sha256> {
        let mut mac = Hmac::new_from_slice(&self.secret).expect("HMAC takes keys of any length");
        mac.update(PURPOSE);
        mac.update(&(principal.len() as u64).to_be_bytes());
        mac.update(principal.as_bytes());
        mac.update(content);
        mac
    }
}

/// What of the beginning matters later: revision, name, and the capabilities that we make use of.
fn essence(params: &InitializeRequestParams) -> Value {
    let said = serde_json::to_value(&params.capabilities).unwrap_or_default();
    let mut capabilities = json!({});
    for name in CAPABILITIES {
        match said.get(name) {
            Some(value) if value.to_string().len() <= LONGEST => capabilities[name] = value.clone(),
            Some(_) => capabilities[name] = json!({}),
            None => {}
        }
    }
    json!({
        "protocolVersion": params.protocol_version.as_str(),
        "capabilities": capabilities,
        "clientInfo": { "name": short(&params.client_info.name), "version": short(&params.client_info.version) },
    })
}

fn short(text: &str) -> String {
    text.chars()
        .filter(|letter| !letter.is_control())
        .take(64)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_secs(1_800_000_000);

    fn params() -> InitializeRequestParams {
        serde_json::from_value(json!({
            "protocolVersion": "2025-06-18",
            "capabilities": { "elicitation": {}, "experimental": { "large": { "text": "x".repeat(5000) } } },
            "clientInfo": { "name": "n".repeat(500), "version": "1" },
        }))
        .unwrap()
    }

    #[test]
    fn an_id_is_good_for_its_principal_until_it_ends() {
        let seal = Seal::new([7; 32]);
        let id = seal.close("inner", &params(), "a", NOW);
        let opened = seal.open(&id, "a", NOW).unwrap();
        assert_eq!(opened.inner, "inner");
        assert_eq!(opened.params.protocol_version.as_str(), "2025-06-18");
        assert!(opened.params.capabilities.elicitation.is_some());
        assert!(seal.open(&id, "b", NOW).is_none(), "another principal");
        assert!(seal.open(&id, "a", NOW.plus(LIFETIME)).is_none(), "too old");
        assert!(Seal::new([8; 32]).open(&id, "a", NOW).is_none(), "another secret");
        for nonsense in ["", ".", "a.b", &id[1..], &id[..id.len() - 1]] {
            assert!(seal.open(nonsense, "a", NOW).is_none(), "{nonsense}");
        }
    }

    #[test]
    fn an_id_stays_short_and_visible_whatever_the_client_says() {
        let id = Seal::new([7; 32]).close("0b0c7f1e-0000-0000-0000-000000000000", &params(), "a", NOW);
        assert!(id.len() < 600, "{}", id.len());
        assert!(id.bytes().all(|byte| byte.is_ascii_graphic()), "{id}");
    }
}
