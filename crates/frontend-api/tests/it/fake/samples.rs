//! Sample providers, channels and posts.

use std::time::Duration;

use postern_domain::actor::Door;
use postern_domain::channel::{Channel, Health, Slot};
use postern_domain::content::{Document, Editor};
use postern_domain::failure::{ErrorClass, Failure, Trace};
use postern_domain::id::{AttemptId, ChannelId, KeyId, MediaId, PersonId, PostId, PublicationId};
use postern_domain::key::ApiKey;
use postern_domain::manifest::{
    Connect, Evidence, Field, FieldKind, Limits, Manifest, MediaLimit, ProviderId, Thread,
};
use postern_domain::media::{Media, MediaKind};
use postern_domain::pause::Held;
use postern_domain::ports::PunctualityRow;
use postern_domain::post::{AttachedMedia, Entry, Post, PostState, PostView, PublicationView};
use postern_domain::publication::{Attempt, Publication, Release, State};
use postern_domain::time::{PublishAt, Zone};
use postern_domain::value::{Settings, Value};
use postern_domain::{Code, Problem, Timestamp, actor::Scope};

use super::{Fake, WORKSPACE};

/// The providers, with what the operator still has to set.
pub(crate) fn manifests() -> Vec<(Manifest, Option<Problem>)> {
    let line = |key: &str, label: &str, help: &str, kind: FieldKind| Field {
        key: key.to_owned(),
        label: label.to_owned(),
        help: help.to_owned(),
        kind,
        required: true,
        default: None,
    };
    let choice = |key: &str, label: &str, choices: &[(&str, &str)]| Field {
        required: false,
        default: choices.first().map(|(value, _)| Value::from(*value)),
        ..line(
            key,
            label,
            "",
            FieldKind::Choice(
                choices
                    .iter()
                    .map(|(a, b)| ((*a).to_owned(), (*b).to_owned()))
                    .collect(),
            ),
        )
    };
    let instance = Field {
        default: Some(Value::from("https://mastodon.social")),
        ..line("instance", "Server", "where your account is", FieldKind::Url)
    };
    let bluesky = vec![
        Field {
            default: Some(Value::from("https://bsky.social")),
            ..line(
                "service",
                "Service",
                "leave it unless you run your own",
                FieldKind::Url,
            )
        },
        line(
            "handle",
            "Handle",
            "for example name.bsky.social",
            FieldKind::Text { min: 3, max: 253 },
        ),
        line(
            "password",
            "App password",
            "made at Bluesky under Settings, Privacy and security, App passwords",
            FieldKind::Password,
        ),
    ];
    let mastodon_settings = vec![
        choice(
            "visibility",
            "Who can see it",
            &[
                ("public", "Everybody"),
                ("unlisted", "Quiet public"),
                ("private", "Followers"),
            ],
        ),
        Field {
            required: false,
            ..line(
                "spoiler",
                "Content warning",
                "shown instead of the text until opened",
                FieldKind::Text { min: 0, max: 200 },
            )
        },
    ];
    let x_settings = vec![
        choice(
            "who_can_reply",
            "Who can reply",
            &[("everyone", "Everyone"), ("following", "Accounts you follow")],
        ),
        Field {
            required: false,
            ..line("made_with_ai", "Made with AI", "", FieldKind::Bool)
        },
    ];
    let keyless = Problem::new(
        Code::ProviderNotConfigured,
        "/provider",
        "LinkedIn needs the keys of an app before accounts can be connected",
        "make an app at LinkedIn's developer pages and set LINKEDIN_CLIENT_ID and LINKEDIN_CLIENT_SECRET",
    );
    let redirect = |fields: Vec<Field>| Connect::Redirect { fields };
    vec![
        (
            provider(
                "mastodon",
                "Mastodon",
                500,
                "characters",
                redirect(vec![instance]),
                mastodon_settings,
            ),
            None,
        ),
        (
            provider(
                "bluesky",
                "Bluesky",
                300,
                "graphemes",
                Connect::Credentials { fields: bluesky },
                Vec::new(),
            ),
            None,
        ),
        (
            provider(
                "x",
                "X",
                280,
                "weighted characters",
                redirect(Vec::new()),
                x_settings,
            ),
            None,
        ),
        (
            provider(
                "linkedin",
                "LinkedIn",
                3000,
                "characters",
                redirect(Vec::new()),
                Vec::new(),
            ),
            Some(keyless),
        ),
    ]
}

