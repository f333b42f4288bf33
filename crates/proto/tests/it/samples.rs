//! One value of each type with every field set, and all variants somewhere.

use std::collections::BTreeMap;
use std::time::Duration;

use postern_domain::actor::{Door, Scope};
use postern_domain::capability::{EntryPreview, Preview};
use postern_domain::channel::{Channel, Credential, Group, Health, Slot};
use postern_domain::content::{Block, Document, Editor, Span, Target};
use postern_domain::dead_letter::{DeadLetter, DeadLetterId};
use postern_domain::event::Event;
use postern_domain::failure::{ErrorClass, Failure, Trace};
use postern_domain::id::*;
use postern_domain::key::ApiKey;
use postern_domain::manifest::{
    Connect, Evidence, Field, FieldKind, Helper, Limits, Manifest, MediaLimit, ProviderId, Rate, RateScope,
    Thread,
};
use postern_domain::media::{Media, MediaKind};
use postern_domain::pause::{Held, Pause, PauseScope};
use postern_domain::ports::{
    Alert, Claimed, ClaimedEntry, ClaimedMedia, InstanceInfo, PunctualityRow, Report, Shifted, SignedIn,
    TargetPreview, Work,
};
use postern_domain::post::{
    AttachedMedia, Entry, Intent, MediaRef, MediaUse, NewEntry, NewPost, NewTarget, Post, PostState,
    PostView, PublicationView, Version,
};
use postern_domain::publication::{
    Armed, Attempt, Detection, Lease, Outcome, Publication, Release, State, Step,
};
use postern_domain::rate::{Crowding, RateHint};
use postern_domain::recurrence::{
    Frequency, InSeries, NewRecurrence, Place, Recurrence, RecurrenceState, RecurrenceView, Rule, RuleDraft,
};
use postern_domain::review::{Rejection, Review, Verdict};
use postern_domain::secret::Secret;
use postern_domain::time::{PublishAt, Timestamp, Zone, parse_local};
use postern_domain::value::{Settings, Value};
use postern_domain::workspace::{Person, Role, Session, Workspace};
use postern_domain::{Actor, Code, Problem};

pub(crate) fn at(micros: i64) -> Timestamp {
    Timestamp::from_micros(1_700_000_000_000_000 + micros)
}

pub(crate) fn workspace_id() -> WorkspaceId {
    WorkspaceId::from_bits(11)
}

pub(crate) fn post_id() -> PostId {
    PostId::from_bits(12)
}

pub(crate) fn publication_id() -> PublicationId {
    PublicationId::from_bits(13)
}

pub(crate) fn channel_id() -> ChannelId {
    ChannelId::from_bits(u128::MAX)
}

pub(crate) fn actor() -> Actor {
    Actor {
        workspace: workspace_id(),
        person: Some(PersonId::from_bits(1)),
        key: Some(KeyId::from_bits(2)),
        name: "a script".into(),
        role: Role::Editor,
        scopes: Scope::ALL.to_vec(),
        door: Door::Mcp,
    }
}

pub(crate) fn value() -> Value {
    Value::List(vec![
        Value::Null,
        Value::Bool(true),
        Value::Integer(i64::MIN),
        Value::Number(-0.25),
        Value::Text("text".into()),
        Value::Map(BTreeMap::from([("inner".into(), Value::List(Vec::new()))])),
    ])
}

pub(crate) fn settings() -> Settings {
    BTreeMap::from([("board".into(), "b1".into()), ("all".into(), value())])
}

pub(crate) fn publish_at() -> PublishAt {
    let zone = Zone::parse("Europe/Berlin").unwrap();
    // A wall time in the hour that is missing, which the instant alone would not give back.
    PublishAt::local(parse_local("2026-03-29T02:30:15.5").unwrap(), zone)
}

pub(crate) fn document() -> Document {
    let span = |text: &str, target| Span {
        text: text.into(),
        strong: true,
        underline: false,
        target,
    };
    Document {
        blocks: vec![
            Block::Paragraph(vec![
                span("a link", Some(Target::Link("https://example.org/".into()))),
                span("somebody", Some(Target::Mention("42".into()))),
            ]),
            Block::Heading(2, vec![span("a heading", None)]),
            Block::List(vec![vec![span("an item", None)], Vec::new()]),
            Block::Paragraph(Vec::new()),
        ],
        plain: false,
    }
}

