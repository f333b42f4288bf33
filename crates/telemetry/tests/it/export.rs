//! Spans on their way to a collector.

use postern_telemetry::testsuite::Collector;
use postern_telemetry::{Options, init, propagate};

#[tokio::test(flavor = "multi_thread")]
async fn spans_arrive_with_parents_links_and_service() {
    let collector = Collector::start().await.expect("a port is free");
    let guard = init(&Options {
        service_name: "postern-test".into(),
        otlp_endpoint: Some(collector.endpoint().to_owned()),
        ..Options::default()
    })
    .expect("the options are right");

    let caused = tracing::info_span!("job.publish", provider = "mastodon");
    tracing::info_span!("app.posts.create").in_scope(|| {
        let traceparent = propagate::current_traceparent().expect("a span is current");
        propagate::link_to(&caused, &traceparent);
        tracing::info_span!("storage.posts.insert").in_scope(|| ());
    });
    drop(caused);
    guard.shutdown().await;

    let spans = collector.spans();
    let named = |name: &str| {
        spans
            .iter()
            .find(|span| span.name == name)
            .expect("the span arrived")
    };
    let (create, insert, job) = (
        named("app.posts.create"),
        named("storage.posts.insert"),
        named("job.publish"),
    );
    assert!(spans.iter().all(|span| span.service == "postern-test"));
    assert_eq!(
        (&insert.trace_id, &insert.parent_id),
        (&create.trace_id, &create.span_id)
    );
    assert_ne!(job.trace_id, create.trace_id);
    assert!(job.links.contains(&create.trace_id), "{job:?}");
    assert!(
        job.attributes.contains(&("provider".into(), "mastodon".into())),
        "{job:?}"
    );
}