/// One provider.
pub(crate) fn manifest(id: &ProviderId) -> Option<Manifest> {
    manifests()
        .into_iter()
        .map(|(manifest, _)| manifest)
        .find(|manifest| manifest.id == *id)
}

fn provider(
    id: &'static str,
    name: &str,
    text_max: u32,
    unit: &str,
    connect: Connect,
    settings: Vec<Field>,
) -> Manifest {
    let image = MediaLimit {
        kind: MediaKind::Image,
        mimes: vec!["image/png".to_owned(), "image/jpeg".to_owned()],
        max_bytes: 8 << 20,
        max_duration: None,
    };
    Manifest {
        id: ProviderId::of(id),
        name: name.to_owned(),
        editor: Editor::Normal,
        lane: id.to_owned(),
        connect,
        limits: Limits {
            text_max,
            text_unit: unit.to_owned(),
            media_max: 4,
            media: vec![image],
            alone: Vec::new(),
            media_required: false,
            alt_max: 1000,
        },
        thread: Thread::Replies,
        settings,
        rules: String::new(),
        helpers: Vec::new(),
        evidence: Evidence::Listing,
        concurrency: 4,
        rates: Vec::new(),
    }
}

/// A channel that works.
pub(crate) fn channel(bits: u128, provider: &str, name: &str, handle: &str, now: Timestamp) -> Channel {
    Channel {
        id: ChannelId::from_bits(bits),
        workspace: WORKSPACE,
        provider: ProviderId::new(provider),
        remote_id: bits.to_string(),
        name: name.to_owned(),
        handle: handle.to_owned(),
        picture: None,
        health: Health::Connected,
        disabled: false,
        details: Value::Null,
        group: None,
        grant_expires_at: None,
        created_at: now,
    }
}

/// A post with one entry.
pub(crate) fn post(bits: u128, text: &str, at: Option<Timestamp>, now: Timestamp) -> Post {
    let zone = Zone::parse("Europe/Berlin").unwrap();
    Post {
        id: PostId::from_bits(bits),
        workspace: WORKSPACE,
        author: Some(PersonId::from_bits(1)),
        door: Door::Web,
        publish_at: at.map(|at| PublishAt::at(at, zone)),
        draft: at.is_none(),
        review: None,
        entries: vec![Entry {
            content: Document::parse(text),
            media: Vec::new(),
            delay: Duration::ZERO,
        }],
        versions: Vec::new(),
        tags: Vec::new(),
        version: 1,
        created_at: now.minus(Duration::from_hours(2)),
        updated_at: now,
        trashed_at: None,
        series: None,
    }
}

/// One channel's part in a state.
pub(crate) fn publication(
    bits: u128,
    post: PostId,
    channel: &Channel,
    state: State,
    now: Timestamp,
) -> Publication {
    Publication {
        id: PublicationId::from_bits(bits),
        workspace: WORKSPACE,
        post,
        channel: channel.id,
        provider: channel.provider.clone(),
        lane: channel.provider.to_string(),
        publish_at: Some(now),
        state,
        due_at: None,
        fence: 0,
        revision: 0,
        holder: None,
        lease_until: None,
        entry: 0,
        entries: 1,
        step: None,
        armed: None,
        run: 0,
        tries: 0,
        attempts: 0,
        detections: 0,
        failure: None,
        releases: Vec::new(),
        settings: Settings::new(),
        created_at: now,
        updated_at: now,
        published_at: None,
    }
}

/// A picture of the library.
pub(crate) fn picture(bits: u128, name: &str, now: Timestamp) -> Media {
    Media {
        id: MediaId::from_bits(bits),
        workspace: WORKSPACE,
        name: name.to_owned(),
        kind: MediaKind::Image,
        mime: "image/png".to_owned(),
        bytes: 1_482_133,
        hash: "00".to_owned(),
        pixels: Some((1600, 1200)),
        duration: None,
        key: format!("2026/11/20/{name}"),
        alt: None,
        created_at: now,
    }
}

