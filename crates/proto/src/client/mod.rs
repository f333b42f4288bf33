//! The calling side: the backend port over a connection, or over a router in the same process.

mod transport;

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

use std::time::Duration;

use http::HeaderMap;
use postern_domain::BackendError;
use postern_domain::secret::Secret;
use tonic::{Response, Status};

use crate::v1::channel_service_client::ChannelServiceClient;
use crate::v1::dead_letter_service_client::DeadLetterServiceClient;
use crate::v1::dispatch_service_client::DispatchServiceClient;
use crate::v1::instance_service_client::InstanceServiceClient;
use crate::v1::key_service_client::KeyServiceClient;
use crate::v1::media_service_client::MediaServiceClient;
use crate::v1::member_service_client::MemberServiceClient;
use crate::v1::pause_service_client::PauseServiceClient;
use crate::v1::plan_service_client::PlanServiceClient;
use crate::v1::post_service_client::PostServiceClient;
use crate::v1::watch_service_client::WatchServiceClient;
use crate::{MESSAGE_MAX, fault};
use transport::Transport;

/// How to reach a backend.
#[derive(Debug, Clone)]
pub struct ClientOptions {
    /// Where it listens: `http://backend:5001`. Services talk inside one network, so there is no TLS.
    pub url: String,
    /// The token that services know each other by.
    pub token: Secret,
    /// What public addresses of files begin with, without the slash before the file's key:
    /// `https://posts.example.org/uploads`, or the public address of the bucket.
    pub public_media_base: String,
    /// Called with the headers of each request before it is sent: the place to carry trace context.
    pub on_request: fn(&mut HeaderMap),
    /// How long an answer may take. Streams only have to begin within this time.
    pub timeout: Duration,
}

/// Why a client cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    /// Not an address a client can call.
    #[error("{url} is not an address of the form http://host:port")]
    Url {
        /// The address as given.
        url: String,
    },
    /// The token cannot stand in a header.
    #[error("the service token has characters that a header cannot carry")]
    Token,
}

/// A backend somewhere else. Cheap to clone; all clones share one connection.
#[derive(Clone)]
pub struct Client {
    transport: Transport,
    public_media_base: String,
}

impl Client {
    /// A client that connects with its first call, and again whenever the connection is lost.
    ///
    /// Errors: an address or token that no call could be made with. Must be called inside a Tokio runtime.
    pub fn connect_lazy(options: ClientOptions) -> Result<Self, ConnectError> {
        let transport = transport::remote(&options)?;
        Ok(Self::over(transport, options.public_media_base))
    }

    /// A client of [`crate::routes`] in the same process, without sockets; `url` and `timeout` mean nothing here.
    ///
    /// Errors: a token that cannot stand in a header.
    pub fn in_process(router: axum::Router, options: ClientOptions) -> Result<Self, ConnectError> {
        let transport = transport::in_process(router, &options)?;
        Ok(Self::over(transport, options.public_media_base))
    }

    fn over(transport: Transport, mut public_media_base: String) -> Self {
        let end = public_media_base.trim_end_matches('/').len();
        public_media_base.truncate(end);
        Self {
            transport,
            public_media_base,
        }
    }
}

macro_rules! services {
    ($($name:ident: $client:ident;)+) => {
        impl Client {
            $(fn $name(&self) -> $client<Transport> {
                $client::new(self.transport.clone())
                    .max_decoding_message_size(MESSAGE_MAX)
                    .max_encoding_message_size(MESSAGE_MAX)
            })+
        }
    };
}

services! {
    channel_service: ChannelServiceClient;
    dead_letter_service: DeadLetterServiceClient;
    dispatch_service: DispatchServiceClient;
    instance_service: InstanceServiceClient;
    key_service: KeyServiceClient;
    media_service: MediaServiceClient;
    member_service: MemberServiceClient;
    pause_service: PauseServiceClient;
    plan_service: PlanServiceClient;
    post_service: PostServiceClient;
    watch_service: WatchServiceClient;
}

/// What a call answered.
fn answer<M>(result: Result<Response<M>, Status>) -> Result<M, BackendError> {
    result
        .map(Response::into_inner)
        .map_err(|status| fault::error(&status))
}
