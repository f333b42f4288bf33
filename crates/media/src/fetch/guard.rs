//! The guard: what an address may look like, and where its name may lead.

use std::error::Error;
use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use postern_domain::ports::MediaError;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use tokio::net::lookup_host;
use tokio::time::timeout;
use url::{Host, Url};

use super::{host, is_public};
use crate::refusal;

/// How long looking a name up may take.
const LOOKUP_TIMEOUT: Duration = Duration::from_secs(5);

/// Checks scheme and form of an address.
pub(super) fn check_form(url: &Url, https_only: bool) -> Result<(), MediaError> {
    let is_allowed = match url.scheme() {
        "https" => true,
        "http" => !https_only,
        _ => false,
    };
    if !is_allowed {
        let schemes = if https_only { "https" } else { "http and https" };
        return Err(refusal::url(
            &format!("the scheme of the URL is not taken, {schemes} alone"),
            "give a URL that begins with https://",
            url.host_str(),
        ));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(refusal::url(
            "the URL carries a user name or password",
            "give a URL that everybody can open, or upload the file",
            Some(host(url)),
        ));
    }
    Ok(())
}

/// Whether the host is a literal address that is not public, however it is spelt.
pub(super) fn is_private_literal(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => !is_public(IpAddr::V4(address)),
        Some(Host::Ipv6(address)) => !is_public(IpAddr::V6(address)),
        Some(Host::Domain(_)) => false,
        None => true,
    }
}

/// Looks names up and hands out public addresses alone. The connection goes to one of these, so a name cannot
/// change its mind between check and use.
#[derive(Debug)]
pub(super) struct Resolver;

impl Resolve for Resolver {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let found = timeout(LOOKUP_TIMEOUT, lookup_host((name.as_str(), 0))).await??;
            let public: Vec<SocketAddr> = found.filter(|address| is_public(address.ip())).collect();
            if public.is_empty() {
                return Err(Forbidden.into());
            }
            let addresses: Addrs = Box::new(public.into_iter());
            Ok(addresses)
        })
    }
}

/// A name that leads to no public address.
#[derive(Debug)]
pub(super) struct Forbidden;

impl Forbidden {
    /// Whether this is the root of an error of the client.
    pub(super) fn caused(error: &reqwest::Error) -> bool {
        let mut cause: Option<&(dyn Error + 'static)> = Some(error);
        while let Some(error) = cause {
            if error.is::<Self>() {
                return true;
            }
            cause = error.source();
        }
        false
    }
}

impl fmt::Display for Forbidden {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the name leads to no public address")
    }
}

impl Error for Forbidden {}