fn failure(class: ErrorClass, code: &str, cause: &str, fix: &str, now: Timestamp) -> Failure {
    Failure {
        class,
        code: code.to_owned(),
        provider_code: Some("422".to_owned()),
        provider_message: Some("Validation failed: Text character limit of 500 exceeded".to_owned()),
        cause: cause.to_owned(),
        fix: fix.to_owned(),
        attempt: 2,
        at: now,
    }
}

/// Adds a post that stands like `state` on each of `channels` (by place).
pub(crate) fn add(
    fake: &Fake,
    bits: u128,
    text: &str,
    at: Option<Timestamp>,
    places: &[(usize, State)],
) -> PostView {
    let now = fake.now;
    let stored = post(bits, text, at, now);
    let channels = fake.state().channels.clone();
    let mut views = Vec::new();
    for (place, (channel, state)) in (1..).zip(places) {
        let channel = channels[*channel].clone();
        let mut publication = publication(bits * 100 + place, stored.id, &channel, *state, now);
        publication.publish_at = at;
        explain(&mut publication, *state, at.unwrap_or(now), now);
        fake.state().attempts.insert(publication.id, tries(&publication));
        let held = (*state == State::Held).then_some(Held::Reconnect);
        views.push(PublicationView {
            publication,
            channel,
            held,
        });
    }
    let publications: Vec<_> = views.iter().map(|view| view.publication.clone()).collect();
    let state = PostState::of(&stored, &publications);
    let view = PostView {
        post: stored,
        state,
        publications: views,
        crowding: Vec::new(),
    };
    fake.state().posts.push(view.clone());
    view
}

fn explain(publication: &mut Publication, state: State, at: Timestamp, now: Timestamp) {
    match state {
        State::Scheduled => publication.due_at = Some(at),
        State::Published => {
            let out = at.plus(Duration::from_millis(420));
            publication.published_at = Some(out);
            publication.attempts = 1;
            publication.releases.push(Release {
                entry: 0,
                remote_id: "1".to_owned(),
                url: Some("https://platform.example/@harbour/1".to_owned()),
                carry: None,
                released_at: out,
            });
        }
        State::Failed => {
            publication.attempts = 2;
            publication.tries = 2;
            let cause = "the platform refused the text because it is too long";
            let fix = "shorten the text to 500 characters and try again";
            publication.failure = Some(failure(ErrorClass::Rejected, "text_too_long", cause, fix, now));
        }
        State::Unconfirmed => {
            publication.attempts = 1;
            publication.due_at = Some(now.plus(Duration::from_secs(90)));
            let cause = "the connection broke after the post was sent";
            let fix = "look at the account; say whether it is there";
            publication.failure = Some(failure(ErrorClass::Unconfirmed, "answer_lost", cause, fix, now));
        }
        _ => {}
    }
}

fn tries(publication: &Publication) -> Vec<Attempt> {
    let number = publication.attempts;
    let class = publication
        .failure
        .as_ref()
        .map_or("released", |failure| failure.class.as_str());
    (1..=number)
        .map(|try_number| {
            let started = publication
                .publish_at
                .unwrap_or_default()
                .plus(Duration::from_secs(u64::from(try_number) * 30 - 30));
            Attempt {
                id: AttemptId::from_bits(publication.id.to_bits() * 10 + u128::from(try_number)),
                publication: publication.id,
                number: try_number,
                entry: 0,
                started_at: started,
                ended_at: started.plus(Duration::from_millis(380)),
                outcome: if try_number < number { "transient" } else { class }.to_owned(),
                failure: publication.failure.clone(),
                trace: Trace {
                    operation: "commit".to_owned(),
                    status: Some(if class == "released" { 200 } else { 422 }),
                    ..Trace::default()
                },
            }
        })
        .collect()
}

