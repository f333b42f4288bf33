//! Sending.

use std::collections::BTreeSet;
use std::error::Error as _;
use std::fmt;
use std::io;
use std::sync::OnceLock;
use std::time::Duration;

use futures::StreamExt;
use postern_domain::ports::ByteStream;
use reqwest::redirect::Policy;
use reqwest::{Body, Client, Request, RequestBuilder, multipart};
use tokio::time::Instant;
use tracing::{Instrument, Span, field};
use url::Url;

use super::call::{Call, Part, PartContent, Payload};
use super::guard::{self, PrivateAddress, PublicOnly, Trust};
use super::lost::Lost;
use super::reply::Reply;
use crate::redact::Redactions;

/// How long a connection may take to stand.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// How long an unused connection is kept; shorter than what servers commonly keep, so that few are found dead.
const IDLE: Duration = Duration::from_secs(20);

/// The largest answer, in bytes.
const MAX_REPLY: usize = 4 * 1024 * 1024;

/// The guarded client. Two pools: one for hosts that the operator named, one for everybody else's.
pub struct Http {
    named: BTreeSet<String>,
    allow_private: bool,
    to_named: OnceLock<Client>,
    to_strangers: OnceLock<Client>,
}

impl fmt::Debug for Http {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Http")
            .field("named", &self.named)
            .finish_non_exhaustive()
    }
}

impl Http {
    /// A client that may also reach the given base addresses where they lie inside, or everything inside with
    /// `allow_private`.
    pub fn new<'a>(named: impl IntoIterator<Item = &'a str>, allow_private: bool) -> Self {
        let named = named.into_iter().filter_map(|base| Url::parse(base).ok());
        Self {
            named: named.map(|url| guard::origin(&url)).collect(),
            allow_private,
            to_named: OnceLock::new(),
            to_strangers: OnceLock::new(),
        }
    }

    /// Whether Postern would go to this address at all.
    pub fn allows(&self, url: &str) -> Result<(), &'static str> {
        let url = Url::parse(url).map_err(|_| "it is not a web address")?;
        guard::judge(&url, &self.named, self.allow_private).map(|_| ())
    }

    /// Sends one request and reads its whole answer, at the latest until `deadline`.
    pub(crate) async fn send(
        &self,
        call: Call,
        deadline: Instant,
        redactions: &Redactions,
    ) -> Result<Reply, Lost> {
        let Some(url) = call.address() else {
            return Err(Lost::Refused {
                host: String::new(),
                why: "it is not a web address",
            });
        };
        let host = url.host_str().unwrap_or_default().to_owned();
        let span = tracing::info_span!(
            "provider.http",
            otel.kind = "client",
            http.request.method = %call.method,
            server.address = %host,
            http.response.status_code = field::Empty,
            duration_ms = field::Empty,
        );
        let started = Instant::now();
        let result = self
            .exchange(call, url, host, deadline, redactions)
            .instrument(span.clone())
            .await;
        finish_span(&span, started, &result);
        result
    }

    async fn exchange(
        &self,
        call: Call,
        url: Url,
        host: String,
        deadline: Instant,
        redactions: &Redactions,
    ) -> Result<Reply, Lost> {
        let trust = guard::judge(&url, &self.named, self.allow_private).map_err(|why| Lost::Refused {
            host: host.clone(),
            why,
        })?;
        let Some(client) = self.client(trust) else {
            return Err(Lost::Unreachable {
                host,
                why: "the client could not be built",
            });
        };
        let left = deadline.saturating_duration_since(Instant::now());
        let timeout = call.timeout.min(left);
        if timeout.is_zero() {
            return Err(Lost::Unreachable {
                host,
                why: "there was no time left",
            });
        }
        let hidden = call.hides_reply;
        let mut request =
            request(client, call, url).ok_or_else(|| Lost::Unreadable { host: host.clone() })?;
        *request.timeout_mut() = Some(timeout);
        let response = client
            .execute(request)
            .await
            .map_err(|error| lost(&error, &host))?;
        let status = response.status().as_u16();
        let headers = response.headers().clone();
        let body = read(response, &host).await?;
        Ok(Reply {
            status,
            headers,
            body,
            hidden,
            redactions: redactions.clone(),
        })
    }

    fn client(&self, trust: Trust) -> Option<&Client> {
        let (slot, guarded) = match trust {
            Trust::Named => (&self.to_named, false),
            Trust::Stranger => (&self.to_strangers, true),
        };
        if slot.get().is_none() {
            let client =
                build(guarded).map_err(|error| tracing::error!(error = %error, "http client not built"));
            if let Ok(client) = client {
                // Another task may have been first; its client serves as well.
                drop(slot.set(client));
            }
        }
        slot.get()
    }
}