pub(crate) fn media() -> Media {
    Media {
        id: MediaId::from_bits(3),
        workspace: workspace_id(),
        name: "cat.mp4".into(),
        kind: MediaKind::Video,
        mime: "video/mp4".into(),
        bytes: u64::MAX,
        hash: "ab".repeat(32),
        pixels: Some((1920, 1080)),
        duration: Some(Duration::new(12, 345_678_901)),
        key: "2026/11/20/cat.mp4".into(),
        alt: Some("a cat".into()),
        created_at: at(1),
    }
}

pub(crate) fn channel() -> Channel {
    Channel {
        id: channel_id(),
        workspace: workspace_id(),
        provider: ProviderId::of("mastodon"),
        remote_id: "example.org/7".into(),
        name: "A channel".into(),
        handle: "channel".into(),
        picture: Some("https://example.org/p.png".into()),
        health: Health::NeedsReconnect {
            reason: "the token was revoked".into(),
            since: at(2),
        },
        disabled: true,
        details: value(),
        group: Some(GroupId::from_bits(4)),
        grant_expires_at: Some(at(3)),
        created_at: at(4),
    }
}

/// The same with all that may be absent absent.
pub(crate) fn bare_channel() -> Channel {
    Channel {
        picture: None,
        health: Health::Connected,
        disabled: false,
        details: Value::Null,
        group: None,
        grant_expires_at: None,
        ..channel()
    }
}

pub(crate) fn credential() -> Credential {
    Credential {
        grant: Secret::new("{\"access\":\"hush\"}"),
        version: 9,
        expires_at: Some(at(5)),
    }
}

pub(crate) fn groups() -> Vec<Group> {
    vec![Group {
        id: GroupId::from_bits(4),
        name: "a customer".into(),
    }]
}

pub(crate) fn slots() -> Vec<Slot> {
    vec![
        Slot {
            weekday: None,
            minute: 1439,
        },
        Slot {
            weekday: Some(7),
            minute: 0,
        },
    ]
}

pub(crate) fn problem() -> Problem {
    Problem::new(
        Code::SettingInvalid,
        "/targets/0/settings/board",
        "no such board",
        "choose one",
    )
    .given("b1")
    .allowed("b2, b3")
}

pub(crate) fn manifests() -> Vec<Manifest> {
    let kinds = [
        FieldKind::Text { min: 1, max: 300 },
        FieldKind::Password,
        FieldKind::Url,
        FieldKind::Bool,
        FieldKind::Choice(vec![("public".into(), "Everybody".into())]),
        FieldKind::Integer {
            min: i64::MIN,
            max: i64::MAX,
        },
        FieldKind::Media,
        FieldKind::List,
    ];
    let fields: Vec<Field> = kinds
        .into_iter()
        .enumerate()
        .map(|(index, kind)| Field {
            key: format!("field-{index}"),
            label: "A field".into(),
            help: "Says something.".into(),
            kind,
            required: index % 2 == 0,
            default: (index % 2 == 1).then(value),
        })
        .collect();
    let window = Duration::from_millis(3_600_500);
    let first = Manifest {
        id: ProviderId::of("mastodon"),
        name: "Mastodon".into(),
        editor: Editor::Normal,
        lane: "mastodon".into(),
        connect: Connect::Redirect {
            fields: fields.clone(),
        },
        limits: Limits {
            text_max: 500,
            text_unit: "characters".into(),
            media_max: 4,
            media: vec![MediaLimit {
                kind: MediaKind::Image,
                mimes: vec!["image/jpeg".into(), "image/png".into()],
                max_bytes: 16_777_216,
                max_duration: Some(window),
            }],
            alone: vec![MediaKind::Gif, MediaKind::Document],
            media_required: true,
            alt_max: 1500,
        },
        thread: Thread::Comments { media: true },
        settings: fields.clone(),
        rules: "Be kind.".into(),
        helpers: vec![Helper {
            name: "boards".into(),
            description: "Finds boards".into(),
            arguments: vec![("query".into(), "What to look for".into(), "string".into())],
        }],
        evidence: Evidence::KeySafe { window },
        concurrency: 4,
        rates: vec![
            Rate {
                scope: RateScope::App,
                count: 300,
                window,
            },
            Rate {
                scope: RateScope::Channel,
                count: 30,
                window,
            },
        ],
    };
    let variants = [
        (Thread::None, Evidence::Queryable, Editor::Markdown),
        (Thread::Replies, Evidence::Listing, Editor::Html),
        (Thread::Comments { media: false }, Evidence::None, Editor::None),
        (
            Thread::None,
            Evidence::DuplicateRefusal { window },
            Editor::Normal,
        ),
    ];
    let more = variants.map(|(thread, evidence, editor)| Manifest {
        thread,
        evidence,
        editor,
        connect: Connect::Credentials {
            fields: fields.clone(),
        },
        ..first.clone()
    });
    std::iter::once(first.clone()).chain(more).collect()
}

