//! Keys of stored files, and the addresses made of them.

use postern_domain::ports::MediaError;
use postern_domain::time::{Timestamp, Zone};
use url::Url;

use crate::kind::Kind;

/// Hexadecimal digits of the content's digest that go into a key.
const HASH_DIGITS: usize = 32;

/// The path under which stored files are served.
const UPLOADS: &str = "/uploads/";

/// `YYYY/MM/DD/<32 hexadecimal digits>.<extension>`; a text of another form is no key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Key(String);

impl Key {
    /// The key of a content stored at an instant.
    pub(crate) fn new(now: Timestamp, hash: &str, kind: Kind) -> Self {
        let day = now.in_zone(&Zone::utc()).strftime("%Y/%m/%d").to_string();
        let hash = &hash[..HASH_DIGITS.min(hash.len())];
        Self(format!("{day}/{hash}.{}", kind.extension()))
    }

    /// Reads a key; nothing in it can lead out of the store.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split('/');
        let is_number = |part: Option<&str>, length: usize| {
            part.is_some_and(|part| part.len() == length && part.bytes().all(|byte| byte.is_ascii_digit()))
        };
        if !(is_number(parts.next(), 4) && is_number(parts.next(), 2) && is_number(parts.next(), 2)) {
            return None;
        }
        let (stem, extension) = parts.next()?.split_once('.')?;
        let is_hash =
            stem.len() == HASH_DIGITS && stem.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        let is_key = is_hash && Kind::of_extension(extension).is_some() && parts.next().is_none();
        is_key.then(|| Self(text.to_owned()))
    }

    /// Reads a key that must be one: a file under any other name does not exist.
    pub(crate) fn require(text: &str) -> Result<Self, MediaError> {
        Self::parse(text).ok_or(MediaError::NotFound)
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

/// Turns keys into addresses and back.
#[derive(Debug, Clone)]
pub(crate) struct Addresses {
    /// Beginnings of addresses, the preferred one first, each with its final slash.
    beginnings: Vec<String>,
}

impl Addresses {
    /// Addresses below the public address of this instance, for example `https://postern.example`.
    pub(crate) fn of_instance(public_url: &str) -> Self {
        Self {
            beginnings: vec![format!("{}{UPLOADS}", public_url.trim_end_matches('/'))],
        }
    }

    /// Prefers addresses below another one, such as that of a public bucket; the instance's own stay readable.
    #[must_use]
    pub(crate) fn preferring(mut self, beginning: &str) -> Self {
        self.beginnings
            .insert(0, format!("{}/", beginning.trim_end_matches('/')));
        self
    }

    pub(crate) fn public_url(&self, key: &str) -> String {
        format!("{}{key}", self.beginnings[0])
    }

    /// The key in an address of ours, or in a path below `/uploads/`.
    pub(crate) fn key_of(&self, address: &str) -> Option<String> {
        let path = address.strip_prefix(UPLOADS).map(str::to_owned).or_else(|| {
            self.beginnings
                .iter()
                .find_map(|beginning| below(beginning, address))
        })?;
        Key::parse(&path).map(|key| key.0)
    }
}

/// What follows `beginning` in `address`, whatever the case of scheme and host.
fn below(beginning: &str, address: &str) -> Option<String> {
    if let Some(rest) = address.strip_prefix(beginning) {
        return Some(rest.to_owned());
    }
    // Reading the address as a URL would resolve steps upwards instead of refusing them.
    if address.contains("..") || address.contains('%') {
        return None;
    }
    let (beginning, address) = (Url::parse(beginning).ok()?, Url::parse(address).ok()?);
    let is_ours = beginning.origin() == address.origin()
        && address.username().is_empty()
        && address.password().is_none()
        && address.query().is_none();
    is_ours.then_some(())?;
    address.path().strip_prefix(beginning.path()).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "2026/11/20/0123456789abcdef0123456789abcdef.jpg";

    #[test]
    fn keys_are_made_of_day_digest_and_type() {
        let now = Timestamp::parse("2026-01-02T23:59:59Z").unwrap();
        let key = Key::new(now, &"ab".repeat(32), Kind::Png);
        assert_eq!(key.as_str(), "2026/01/02/abababababababababababababababab.png");
        assert_eq!(Key::parse(key.as_str()), Some(key));
    }

    #[test]
    fn texts_of_another_form_are_no_keys() {
        for text in [
            "",
            "..",
            "2026/11/20/../../../etc/passwd",
            "2026/11/20/0123456789abcdef0123456789abcdef",
            "2026/11/20/0123456789abcdef0123456789abcdef.exe",
            "2026/11/20/0123456789abcdef0123456789abcdef.jpg/..",
            "2026/11/20/0123456789abcdef0123456789abcdef.jpg.jpg",
            "2026/11/20/0123456789ABCDEF0123456789ABCDEF.jpg",
            "2026/11/20/0123456789abcdef.jpg",
            "/2026/11/20/0123456789abcdef0123456789abcdef.jpg",
            "2026/1/20/0123456789abcdef0123456789abcdef.jpg",
            "２０２６/11/20/0123456789abcdef0123456789abcdef.jpg",
            "2026\\11\\20\\0123456789abcdef0123456789abcdef.jpg",
        ] {
            assert_eq!(Key::parse(text), None, "{text}");
        }
    }

    #[test]
    fn addresses_of_ours_lead_back_to_keys_and_no_others() {
        let addresses = Addresses::of_instance("https://Postern.example:8443/app/");
        let own = addresses.public_url(KEY);
        assert_eq!(own, format!("https://Postern.example:8443/app/uploads/{KEY}"));
        for ours in [
            own.clone(),
            format!("HTTPS://postern.EXAMPLE:8443/app/uploads/{KEY}"),
            format!("/uploads/{KEY}"),
        ] {
            assert_eq!(addresses.key_of(&ours).as_deref(), Some(KEY), "{ours}");
        }
        for strange in [
            format!("https://postern.example/app/uploads/{KEY}"),
            format!("http://postern.example:8443/app/uploads/{KEY}"),
            format!("https://evil.example:8443/app/uploads/{KEY}"),
            format!("https://user@postern.example:8443/app/uploads/{KEY}"),
            format!("https://postern.example:8443/uploads/{KEY}"),
            format!("https://postern.example:8443/app/uploads/x/../{KEY}"),
            format!("https://postern.example:8443/app/uploads/%2e%2e/{KEY}"),
            format!("/uploads/../{KEY}"),
            format!("/uploads//{KEY}"),
            format!("/uploads/{KEY}?download"),
            "/uploads/".to_owned(),
            KEY.to_owned(),
            String::new(),
        ] {
            assert_eq!(addresses.key_of(&strange), None, "{strange}");
        }
    }

    #[test]
    fn buckets_with_an_address_are_preferred_and_both_addresses_lead_back() {
        let addresses = Addresses::of_instance("https://postern.example").preferring("https://cdn.example/b");
        assert_eq!(addresses.public_url(KEY), format!("https://cdn.example/b/{KEY}"));
        for ours in [
            format!("https://cdn.example/b/{KEY}"),
            format!("https://postern.example/uploads/{KEY}"),
            format!("/uploads/{KEY}"),
        ] {
            assert_eq!(addresses.key_of(&ours).as_deref(), Some(KEY), "{ours}");
        }
    }
}