fn build(guarded: bool) -> Result<Client, reqwest::Error> {
    // Whoever was first has set a provider already; both are the same.
    drop(rustls::crypto::ring::default_provider().install_default());
    let builder = Client::builder()
        .user_agent(concat!("Postern/", env!("CARGO_PKG_VERSION")))
        .redirect(Policy::none())
        .no_proxy()
        .tcp_nodelay(true)
        .connect_timeout(CONNECT_TIMEOUT)
        .pool_idle_timeout(IDLE);
    let builder = if guarded {
        builder.dns_resolver(PublicOnly)
    } else {
        builder
    };
    builder.build()
}

fn request(client: &Client, call: Call, url: Url) -> Option<Request> {
    let mut request = Request::new(call.method, url);
    *request.headers_mut() = call.headers;
    let (mime, length, body) = match call.payload {
        Payload::Empty => return Some(request),
        Payload::Bytes { mime, bytes } => (mime, None, Body::from(bytes)),
        Payload::Form(fields) => {
            let text = url::form_urlencoded::Serializer::new(String::new())
                .extend_pairs(fields)
                .finish();
            (
                "application/x-www-form-urlencoded".to_owned(),
                None,
                Body::from(text),
            )
        }
        Payload::Stream {
            mime,
            length,
            content,
        } => (mime, Some(length), file_body(content)),
        Payload::Multipart(parts) => return with_form(client, request, parts),
    };
    let headers = request.headers_mut();
    headers.insert(http::header::CONTENT_TYPE, mime.parse().ok()?);
    if let Some(length) = length {
        headers.insert(http::header::CONTENT_LENGTH, length.into());
    }
    *request.body_mut() = Some(body);
    Some(request)
}

fn with_form(client: &Client, request: Request, parts: Vec<Part>) -> Option<Request> {
    let mut form = multipart::Form::new();
    for part in parts {
        let content = match part.content {
            PartContent::Text(text) => multipart::Part::text(text),
            PartContent::Stream { length, content } => {
                multipart::Part::stream_with_length(file_body(content), length)
            }
        };
        let content = match part.file {
            Some((name, mime)) => content.file_name(name).mime_str(&mime).ok()?,
            None => content,
        };
        form = form.part(part.name, content);
    }
    RequestBuilder::from_parts(client.clone(), request)
        .multipart(form)
        .build()
        .ok()
}

/// A failing file ends the request with an error that [`lost`] recognises.
#[derive(Debug, thiserror::Error)]
#[error("the file could not be read")]
struct FileFailed(#[source] io::Error);

fn file_body(content: ByteStream) -> Body {
    Body::wrap_stream(content.map(|chunk| chunk.map_err(FileFailed)))
}

async fn read(mut response: reqwest::Response, host: &str) -> Result<Vec<u8>, Lost> {
    let mut body = Vec::new();
    while let Some(chunk) = response
        .chunk()
        .await
        .map_err(|error| answered_badly(&error, host))?
    {
        if body.len() + chunk.len() > MAX_REPLY {
            return Err(Lost::Unanswered {
                host: host.to_owned(),
                why: "the answer is too large",
            });
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

fn answered_badly(error: &reqwest::Error, host: &str) -> Lost {
    let why = if error.is_timeout() {
        "the answer took too long"
    } else {
        "the answer broke off"
    };
    Lost::Unanswered {
        host: host.to_owned(),
        why,
    }
}

fn lost(error: &reqwest::Error, host: &str) -> Lost {
    let host = host.to_owned();
    let mut source = error.source();
    while let Some(cause) = source {
        if cause.is::<PrivateAddress>() {
            return Lost::Refused {
                host,
                why: "it leads to a private address",
            };
        }
        if cause.is::<FileFailed>() {
            return Lost::Unreadable { host };
        }
        source = cause.source();
    }
    if error.is_builder() {
        return Lost::Refused {
            host,
            why: "the request could not be written",
        };
    }
    if error.is_connect() {
        let why = match (error.is_dns(), error.is_timeout()) {
            (true, _) => "its name is unknown",
            (false, true) => "the connection took too long",
            (false, false) => "the connection failed",
        };
        return Lost::Unreachable { host, why };
    }
    let why = if error.is_timeout() {
        "it took too long"
    } else {
        "the connection broke off"
    };
    Lost::Unanswered { host, why }
}

fn finish_span(span: &Span, started: Instant, result: &Result<Reply, Lost>) {
    let took = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
    span.record("duration_ms", took);
    let _entered = span.enter();
    match result {
        Ok(reply) => {
            span.record("http.response.status_code", reply.status);
            tracing::debug!("platform answered");
        }
        Err(lost) => tracing::debug!(error = %lost, "platform did not answer"),
    }
}