pub(crate) fn new_post() -> NewPost {
    let entry = NewEntry {
        content: document(),
        media: vec![
            MediaUse {
                media: MediaRef::Id(MediaId::from_bits(3)),
                alt: Some("a cat".into()),
            },
            MediaUse {
                media: MediaRef::Url("https://example.org/cat.png".into()),
                alt: None,
            },
        ],
        delay: Duration::from_secs(90),
    };
    NewPost {
        intent: Intent::Schedule {
            at: publish_at(),
            past_is_now: true,
        },
        entries: vec![entry.clone()],
        targets: vec![
            NewTarget {
                channel: channel_id(),
                entries: Some(vec![entry]),
                settings: settings(),
            },
            NewTarget {
                channel: channel_id(),
                entries: Some(Vec::new()),
                settings: Settings::new(),
            },
            NewTarget {
                channel: channel_id(),
                entries: None,
                settings: Settings::new(),
            },
        ],
        tags: vec!["launch".into()],
        recurrence: Some(NewRecurrence::Rule(Box::new(rule()))),
    }
}

pub(crate) fn rule() -> Rule {
    let draft = RuleDraft {
        frequency: Frequency::Monthly,
        every: 2,
        weekdays: vec![5],
        nth: Some(-1),
        time: "09:30".into(),
        zone: "Europe/Berlin".into(),
        starts_on: "2026-11-27".into(),
        until: Some("2027-12-31".into()),
        skips: vec!["2027-01-29".into()],
        ..RuleDraft::default()
    };
    draft.check().unwrap()
}

pub(crate) fn recurrence_view() -> RecurrenceView {
    RecurrenceView {
        recurrence: Recurrence {
            id: RecurrenceId::from_bits(21),
            workspace: workspace_id(),
            template: post_id(),
            rule: rule(),
            state: RecurrenceState::Running,
            made_until: Some(rule().starts_on()),
            advance_at: Some(at(19)),
            version: 4,
            created_at: at(20),
            updated_at: at(21),
        },
        template: view(),
        next: Some(view()),
    }
}

pub(crate) fn shifted() -> Shifted {
    Shifted {
        post: post_id(),
        from: publish_at(),
        to: publish_at(),
    }
}

pub(crate) fn entry() -> Entry {
    Entry {
        content: document(),
        media: vec![AttachedMedia {
            media: media(),
            alt: Some("a cat".into()),
        }],
        delay: Duration::from_secs(90),
    }
}

pub(crate) fn failure(class: ErrorClass) -> Failure {
    Failure {
        class,
        code: "text_too_long".into(),
        provider_code: Some("422".into()),
        provider_message: Some("too long".into()),
        cause: "the platform refused it".into(),
        fix: "shorten it".into(),
        attempt: 2,
        at: at(6),
    }
}

pub(crate) fn classes() -> Vec<ErrorClass> {
    vec![
        ErrorClass::Reconnect,
        ErrorClass::Refresh,
        ErrorClass::RateLimited { until: None },
        ErrorClass::RateLimited { until: Some(at(7)) },
        ErrorClass::Transient,
        ErrorClass::Rejected,
        ErrorClass::Unconfirmed,
    ]
}

pub(crate) fn release() -> Release {
    Release {
        entry: 1,
        remote_id: "109".into(),
        url: Some("https://example.org/@a/109".into()),
        carry: Some("{}".into()),
        released_at: at(8),
    }
}

pub(crate) fn armed() -> Armed {
    Armed {
        at: at(9),
        key: "pub-1-0".into(),
    }
}

pub(crate) fn publication(state: State) -> Publication {
    Publication {
        id: publication_id(),
        workspace: workspace_id(),
        post: post_id(),
        channel: channel_id(),
        provider: ProviderId::of("mastodon"),
        lane: "mastodon".into(),
        publish_at: Some(at(10)),
        state,
        due_at: Some(at(11)),
        fence: u64::MAX,
        revision: 0,
        holder: Some("worker-1".into()),
        lease_until: Some(at(12)),
        entry: 1,
        entries: 3,
        step: Some(Step("{\"media\":[]}".into())),
        armed: Some(armed()),
        run: 4,
        tries: 5,
        attempts: 6,
        detections: 7,
        failure: Some(failure(ErrorClass::Rejected)),
        releases: vec![release()],
        settings: settings(),
        created_at: at(13),
        updated_at: at(14),
        published_at: Some(at(15)),
    }
}

