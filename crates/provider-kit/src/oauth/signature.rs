//! OAuth 1.0a: HMAC-SHA1 signatures.
//!
//! Source: RFC 5849, section 3.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use postern_domain::time::Timestamp;
use sha1::Sha1;
use url::Url;

use crate::http::{Call, Method};

/// Everything but letters, digits and `-._~` is escaped (RFC 5849, section 3.6).
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// The keys of one signature.
#[derive(Clone, Copy)]
pub struct Keys<'a> {
    /// The app's public key.
    pub consumer_key: &'a str,
    /// The app's secret.
    pub consumer_secret: &'a str,
    /// The token and its secret; none while asking for the first one.
    pub token: Option<(&'a str, &'a str)>,
}

/// Percent-encodes as RFC 5849 wants it.
pub fn escape(text: &str) -> String {
    utf8_percent_encode(text, RESERVED).to_string()
}

/// Signs a request: query and form parameters are covered, other bodies are not.
///
/// `extra` are further protocol parameters such as `oauth_callback`; `nonce` must not repeat.
#[must_use]
pub fn sign(call: Call, keys: Keys<'_>, extra: &[(&str, &str)], nonce: &str, now: Timestamp) -> Call {
    let mut protocol: Vec<(String, String)> = [
        ("oauth_consumer_key", keys.consumer_key),
        ("oauth_nonce", nonce),
        ("oauth_signature_method", "HMAC-SHA1"),
        ("oauth_timestamp", &now.as_secs().to_string()),
        ("oauth_version", "1.0"),
    ]
    .iter()
    .chain(extra)
    .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()))
    .collect();
    if let Some((token, _)) = keys.token {
        protocol.push(("oauth_token".to_owned(), token.to_owned()));
    }
    let mut parameters = call.signed_parameters();
    parameters.extend(protocol.iter().cloned());
    let base = base_string(&call.method, &call.url, parameters);
    let token_secret = keys.token.map_or("", |(_, secret)| secret);
    let signature = signature(&base, keys.consumer_secret, token_secret);
    protocol.push(("oauth_signature".to_owned(), signature));
    let header: Vec<String> = protocol
        .iter()
        .map(|(key, value)| format!("{}=\"{}\"", escape(key), escape(value)))
        .collect();
    call.authorization(&format!("OAuth {}", header.join(", ")))
}

/// Method, address and sorted parameters in one text.
fn base_string(method: &Method, url: &str, parameters: Vec<(String, String)>) -> String {
    let mut escaped: Vec<(String, String)> = parameters
        .into_iter()
        .map(|(key, value)| (escape(&key), escape(&value)))
        .collect();
    escaped.sort();
    let normal: Vec<String> = escaped
        .into_iter()
        .map(|(key, value)| format!("{key}={value}"))
        .collect();
    format!(
        "{method}&{}&{}",
        escape(&base_address(url)),
        escape(&normal.join("&"))
    )
}

/// The address without query, default port and fragment, host in lower case.
fn base_address(url: &str) -> String {
    match Url::parse(url) {
        Ok(mut url) => {
            url.set_query(None);
            url.set_fragment(None);
            url.to_string()
        }
        Err(_) => url.to_owned(),
    }
}

fn signature(base: &str, consumer_secret: &str, token_secret: &str) -> String {
    let key = format!("{}&{}", escape(consumer_secret), escape(token_secret));
    // HMAC takes keys of any length, so there is always a signature.
    Hmac::<Sha1>::new_from_slice(key.as_bytes()).map_or_else(
        |_| String::new(),
        |mut mac| {
            mac.update(base.as_bytes());
            STANDARD.encode(mac.finalize().into_bytes())
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pairs(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
        pairs
            .iter()
            .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()))
            .collect()
    }

    /// Source: RFC 5849, section 3.4.1.1.
    #[test]
    fn base_string_is_that_of_the_standard() {
        let parameters = pairs(&[
            ("b5", "=%3D"),
            ("a3", "a"),
            ("c@", ""),
            ("a2", "r b"),
            ("oauth_consumer_key", "9djdj82h48djs9d2"),
            ("oauth_token", "kkk9d7dh3k39sjv7"),
            ("oauth_signature_method", "HMAC-SHA1"),
            ("oauth_timestamp", "137131201"),
            ("oauth_nonce", "7d8f3e4a"),
            ("c2", ""),
            ("a3", "2 q"),
        ]);
        assert_eq!(
            base_string(
                &Method::POST,
                "http://EXAMPLE.COM:80/request?b5=%3D%253D",
                parameters
            ),
            "POST&http%3A%2F%2Fexample.com%2Frequest&a2%3Dr%2520b%26a3%3D2%2520q%26a3%3Da%26b5%3D%253D%25253D\
             %26c%2540%3D%26c2%3D%26oauth_consumer_key%3D9djdj82h48djs9d2%26oauth_nonce%3D7d8f3e4a\
             %26oauth_signature_method%3DHMAC-SHA1%26oauth_timestamp%3D137131201%26oauth_token%3Dkkk9d7dh3k39sjv7"
        );
    }

    /// Source: RFC 5849, section 1.2, the three requests of the example.
    #[test]
    fn signatures_are_those_of_the_standard() {
        let temporary = pairs(&[
            ("oauth_consumer_key", "dpf43f3p2l4k3l03"),
            ("oauth_signature_method", "HMAC-SHA1"),
            ("oauth_timestamp", "137131200"),
            ("oauth_nonce", "wIjqoS"),
            ("oauth_callback", "http://printer.example.com/ready"),
        ]);
        let base = base_string(&Method::POST, "https://photos.example.net/initiate", temporary);
        assert_eq!(
            signature(&base, "kd94hf93k423kf44", ""),
            "74KNZJeDHnMBp0EMJ9ZHt/XKycU="
        );

        let photo = pairs(&[
            ("file", "vacation.jpg"),
            ("size", "original"),
            ("oauth_consumer_key", "dpf43f3p2l4k3l03"),
            ("oauth_token", "nnch734d00sl2jdk"),
            ("oauth_signature_method", "HMAC-SHA1"),
            ("oauth_timestamp", "137131202"),
            ("oauth_nonce", "chapoH"),
        ]);
        let base = base_string(&Method::GET, "http://photos.example.net/photos", photo);
        assert_eq!(
            signature(&base, "kd94hf93k423kf44", "pfkkdhi9sl3r4s00"),
            "MdpQcU8iPSUjWoN/UDMsK2sui9I="
        );
    }

    #[test]
    fn only_query_and_form_are_covered() {
        let json = Call::post("https://api.test/2?x=1").query("y", "2").json(&"z");
        assert_eq!(json.signed_parameters(), pairs(&[("x", "1"), ("y", "2")]));
        let form = Call::post("https://api.test/2").form([("a", "b c")]);
        assert_eq!(form.signed_parameters(), pairs(&[("a", "b c")]));
    }
}
