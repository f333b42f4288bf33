use postern_domain::Actor;
use postern_domain::channel::Slot;
use postern_domain::event::Event;
use postern_domain::post::{NewPost, PostView};
use postern_domain::publication::{Attempt, Lease, Outcome};
use postern_domain::value::Value;

use super::*;
use crate::v1;

const WORKSPACE: &str = "ws_00000000000000000000000000";

fn actor() -> v1::Actor {
    v1::Actor {
        workspace: WORKSPACE.into(),
        role: v1::Role::Owner.into(),
        door: v1::Door::Web.into(),
        ..v1::Actor::default()
    }
}

#[track_caller]
fn check<D>(result: Result<D, ConvertError>, field: &str, reason: &str) {
    let error = result.err().map(|error| (error.field, error.reason));
    assert_eq!(error, Some((field.to_owned(), reason)));
}

#[test]
fn errors_name_the_field_and_never_what_stood_in_it() {
    let strange = v1::Actor {
        key: Some("ptz_hush".into()),
        ..actor()
    };
    let error = needed::<_, Actor>(Some(strange), "actor").unwrap_err();
    assert_eq!(error.to_string(), "field actor.key is not an id");
    let status = tonic::Status::from(error);
    assert_eq!(status.code(), tonic::Code::InvalidArgument);
    assert_eq!(status.message(), "field actor.key is not an id");
}

#[test]
fn what_must_be_there_is_missed() {
    check(needed::<v1::Actor, Actor>(None, "actor"), "actor", "absent");
    check(Value::try_from(v1::Value::default()), "kind", "absent");
    check(Event::try_from(v1::Event::default()), "kind", "absent");
    check(Outcome::try_from(v1::Outcome::default()), "kind", "absent");
    check(PostView::try_from(v1::PostView::default()), "post", "absent");
    let post = v1::NewPost {
        intent: Some(v1::Intent {
            kind: Some(v1::intent::Kind::Now(v1::Mark {})),
        }),
        entries: vec![v1::NewEntry::default()],
        ..v1::NewPost::default()
    };
    check(NewPost::try_from(post), "entries.content", "absent");
}

#[test]
fn values_that_are_not_known_are_refused() {
    check(Lease::try_from(v1::Lease::default()), "publication", "not an id");
    for (role, reason) in [(0, "absent"), (99, "not a known value")] {
        check(Actor::try_from(v1::Actor { role, ..actor() }), "role", reason);
    }
    let scopes = vec![v1::Scope::Admin.into(), 99];
    let strange = v1::Actor { scopes, ..actor() };
    check(Actor::try_from(strange), "scopes", "not a known value");
    check(zone("Europe/Atlantis", "zone"), "zone", "not a time zone");
}

#[test]
fn numbers_out_of_range_are_refused() {
    let slot = v1::Slot {
        weekday: Some(256),
        minute: 0,
    };
    check(Slot::try_from(slot), "weekday", "out of range");
    let slot = v1::Slot {
        weekday: None,
        minute: 65_536,
    };
    check(Slot::try_from(slot), "minute", "out of range");
    let span = v1::Duration {
        seconds: u64::MAX,
        nanos: 1_000_000_000,
    };
    let refused = std::time::Duration::try_from(span);
    check(refused, "nanos", "out of range");
    let attempt = v1::Attempt {
        id: "att_00000000000000000000000000".into(),
        publication: "pub_00000000000000000000000000".into(),
        trace: Some(v1::Trace {
            status: Some(70_000),
            ..v1::Trace::default()
        }),
        ..v1::Attempt::default()
    };
    check(Attempt::try_from(attempt), "trace.status", "out of range");
}

#[test]
fn texts_deep_within_values_are_found() {
    let broken = v1::Value {
        kind: Some(v1::value::Kind::List(v1::ValueList {
            items: vec![v1::Value::default()],
        })),
    };
    check(Value::try_from(broken), "list.kind", "absent");
}