/// A view with a publication in each state, the last of them with all that may be absent absent.
pub(crate) fn view() -> PostView {
    let mut publications: Vec<PublicationView> = State::ALL
        .into_iter()
        .zip(std::iter::once(None).chain(Held::ALL.map(Some)).cycle())
        .map(|(state, held)| PublicationView {
            publication: publication(state),
            channel: channel(),
            held,
        })
        .collect();
    publications.push(PublicationView {
        publication: Publication {
            publish_at: None,
            due_at: None,
            holder: None,
            lease_until: None,
            step: None,
            armed: None,
            failure: None,
            releases: Vec::new(),
            settings: Settings::new(),
            published_at: None,
            ..publication(State::Draft)
        },
        channel: bare_channel(),
        held: None,
    });
    PostView {
        post: Post {
            id: post_id(),
            workspace: workspace_id(),
            author: Some(PersonId::from_bits(1)),
            door: Door::Rest,
            publish_at: Some(publish_at()),
            draft: true,
            review: Some(Review {
                asked_by: "Eve".into(),
                asked_at: at(19),
                verdict: Some(Verdict {
                    by: "Ada".into(),
                    at: at(20),
                    rejected: Some(Rejection("no logo".into())),
                }),
            }),
            entries: vec![entry()],
            versions: vec![Version {
                channel: channel_id(),
                entries: vec![entry()],
            }],
            tags: vec!["launch".into()],
            version: 3,
            created_at: at(16),
            updated_at: at(17),
            trashed_at: Some(at(18)),
            series: Some(InSeries {
                recurrence: RecurrenceId::from_bits(21),
                place: Place::On(rule().starts_on()),
            }),
        },
        state: PostState::PartlyPublished,
        publications,
        crowding: vec![crowding()],
    }
}

pub(crate) fn previews() -> Vec<TargetPreview> {
    vec![TargetPreview {
        channel: channel(),
        preview: Preview {
            entries: vec![EntryPreview {
                text: "rendered".into(),
                length: 8,
                max: 500,
                unit: "characters".into(),
            }],
            problems: vec![problem()],
        },
        crowding: vec![crowding()],
    }]
}

pub(crate) fn attempts() -> Vec<Attempt> {
    let attempt = |class| Attempt {
        id: AttemptId::from_bits(5),
        publication: publication_id(),
        number: 1,
        entry: 0,
        started_at: at(19),
        ended_at: at(20),
        outcome: "released".into(),
        failure: class,
        trace: trace(),
    };
    let failed = classes().into_iter().map(|class| Some(failure(class)));
    failed.chain([None]).map(attempt).collect()
}

pub(crate) fn trace() -> Trace {
    Trace {
        operation: "commit".into(),
        status: Some(422),
        request_id: Some("r-1".into()),
        reply: Some("{}".into()),
        rates: [RateScope::App, RateScope::Channel]
            .map(|scope| RateHint {
                scope,
                remaining: 7,
                resets_at: at(21),
            })
            .to_vec(),
    }
}

pub(crate) fn crowding() -> Crowding {
    Crowding {
        channel: channel_id(),
        platform: "X".into(),
        scope: RateScope::App,
        planned: 22,
        allowed: 17,
        window: Duration::from_hours(24),
    }
}

pub(crate) fn punctuality() -> Vec<PunctualityRow> {
    vec![PunctualityRow {
        channel: channel_id(),
        day: "2026-11-20".into(),
        published: 1,
        failed: 2,
        unconfirmed: 3,
        median_late_ms: 4,
        worst_late_ms: 5,
    }]
}

pub(crate) fn key() -> ApiKey {
    ApiKey {
        id: KeyId::from_bits(2),
        workspace: workspace_id(),
        name: "a script".into(),
        hint: "wxyz".into(),
        scopes: vec![Scope::PostsWrite],
        created_at: at(21),
        expires_at: Some(at(22)),
        last_used_at: Some(at(23)),
    }
}

pub(crate) fn workspace() -> Workspace {
    Workspace {
        id: workspace_id(),
        name: "A workspace".into(),
        zone: Zone::utc(),
        lateness: Duration::from_hours(6),
        created_at: at(24),
    }
}

