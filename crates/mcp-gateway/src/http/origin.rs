//! Which hosts are answered and which browser origins may call: the guard against DNS rebinding.

use http::HeaderMap;
use http::header::{HOST, ORIGIN};
use http::uri::Authority;
use url::{Host, Url};

use crate::http::refusal::Refusal;
use crate::settings::Settings;

/// The hosts and origins that are allowed.
#[derive(Debug, Clone)]
pub(crate) struct Allowed {
    any_host: bool,
    hosts: Vec<(String, Option<u16>)>,
    origins: Vec<Pattern>,
}

/// An origin with a port, or with any.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Pattern {
    scheme: String,
    host: String,
    port: Option<u16>,
}

impl Allowed {
    /// The public host and origin, the configured ones, and loopback.
    pub(crate) fn new(settings: &Settings) -> Self {
        let public = &settings.public_url;
        let mut hosts: Vec<_> = settings
            .allowed_hosts
            .iter()
            .filter_map(|host| parse_host(host))
            .collect();
        hosts.extend(public.host_str().map(|host| (bare(host), None)));
        let mut origins: Vec<_> = settings
            .allowed_origins
            .iter()
            .filter_map(|origin| Pattern::parse(origin))
            .collect();
        origins.extend(Pattern::parse(&public.origin().ascii_serialization()));
        Self {
            any_host: settings.allowed_hosts.iter().any(|host| host == "*"),
            hosts,
            origins,
        }
    }

    /// Refuses a `Host` that is not ours and an `Origin` that is not allowed.
    pub(crate) fn check(&self, headers: &HeaderMap, authority: Option<&Authority>) -> Result<(), Refusal> {
        let named = match headers.get(HOST) {
            Some(value) => value.to_str().ok().and_then(parse_host),
            None => authority.map(|authority| (bare(authority.host()), authority.port_u16())),
        };
        if !self.any_host && !named.as_ref().is_some_and(|host| self.knows_host(host)) {
            return Err(forbidden(
                "Host not allowed: this server does not answer to the host name of this request. Use its public address, or add the name to the allowed hosts of the server.",
            ));
        }
        let Some(origin) = headers.get(ORIGIN) else {
            return Ok(());
        };
        if origin.to_str().is_ok_and(|origin| self.knows_origin(origin)) {
            return Ok(());
        }
        Err(forbidden(
            "Origin not allowed: browser pages of this origin may not call this server. Add the origin to the allowed origins of the server.",
        ))
    }

    /// Whether the public address is this very machine.
    #[cfg(feature = "conformance")]
    pub(crate) fn is_public_loopback(settings: &Settings) -> bool {
        settings.public_url.host().is_some_and(|host| is_loopback(&host))
    }

    /// Whether pages of this origin may read our answers.
    pub(crate) fn knows_origin(&self, origin: &str) -> bool {
        let Ok(url) = Url::parse(origin) else { return false };
        let Some(host) = url.host() else { return false };
        if is_loopback(&host) {
            return matches!(url.scheme(), "http" | "https");
        }
        self.origins.iter().any(|pattern| pattern.matches(&url))
    }

    fn knows_host(&self, (host, port): &(String, Option<u16>)) -> bool {
        let loopback = Host::parse(host).is_ok_and(|host| is_loopback(&host))
            || host
                .parse()
                .is_ok_and(|address: std::net::IpAddr| address.is_loopback());
        loopback
            || self
                .hosts
                .iter()
                .any(|(known, at)| known == host && at.is_none_or(|at| Some(at) == *port))
    }
}

impl Pattern {
    fn parse(text: &str) -> Option<Self> {
        let (text, any_port) = match text.strip_suffix(":*") {
            Some(text) => (text, true),
            None => (text, false),
        };
        let url = Url::parse(text).ok()?;
        let port = if any_port {
            None
        } else {
            Some(url.port_or_known_default()?)
        };
        Some(Self {
            scheme: url.scheme().to_owned(),
            host: url.host_str()?.to_ascii_lowercase(),
            port,
        })
    }

    fn matches(&self, url: &Url) -> bool {
        self.scheme == url.scheme()
            && url
                .host_str()
                .is_some_and(|host| host.eq_ignore_ascii_case(&self.host))
            && self
                .port
                .is_none_or(|port| url.port_or_known_default() == Some(port))
    }
}

fn parse_host(text: &str) -> Option<(String, Option<u16>)> {
    let authority = Authority::try_from(text.trim()).ok()?;
    Some((bare(authority.host()), authority.port_u16()))
}

fn bare(host: &str) -> String {
    host.trim_start_matches('[')
        .trim_end_matches(']')
        .to_ascii_lowercase()
}

fn is_loopback<S: AsRef<str>>(host: &Host<S>) -> bool {
    match host {
        Host::Domain(name) => name.as_ref().eq_ignore_ascii_case("localhost"),
        Host::Ipv4(address) => address.is_loopback(),
        Host::Ipv6(address) => address.is_loopback(),
    }
}

fn forbidden(message: &str) -> Refusal {
    Refusal::new(
        http::StatusCode::FORBIDDEN,
        crate::http::refusal::INVALID_REQUEST,
        message,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allowed() -> Allowed {
        let mut settings = Settings::new(Url::parse("https://post.example.org/app").unwrap(), "1");
        settings.allowed_hosts = vec!["mcp:5003".into(), "other.example.org".into()];
        settings.allowed_origins = vec![
            "https://desk.example.org:*".into(),
            "https://one.example.org".into(),
        ];
        Allowed::new(&settings)
    }

    #[test]
    fn only_our_hosts_are_answered() {
        for (host, known) in [
            ("post.example.org", true),
            ("POST.example.org:8443", true),
            ("localhost:5000", true),
            ("127.0.0.1", true),
            ("[::1]:5000", true),
            ("mcp:5003", true),
            ("mcp:5004", false),
            ("other.example.org:1", true),
            ("evil.example.com", false),
            ("post.example.org.evil.com", false),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(HOST, host.parse().unwrap());
            assert_eq!(allowed().check(&headers, None).is_ok(), known, "{host}");
        }
        assert!(
            allowed().check(&HeaderMap::new(), None).is_err(),
            "no host at all"
        );
    }

    #[test]
    fn only_known_origins_may_call() {
        for (origin, known) in [
            ("https://post.example.org", true),
            ("https://post.example.org:443", true),
            ("https://post.example.org:444", false),
            ("http://post.example.org", false),
            ("http://localhost:6274", true),
            ("http://127.0.0.1:1234", true),
            ("https://desk.example.org:9", true),
            ("https://one.example.org:9", false),
            ("https://evil.example.com", false),
            ("null", false),
        ] {
            assert_eq!(allowed().knows_origin(origin), known, "{origin}");
        }
    }

    #[test]
    fn a_star_answers_to_any_host() {
        let mut settings = Settings::new(Url::parse("https://post.example.org").unwrap(), "1");
        settings.allowed_hosts = vec!["*".into()];
        let mut headers = HeaderMap::new();
        headers.insert(HOST, "anything:1".parse().unwrap());
        assert!(Allowed::new(&settings).check(&headers, None).is_ok());
    }
}
