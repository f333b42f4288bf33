//! A client of OAuth 1.0a, written apart from the simulator.

use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;

use crate::probe::BASE;

/// What signs a request.
#[derive(Clone)]
pub(crate) struct Signer {
    pub token: Option<(String, String)>,
    pub nonce: String,
    pub at: i64,
}

impl Signer {
    /// The Authorization header for a request with these query or form parameters and further oauth ones.
    pub(crate) fn header(
        &self,
        method: &str,
        path: &str,
        params: &[(&str, &str)],
        more: &[(&str, &str)],
    ) -> String {
        let at = self.at.to_string();
        let mut oauth = vec![
            ("oauth_consumer_key", "sandbox-key"),
            ("oauth_nonce", self.nonce.as_str()),
            ("oauth_signature_method", "HMAC-SHA1"),
            ("oauth_timestamp", at.as_str()),
            ("oauth_version", "1.0"),
        ];
        if let Some((token, _)) = &self.token {
            oauth.push(("oauth_token", token));
        }
        oauth.extend_from_slice(more);
        let mut all: Vec<String> = oauth
            .iter()
            .chain(params)
            .map(|(name, value)| format!("{}={}", percent(name), percent(value)))
            .collect();
        all.sort();
        let base = format!(
            "{method}&{}&{}",
            percent(&format!("{BASE}{path}")),
            percent(&all.join("&"))
        );
        let secret = self.token.as_ref().map_or("", |(_, secret)| secret);
        let mut mac = Hmac::<Sha1>::new_from_slice(format!("sandbox-secret&{}", percent(secret)).as_bytes())
            .expect("any length");
        mac.update(base.as_bytes());
        let signature = STANDARD.encode(mac.finalize().into_bytes());
        let mut fields: Vec<String> = oauth
            .iter()
            .map(|(name, value)| format!("{name}=\"{}\"", percent(value)))
            .collect();
        fields.push(format!("oauth_signature=\"{}\"", percent(&signature)));
        format!("OAuth {}", fields.join(", "))
    }
}

fn percent(text: &str) -> String {
    let mut out = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}