pub(crate) fn person() -> Person {
    Person {
        id: PersonId::from_bits(1),
        email: "somebody@example.org".into(),
        name: "Somebody".into(),
        created_at: at(25),
    }
}

pub(crate) fn session() -> Session {
    Session {
        id: SessionId::from_bits(6),
        person: PersonId::from_bits(1),
        workspace: workspace_id(),
        created_at: at(26),
        last_seen_at: at(27),
        expires_at: at(28),
        user_agent: "a browser".into(),
    }
}

pub(crate) fn signed_in() -> SignedIn {
    SignedIn {
        token: Secret::new("session-token"),
        expires_at: at(29),
        actor: actor(),
    }
}

pub(crate) fn lease() -> Lease {
    Lease {
        publication: publication_id(),
        fence: 8,
    }
}

pub(crate) fn claimed() -> Vec<Claimed> {
    let claimed = |work| Claimed {
        lease: lease(),
        now: at(29),
        lease_until: at(30),
        work,
        publication: publication(State::Preparing),
        channel: channel(),
        credential: credential(),
        entries: vec![ClaimedEntry {
            content: document(),
            media: vec![ClaimedMedia {
                media: media(),
                alt: Some("a cat".into()),
            }],
            delay: Duration::from_millis(1),
        }],
        traceparent: Some("00-11111111111111111111111111111111-2222222222222222-01".into()),
    };
    vec![claimed(Work::Publish), claimed(Work::Detect(armed()))]
}

pub(crate) fn reports() -> Vec<Report> {
    let next_delay = Duration::from_secs(3);
    let mut outcomes = vec![
        Outcome::EntryOut {
            release: release(),
            next_delay,
        },
        Outcome::Waiting {
            step: Step("{}".into()),
            look_again_at: at(31),
        },
        Outcome::Detected(Detection::Found {
            release: release(),
            next_delay,
        }),
        Outcome::Detected(Detection::Absent),
        Outcome::Detected(Detection::Unknown { look_again_at: None }),
        Outcome::Detected(Detection::Unknown {
            look_again_at: Some(at(32)),
        }),
        Outcome::GivenBack,
    ];
    outcomes.extend(classes().into_iter().map(|class| Outcome::Failed(failure(class))));
    let report = |outcome| Report {
        lease: lease(),
        outcome,
        trace: trace(),
        started_at: at(33),
        ended_at: at(34),
    };
    outcomes.into_iter().map(report).collect()
}

pub(crate) fn events() -> Vec<Event> {
    vec![
        Event::PublicationDue {
            publication: publication_id(),
            fence: 7,
            lane: "mastodon".into(),
        },
        Event::PostChanged {
            workspace: workspace_id(),
            post: post_id(),
            state: "published".into(),
        },
        Event::ChannelChanged {
            workspace: workspace_id(),
            channel: channel_id(),
            provider: ProviderId::of("mastodon"),
        },
        Event::ScheduleChanged,
    ]
}

pub(crate) fn info() -> InstanceInfo {
    InstanceInfo {
        version: "0.1.0".into(),
        has_owner: true,
        registration_open: true,
        public_url: "http://localhost:5000".into(),
    }
}

pub(crate) fn alerts() -> Vec<Alert> {
    vec![
        Alert::Reconnect {
            channel: channel_id(),
            name: "A channel".into(),
            reason: "the token was revoked".into(),
        },
        Alert::GrantEnding {
            channel: channel_id(),
            name: "A channel".into(),
            ends_at: at(16),
        },
        Alert::Publication {
            workspace: workspace_id(),
            post: post_id(),
            publication: publication_id(),
            state: State::Unconfirmed,
        },
    ]
}

pub(crate) fn pause(scope: PauseScope) -> Pause {
    Pause {
        scope,
        since: at(17),
        by: "Ada".into(),
    }
}

pub(crate) fn pauses() -> Vec<Pause> {
    vec![
        pause(PauseScope::Instance),
        pause(PauseScope::Workspace(workspace_id())),
        pause(PauseScope::Channel(channel_id())),
    ]
}

pub(crate) fn dead_letters() -> Vec<DeadLetter> {
    vec![
        DeadLetter {
            id: DeadLetterId::Publication(publication_id()),
            kind: "timeout".into(),
            reason: "the platform did not answer".into(),
            post: Some(post_id()),
            at: at(18),
        },
        DeadLetter {
            id: DeadLetterId::Announcement(AnnouncementId::from_bits(19)),
            kind: "something.new".into(),
            reason: "no running program understands it".into(),
            post: None,
            at: at(20),
        },
    ]
}
