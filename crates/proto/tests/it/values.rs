//! Values and texts of any shape.

use std::sync::Arc;

use postern_domain::content::{Block, Document, Span, Target};
use postern_domain::ports::{Channels, HelperCall, Posts};
use postern_domain::post::{Intent, NewEntry, NewPost};
use postern_domain::time::{PublishAt, Timestamp, Zone};
use postern_domain::value::Value;
use proptest::prelude::*;

use crate::fake::{Call, Fake};
use crate::samples::{actor, channel_id};
use crate::wiring::in_process;

fn values() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::Bool),
        any::<i64>().prop_map(Value::Integer),
        (-1e300..1e300).prop_map(Value::Number),
        any::<String>().prop_map(Value::Text),
    ];
    leaf.prop_recursive(4, 32, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::List),
            prop::collection::btree_map(any::<String>(), inner, 0..6).prop_map(Value::Map),
        ]
    })
}

fn spans() -> impl Strategy<Value = Vec<Span>> {
    // Texts do not print, so strategies are of plain parts until the last step.
    let target = prop::option::of((any::<bool>(), any::<String>()));
    let span = (any::<String>(), any::<bool>(), any::<bool>(), target);
    let span = span.prop_map(|(text, strong, underline, target)| Span {
        text,
        strong,
        underline,
        target: target.map(|(is_link, to)| {
            if is_link {
                Target::Link(to)
            } else {
                Target::Mention(to)
            }
        }),
    });
    prop::collection::vec(span, 0..4)
}

fn documents() -> impl Strategy<Value = Document> {
    let block = prop_oneof![
        spans().prop_map(Block::Paragraph),
        (any::<u8>(), spans()).prop_map(|(level, spans)| Block::Heading(level, spans)),
        prop::collection::vec(spans(), 0..3).prop_map(Block::List),
    ];
    let blocks = prop::collection::vec(block, 0..4);
    (blocks, any::<bool>()).prop_map(|(blocks, plain)| Document { blocks, plain })
}

fn times() -> impl Strategy<Value = PublishAt> {
    let zones = prop::sample::select(vec!["UTC", "Europe/Berlin", "Asia/Kathmandu", "America/New_York"]);
    // From 1970 to 2096, in microseconds.
    (0..4_000_000_000_000_000_i64, zones)
        .prop_map(|(micros, zone)| PublishAt::at(Timestamp::from_micros(micros), Zone::parse(zone).unwrap()))
}

fn wait<T>(task: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(task)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn values_come_back_as_they_went(value in values()) {
        let client = in_process(Arc::new(Fake::default()));
        let arguments = [("value".to_owned(), value)].into();
        let call = HelperCall { channel: channel_id(), helper: String::new(), arguments };
        let answer = wait(client.help(&actor(), call.clone()));
        prop_assert_eq!(answer, Ok(Value::Map(call.arguments)));
    }

    #[test]
    fn posts_arrive_as_they_were_written(content in documents(), at in times(), nanos: u64) {
        let fake = Arc::new(Fake::default());
        let client = in_process(Arc::clone(&fake) as _);
        let delay = std::time::Duration::from_nanos(nanos);
        let post = NewPost {
            intent: Intent::Draft(Some(at)),
            entries: vec![NewEntry { content, media: Vec::new(), delay }],
            targets: Vec::new(),
            tags: Vec::new(),
            recurrence: None,
        };
        wait(client.create_post(&actor(), post.clone(), None)).unwrap();
        // Texts do not print, so equality is all there is to look at.
        prop_assert!(fake.take_calls() == [Call::CreatePost(actor(), Box::new(post), None)]);
    }
}
