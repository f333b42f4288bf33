//! Fetching files from addresses that users give.

mod address;
mod guard;

use std::time::Duration;

use futures::{StreamExt, TryStreamExt};
use postern_domain::ports::{ByteStream, MediaError, StorePolicy};
use reqwest::header::LOCATION;
use reqwest::redirect::Policy;
use reqwest::{Client, ClientBuilder, Response};
use url::Url;

use crate::refusal::Origin;
use crate::{failed, refusal};
pub use address::is_public;
use guard::{Forbidden, Resolver};

/// Redirects that are followed, each checked like the first address.
const MOST_REDIRECTS: usize = 5;

/// How long a connection may be in the making, how long it may be silent, and how long all may take.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
const SILENCE: Duration = Duration::from_secs(30);
const WHOLE_TIMEOUT: Duration = Duration::from_mins(10);

/// Endings of the path that an address must have where only https is taken.
///
/// Source: the compatible REST contract, upload from URL.
const EXTENSIONS: [&str; 6] = [".png", ".jpg", ".jpeg", ".gif", ".webp", ".mp4"];

/// Where files may be fetched from besides public addresses.
#[derive(Debug, Clone, Default)]
pub struct FetchPolicy {
    /// Everywhere, for installations in a closed network.
    pub allow_private: bool,
    /// These servers, as `host:port`, such as that of the sandbox.
    pub allowed_hosts: Vec<String>,
}

/// Fetches files for a store.
pub(crate) struct Fetcher {
    policy: FetchPolicy,
    /// Reaches public addresses alone.
    guarded: Client,
    /// Reaches everything, for what the policy allows.
    open: Client,
}

impl Fetcher {
    pub(crate) fn new(policy: FetchPolicy) -> Result<Self, MediaError> {
        let build = |builder: ClientBuilder| {
            builder
                .connect_timeout(CONNECT_TIMEOUT)
                .read_timeout(SILENCE)
                .timeout(WHOLE_TIMEOUT)
                .redirect(Policy::none())
                // A proxy would look names up itself, behind the guard's back.
                .no_proxy()
                .user_agent("Postern")
                .build()
                .map_err(|error| failed("set up a client", error))
        };
        Ok(Self {
            policy,
            guarded: build(Client::builder().dns_resolver(Resolver))?,
            open: build(Client::builder())?,
        })
    }

    /// The content behind an address, once a server gives one, and the host that gives it. Errors name the host and nothing else of the
    /// address.
    pub(crate) async fn fetch(
        &self,
        url: &str,
        https_only: bool,
        policy: StorePolicy,
    ) -> Result<(ByteStream, String), MediaError> {
        let mut url = Url::parse(url.trim()).map_err(|_| {
            refusal::url(
                "this is not a URL",
                "give an absolute URL such as https://example.org/picture.jpg",
                None,
            )
        })?;
        if https_only {
            check_extension(&url)?;
        }
        for _ in 0..=MOST_REDIRECTS {
            let client = self.client_for(&url, https_only)?;
            let response = client
                .get(url.clone())
                .send()
                .await
                .map_err(|error| request_error(&error, &url))?;
            match redirect_of(&response, &url)? {
                Some(next) => url = next,
                None => return Ok((accept(response, &url, policy)?, host(&url).to_owned())),
            }
        }
        Err(refusal::fetch("the URL redirects too often", host(&url)))
    }

    /// The client that may open this address; a refusal when none may.
    fn client_for(&self, url: &Url, https_only: bool) -> Result<&Client, MediaError> {
        guard::check_form(url, https_only)?;
        if self.policy.allow_private || self.is_allowed_host(url) {
            return Ok(&self.open);
        }
        // Names are judged by the resolver, which never sees a literal address.
        if guard::is_private_literal(url) {
            return Err(refusal::private(host(url)));
        }
        Ok(&self.guarded)
    }

    fn is_allowed_host(&self, url: &Url) -> bool {
        let (Some(host), Some(port)) = (url.host_str(), url.port_or_known_default()) else {
            return false;
        };
        let place = format!("{host}:{port}");
        self.policy
            .allowed_hosts
            .iter()
            .any(|allowed| allowed.eq_ignore_ascii_case(&place))
    }
}

fn check_extension(url: &Url) -> Result<(), MediaError> {
    let path = url.path().to_ascii_lowercase();
    if EXTENSIONS.iter().any(|extension| path.ends_with(extension)) {
        return Ok(());
    }
    Err(refusal::url(
        &format!("the path of the URL ends in none of {}", EXTENSIONS.join(" ")),
        "give the URL of the file itself, or upload the file",
        url.host_str(),
    ))
}

/// Where a response sends the client, if anywhere.
fn redirect_of(response: &Response, url: &Url) -> Result<Option<Url>, MediaError> {
    if !matches!(response.status().as_u16(), 301 | 302 | 303 | 307 | 308) {
        return Ok(None);
    }
    let next = response
        .headers()
        .get(LOCATION)
        .and_then(|location| location.to_str().ok())
        .and_then(|location| url.join(location).ok());
    next.map(Some)
        .ok_or_else(|| refusal::fetch("the URL redirects to nowhere", host(url)))
}

fn accept(response: Response, url: &Url, policy: StorePolicy) -> Result<ByteStream, MediaError> {
    if !response.status().is_success() {
        let detail = format!("the server answered {}", response.status().as_u16());
        return Err(refusal::fetch(detail, host(url)));
    }
    let largest = policy.max_video_bytes.max(policy.max_image_bytes);
    if let Some(length) = response.content_length().filter(|length| *length > largest) {
        let origin = Origin::Host(host(url).to_owned());
        return Err(refusal::too_large(&origin, Some(length), largest));
    }
    let pieces = response
        .bytes_stream()
        .map_ok(Vec::from)
        .map_err(|error| std::io::Error::other(error.without_url()));
    Ok(pieces.boxed())
}

fn request_error(error: &reqwest::Error, url: &Url) -> MediaError {
    if Forbidden::caused(error) {
        return refusal::private(host(url));
    }
    let detail = if error.is_timeout() {
        "the server did not answer in time"
    } else if error.is_connect() {
        "the server cannot be reached"
    } else {
        "the server broke off"
    };
    refusal::fetch(detail, host(url))
}

fn host(url: &Url) -> &str {
    url.host_str().unwrap_or_default()
}