/// Fills an instance so that every page has something to show.
pub(crate) fn fill(fake: &Fake) {
    let now = fake.now;
    let hour = |hours: i64| Timestamp::from_secs(now.as_secs() + hours * 3600);
    fake.state().slots = [560, 850]
        .map(|minute| Slot {
            weekday: None,
            minute,
        })
        .to_vec();
    fake.state().channels = vec![
        channel(1, "mastodon", "Harbour Press", "harbour@mastodon.social", now),
        channel(2, "bluesky", "Harbour Press", "harbour.bsky.social", now),
        channel(3, "x", "Harbour Press", "harbourpress", now),
        channel(4, "linkedin", "Harbour Press Publishing", "", now),
    ];
    let cat = picture(1, "workshop-poster.png", now);
    fake.state().pictures.insert(cat.id, SKETCH.to_owned());
    fake.state().media.insert(cat.id, cat.clone());
    add(
        fake,
        1,
        "Our winter catalogue is out: forty new titles, from harbour history to a field guide to gulls. Have a look and tell us which one should be read aloud first.",
        Some(hour(-26)),
        &[
            (0, State::Published),
            (1, State::Published),
            (2, State::Published),
            (3, State::Published),
        ],
    );
    add(
        fake,
        2,
        "Reading tonight at seven in the old customs house. Free entry, hot cider.",
        Some(hour(3)),
        &[(0, State::Scheduled), (1, State::Scheduled)],
    );
    add(
        fake,
        3,
        "Typesetting workshop: three places left for Saturday. Bring an apron; we bring the ink.",
        Some(hour(-2)),
        &[
            (0, State::Failed),
            (1, State::Published),
            (2, State::Unconfirmed),
            (3, State::Scheduled),
        ],
    );
    add(
        fake,
        4,
        "Draft: thank-you note to the volunteers of the book fair",
        None,
        &[(0, State::Draft)],
    );
    add(
        fake,
        5,
        "The press is running. First sheets of the almanac, still warm.",
        Some(hour(0)),
        &[(0, State::Preparing), (1, State::Waiting), (2, State::Published)],
    );
    for (bits, days) in (10..).zip([2, 3, 3, 3, 3, 3, 5, 6, 8, 12]) {
        add(
            fake,
            bits,
            "Word of the day: quoin, the wedge that locks type in its frame",
            Some(hour(days * 24 - 2)),
            &[(0, State::Scheduled), (2, State::Scheduled)],
        );
    }
    for (bits, days) in (30..).zip([-12, -10, -9, -6, -5, -3]) {
        add(
            fake,
            bits,
            "From the archive: a harbour map of 1871",
            Some(hour(days * 24 + 1)),
            &[(0, State::Published), (1, State::Published)],
        );
    }
    let mut state = fake.state();
    for view in &mut state.posts {
        if view.post.id == PostId::from_bits(3) {
            let alt = Some("A poster with wooden letters".to_owned());
            view.post.entries[0].media.push(AttachedMedia {
                media: cat.clone(),
                alt,
            });
            view.post.door = Door::Mcp;
        }
    }
    state.keys = vec![ApiKey {
        id: KeyId::from_bits(1),
        workspace: WORKSPACE,
        name: "Claude on my laptop".to_owned(),
        hint: "9xPd".to_owned(),
        scopes: vec![
            Scope::PostsRead,
            Scope::PostsWrite,
            Scope::MediaWrite,
            Scope::ChannelsRead,
        ],
        created_at: hour(-24 * 9),
        expires_at: None,
        last_used_at: Some(hour(-1)),
    }];
    state.figures = figures(now);
}

fn figures(now: Timestamp) -> Vec<PunctualityRow> {
    let mut rows = Vec::new();
    for back in 0..26_u32 {
        let day = now
            .minus(Duration::from_secs(u64::from(back) * 86_400))
            .in_zone(&Zone::utc())
            .date();
        for channel in 1..=3_u32 {
            let published = (back * 7 + channel * 3) % 6;
            rows.push(PunctualityRow {
                channel: ChannelId::from_bits(u128::from(channel)),
                day: day.to_string(),
                published,
                failed: u32::from(back % 9 == 4 && channel == 2),
                unconfirmed: u32::from(back == 3 && channel == 3),
                median_late_ms: 240 + u64::from(back * channel) * 3,
                worst_late_ms: 900 + u64::from(back) * 40,
            });
        }
    }
    rows
}

/// A small picture that needs no server.
pub(crate) const SKETCH: &str = "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 160 120'%3E%3Crect width='160' height='120' fill='%23d9c9a3'/%3E%3Cpath d='M20 95 60 45l25 30 20-22 40 42z' fill='%230b5a6b'/%3E%3Ccircle cx='118' cy='34' r='12' fill='%23a4281c'/%3E%3C/svg%3E";
