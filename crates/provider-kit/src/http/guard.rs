//! Which addresses Postern goes to.

use std::collections::BTreeSet;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use url::{Host, Url};

/// A name that leads to addresses inside.
#[derive(Debug, thiserror::Error)]
#[error("the name leads to a private address")]
pub(super) struct PrivateAddress;

/// Looks names up and leaves out every address that is not public.
pub(super) struct PublicOnly;

impl Resolve for PublicOnly {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let found: Vec<SocketAddr> = tokio::net::lookup_host((name.as_str(), 0)).await?.collect();
            let public: Vec<SocketAddr> = found
                .iter()
                .copied()
                .filter(|address| is_public(address.ip()))
                .collect();
            if public.is_empty() && !found.is_empty() {
                return Err(PrivateAddress.into());
            }
            let public: Addrs = Box::new(public.into_iter());
            Ok(public)
        })
    }
}

/// How far an address is trusted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Trust {
    /// The operator named this host and port: it may lie inside.
    Named,
    /// Anybody may have named it: only public addresses.
    Stranger,
}

/// Decides about an address before anything is looked up.
pub(super) fn judge(url: &Url, named: &BTreeSet<String>, allow_private: bool) -> Result<Trust, &'static str> {
    if !matches!(url.scheme(), "https" | "http") {
        return Err("only http and https are spoken");
    }
    if allow_private || named.contains(&origin(url)) {
        return Ok(Trust::Named);
    }
    if url.scheme() != "https" {
        return Err("only https is allowed");
    }
    let is_inside = match url.host() {
        Some(Host::Ipv4(address)) => !is_public(IpAddr::V4(address)),
        Some(Host::Ipv6(address)) => !is_public(IpAddr::V6(address)),
        Some(Host::Domain(name)) => is_local_name(name),
        None => return Err("there is no host in it"),
    };
    if is_inside {
        Err("it is a private address")
    } else {
        Ok(Trust::Stranger)
    }
}

/// Host and port of an address, as one text.
pub(super) fn origin(url: &Url) -> String {
    let port = url.port_or_known_default().unwrap_or_default();
    format!(
        "{}:{port}",
        url.host_str().unwrap_or_default().to_ascii_lowercase()
    )
}

/// Names that never leave a machine or an organisation.
fn is_local_name(name: &str) -> bool {
    let name = name.trim_end_matches('.').to_ascii_lowercase();
    let top = name.rsplit('.').next().unwrap_or_default();
    matches!(top, "localhost" | "local" | "internal")
}

/// Whether an address belongs to the public internet.
pub fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    // This network, shared address space, protocol assignments, benchmarks, reserved.
    let is_special = matches!(
        (a, b, c),
        (0 | 240.., ..) | (100, 64..=127, _) | (192, 0, 0) | (198, 18..=19, _)
    );
    !(is_special
        || address.is_private()
        || address.is_loopback()
        || address.is_link_local()
        || address.is_multicast()
        || address.is_broadcast()
        || address.is_documentation())
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    if let Some(mapped) = address.to_ipv4_mapped() {
        return is_public_v4(mapped);
    }
    let (first, second) = (address.segments()[0], address.segments()[1]);
    // Unspecified, loopback, compatible, discard; unique local, link-local, multicast.
    let is_inside = matches!(first, 0 | 0x100 | 0xfc00..=0xfdff | 0xfe80..=0xfebf | 0xff00..);
    // Ways to write IPv4 addresses (translation, 6to4, Teredo) and the other protocol assignments; documentation.
    let is_assigned = matches!(
        (first, second),
        (0x64, 0xff9b) | (0x2002, _) | (0x2001, 0..=0x1ff | 0xdb8)
    );
    !(is_inside || is_assigned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(url: &str, want: Result<Trust, ()>) {
        let named = BTreeSet::from(["127.0.0.1:7070".to_owned(), "sim.test:80".to_owned()]);
        let got = judge(&Url::parse(url).unwrap(), &named, false).map_err(|_| ());
        assert_eq!(got, want, "{url}");
    }

    #[test]
    fn strangers_lead_nowhere_inside() {
        for inside in [
            "http://example.org/",
            "https://127.0.0.1/",
            "https://2130706433/",
            "https://0x7f.1/",
            "https://[::1]/",
            "https://[::ffff:10.0.0.1]/",
            "https://[fe80::1]/",
            "https://[64:ff9b::7f00:1]/",
            "https://169.254.169.254/latest",
            "https://100.64.0.1/",
            "https://localhost/",
            "https://db.internal/",
            "https://127.0.0.1:7071/",
            "ftp://example.org/",
        ] {
            check(inside, Err(()));
        }
        check("https://example.org/", Ok(Trust::Stranger));
        check("https://1.1.1.1/", Ok(Trust::Stranger));
        check("https://[2606:4700::1111]/", Ok(Trust::Stranger));
    }

    #[tokio::test]
    async fn names_that_lead_inside_are_refused_after_they_were_looked_up() {
        let found = PublicOnly.resolve("localhost".parse().unwrap()).await;
        assert!(found.is_err_and(|error| error.is::<PrivateAddress>()));
    }

    #[test]
    fn the_operator_may_name_a_host_and_port_inside() {
        check("http://127.0.0.1:7070/mastodon", Ok(Trust::Named));
        check("http://sim.test/", Ok(Trust::Named));
        check("http://sim.test:81/", Err(()));
    }
}
