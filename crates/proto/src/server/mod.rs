//! The answering side: any backend, behind the service token.

mod gate;

mod channels;
mod dispatch;
mod instance;
mod keys;
mod media;
mod members;
mod pauses;
mod plan;
mod posts;
mod watch;

use std::convert::Infallible;
use std::sync::Arc;

use axum::Router;
use http::{Request, Response};
use postern_domain::ports::Backend;
use postern_domain::secret::Secret;
use tokio_util::sync::CancellationToken;
use tonic::body::Body;
use tonic::server::NamedService;
use tower::limit::GlobalConcurrencyLimitLayer;
use tower::{Service, ServiceExt};

use crate::MESSAGE_MAX;
use crate::v1::channel_service_server::ChannelServiceServer;
use crate::v1::dead_letter_service_server::DeadLetterServiceServer;
use crate::v1::dispatch_service_server::DispatchServiceServer;
use crate::v1::instance_service_server::InstanceServiceServer;
use crate::v1::key_service_server::KeyServiceServer;
use crate::v1::media_service_server::MediaServiceServer;
use crate::v1::member_service_server::MemberServiceServer;
use crate::v1::pause_service_server::PauseServiceServer;
use crate::v1::plan_service_server::PlanServiceServer;
use crate::v1::post_service_server::PostServiceServer;
use crate::v1::watch_service_server::WatchServiceServer;

/// Most calls in work at once, over all services; further ones wait within their callers' deadlines. A stream counts
/// until it has begun.
const CONCURRENCY: usize = 256;

/// A backend and what its streams end with.
#[derive(Clone)]
struct Server {
    backend: Arc<dyn Backend>,
    stop: CancellationToken,
}

/// The routes of all services, to be merged into the router of a listener that speaks HTTP/2 without TLS.
///
/// Calls without `token` are refused; with an empty one all are. Streams end when `stop` is cancelled. The router
/// has no fallback of its own.
pub fn routes(backend: Arc<dyn Backend>, token: Secret, stop: CancellationToken) -> Router {
    let server = Server { backend, stop };
    let mut router = Router::new();
    macro_rules! mount {
        ($($service:ident),+ $(,)?) => {$(
            router = mount(
                router,
                $service::new(server.clone())
                    .max_decoding_message_size(MESSAGE_MAX)
                    .max_encoding_message_size(MESSAGE_MAX),
            );
        )+};
    }
    mount!(
        PlanServiceServer,
        PostServiceServer,
        ChannelServiceServer,
        MediaServiceServer,
        KeyServiceServer,
        MemberServiceServer,
        PauseServiceServer,
        DeadLetterServiceServer,
        DispatchServiceServer,
        WatchServiceServer,
        InstanceServiceServer,
    );
    let limit = GlobalConcurrencyLimitLayer::new(CONCURRENCY);
    let gate = axum::middleware::from_fn_with_state(Arc::new(token), gate::check);
    router.route_layer(limit).route_layer(gate)
}

fn mount<S>(router: Router, service: S) -> Router
where
    S: Service<Request<Body>, Response = Response<Body>, Error = Infallible>
        + NamedService
        + Clone
        + Send
        + Sync
        + 'static,
    S::Future: Send + 'static,
{
    let path = format!("/{}/{{*rest}}", S::NAME);
    let service = service.map_request(|request: Request<axum::body::Body>| request.map(Body::new));
    router.route_service(&path, service)
}
