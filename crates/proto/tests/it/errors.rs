//! Errors arrive as they were sent; what goes wrong on the way is told apart from them.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::Request;
use axum::middleware::{Next, from_fn};
use axum::response::Response;
use postern_domain::actor::Scope;
use postern_domain::ports::{Backend, Instance, Posts};
use postern_domain::post::PostRef;
use postern_domain::{BackendError, Code, Problem};
use postern_proto::{Client, ClientOptions, ConnectError};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::fake::Fake;
use crate::samples::{actor, info, post_id, problem};
use crate::wiring::{Listening, in_process, options, router};

fn errors() -> Vec<BackendError> {
    let bare = Problem::new(Code::NoChannel, "", "detail", "fix");
    let every_code = Code::ALL.iter().map(|code| Problem::new(*code, "/f", "d", "f"));
    let mut errors = vec![
        BackendError::Refused(vec![problem(), bare.clone()]),
        BackendError::Refused(every_code.collect()),
        BackendError::Conflict(problem()),
        BackendError::Conflict(bare),
        BackendError::not_found("post", post_id()),
        BackendError::not_found("media store", "ü and\nmore"),
        BackendError::Unauthenticated,
        BackendError::RateLimited {
            retry_after: Duration::new(3, 250_000_001),
        },
        BackendError::Unavailable { what: "database" },
        BackendError::Internal,
    ];
    errors.extend(Scope::ALL.map(BackendError::Forbidden));
    errors
}

async fn free_port() -> TcpListener {
    TcpListener::bind("127.0.0.1:0").await.unwrap()
}

#[tokio::test]
async fn every_error_arrives_as_it_was_sent() {
    for error in errors() {
        let fake: Arc<dyn Backend> = Arc::new(Fake::refusing(error.clone()));
        let listening = Listening::to(Arc::clone(&fake)).await;
        for client in [&in_process(fake), &listening.client] {
            let answer = client.post(&actor(), PostRef::Post(post_id())).await;
            assert_eq!(answer, Err(error.clone()));
        }
    }
}

#[tokio::test]
async fn a_refusal_may_have_hundreds_of_reasons() {
    let error = BackendError::Refused(vec![problem(); 500]);
    let listening = Listening::to(Arc::new(Fake::refusing(error.clone()))).await;
    assert_eq!(listening.client.info().await, Err(error));
}

#[tokio::test]
async fn a_backend_that_does_not_listen_is_unavailable() {
    let listener = free_port().await;
    let url = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let client = Client::connect_lazy(options(url)).unwrap();
    let away = BackendError::Unavailable { what: "backend" };
    assert_eq!(client.info().await, Err(away));
}

#[tokio::test]
async fn a_backend_that_does_not_answer_in_time_is_unavailable() {
    let stop = CancellationToken::new();
    let silence = from_fn(async |_: Request, _: Next| std::future::pending::<Response>().await);
    let silent = router(Arc::new(Fake::default()), &stop).layer(silence);
    let listening = Listening::serve(free_port().await, silent, stop);
    let hasty = ClientOptions {
        timeout: Duration::from_millis(50),
        ..options(listening.url.clone())
    };
    let client = Client::connect_lazy(hasty).unwrap();
    let away = BackendError::Unavailable { what: "backend" };
    assert_eq!(client.info().await, Err(away));
}

#[tokio::test]
async fn a_lost_connection_is_made_again() {
    // Two servers, one after the other, on one socket, so that nobody else can take the port in between.
    let socket = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    socket.set_nonblocking(true).unwrap();
    let second = TcpListener::from_std(socket.try_clone().unwrap()).unwrap();
    let first = TcpListener::from_std(socket).unwrap();
    let first = Listening::on(first, CancellationToken::new(), Arc::new(Fake::default()));
    let client = first.client.clone();
    assert_eq!(client.info().await, Ok(info()));
    first.stop.cancel();
    first.ended().await;
    let stop = CancellationToken::new();
    let refusing = Arc::new(Fake::refusing(BackendError::Internal));
    let _second = Listening::on(second, stop, refusing);
    assert_eq!(client.info().await, Err(BackendError::Internal));
}

#[tokio::test]
async fn a_listener_that_is_no_backend_is_a_defect_of_the_set_up() {
    let rest = Router::new().fallback(async || "something else");
    let listening = Listening::serve(free_port().await, rest, CancellationToken::new());
    assert!(listening.client.info().await.is_err());
}

#[tokio::test]
async fn addresses_and_tokens_that_cannot_work_are_refused_at_once() {
    for url in [
        "",
        "backend:5001",
        "https://backend:5001",
        "ftp://backend",
        "http//x",
    ] {
        let refused = Client::connect_lazy(options(url.to_owned())).err();
        assert!(matches!(refused, Some(ConnectError::Url { .. })), "{url}");
    }
    let broken = ClientOptions {
        token: postern_domain::secret::Secret::new("two\nlines"),
        ..options("http://backend:5001".to_owned())
    };
    let refused = Client::connect_lazy(broken).err();
    assert!(matches!(refused, Some(ConnectError::Token)));
}
