//! How requests travel, with the service token and the caller's own headers on each.

use std::time::Duration;

use http::header::AUTHORIZATION;
use http::{HeaderMap, HeaderValue, Request, Response};
use tonic::Status;
use tonic::body::Body;
use tonic::transport::Endpoint;
use tower::ServiceExt;
use tower::util::BoxCloneSyncService;

use super::{ClientOptions, ConnectError};

/// Takes requests to a backend, wherever it is.
pub(super) type Transport = BoxCloneSyncService<Request<Body>, Response<Body>, Status>;

const CONNECT_TIMEOUT: Duration = Duration::from_secs(2);

/// A connection without any traffic is probed after this time, so that streams notice a backend that vanished.
const KEEP_ALIVE: Duration = Duration::from_secs(20);
const KEEP_ALIVE_TIMEOUT: Duration = Duration::from_secs(10);

/// Error details travel in headers; a refusal of a large post has many.
const HEADERS_MAX: u32 = 1024 * 1024;

/// A transport over a connection that is made when it is needed.
pub(super) fn remote(options: &ClientOptions) -> Result<Transport, ConnectError> {
    let refused = || ConnectError::Url {
        url: options.url.clone(),
    };
    let endpoint = Endpoint::from_shared(options.url.clone()).map_err(|_| refused())?;
    if endpoint.uri().scheme_str() != Some("http") || endpoint.uri().host().is_none() {
        return Err(refused());
    }
    let channel = endpoint
        .connect_timeout(CONNECT_TIMEOUT)
        .timeout(options.timeout)
        .tcp_nodelay(true)
        .http2_keep_alive_interval(KEEP_ALIVE)
        .keep_alive_timeout(KEEP_ALIVE_TIMEOUT)
        .keep_alive_while_idle(true)
        .http2_max_header_list_size(HEADERS_MAX)
        .connect_lazy();
    Ok(BoxCloneSyncService::new(
        channel
            .map_request(stamp(options)?)
            .map_err(|error| Status::from_error(error.into())),
    ))
}

/// A transport into a router in the same process.
pub(super) fn in_process(router: axum::Router, options: &ClientOptions) -> Result<Transport, ConnectError> {
    let stamp = stamp(options)?;
    Ok(BoxCloneSyncService::new(
        router
            .into_service()
            .map_request(move |request| stamp(request).map(axum::body::Body::new))
            .map_response(|response: Response<axum::body::Body>| response.map(Body::new))
            .map_err(|never| match never {}),
    ))
}

/// Puts the token and the caller's headers on a request.
fn stamp(
    options: &ClientOptions,
) -> Result<impl Fn(Request<Body>) -> Request<Body> + Clone + Send + Sync + 'static, ConnectError> {
    let mut bearer = HeaderValue::from_str(&format!("Bearer {}", options.token.reveal()))
        .map_err(|_| ConnectError::Token)?;
    bearer.set_sensitive(true);
    let on_request: fn(&mut HeaderMap) = options.on_request;
    Ok(move |mut request: Request<Body>| {
        on_request(request.headers_mut());
        request.headers_mut().insert(AUTHORIZATION, bearer.clone());
        request
    })
}
