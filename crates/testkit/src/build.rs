//! Complete values of every noun, to be changed field by field.
//!
//! All belong to the workspace [`HOME`] and are made at [`NOW`]; each has an id of its own that is higher than
//! those before it in this process.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use postern_domain::actor::{Actor, Door, Scope};
use postern_domain::channel::{Channel, Health};
use postern_domain::content::Document;
use postern_domain::id::{
    ChannelId, KeyId, MediaId, PersonId, PostId, PublicationId, SessionId, WorkspaceId,
};
use postern_domain::key::ApiKey;
use postern_domain::manifest::ProviderId;
use postern_domain::media::{Media, MediaKind};
use postern_domain::post::{Entry, Post};
use postern_domain::publication::{Publication, State};
use postern_domain::time::{PublishAt, Timestamp, Zone};
use postern_domain::value::{Settings, Value};
use postern_domain::workspace::{DEFAULT_LATENESS, Person, Role, Session, Workspace};

/// The workspace of everything made here.
pub const HOME: WorkspaceId = WorkspaceId::from_bits(1);

/// The instant at which everything is made: 2026-01-15T10:00:00Z.
pub const NOW: Timestamp = Timestamp::from_secs(1_768_471_200);

/// Bits for the next id; ids rise.
pub fn next_id() -> u128 {
    static LAST: AtomicU64 = AtomicU64::new(1000);
    u128::from(LAST.fetch_add(1, Ordering::SeqCst))
}

/// An instant this many seconds after [`NOW`], or before it.
pub fn seconds(after: i64) -> Timestamp {
    Timestamp::from_micros(NOW.as_micros() + after * 1_000_000)
}

/// The workspace [`HOME`].
pub fn a_workspace() -> Workspace {
    Workspace {
        id: HOME,
        name: "Home".to_owned(),
        zone: Zone::utc(),
        lateness: DEFAULT_LATENESS,
        created_at: NOW,
    }
}

/// A workspace that is not [`HOME`].
pub fn another_workspace() -> Workspace {
    Workspace {
        id: WorkspaceId::from_bits(next_id()),
        name: "Elsewhere".to_owned(),
        ..a_workspace()
    }
}

/// A person with an address of their own.
pub fn a_person() -> Person {
    let bits = next_id();
    Person {
        id: PersonId::from_bits(bits),
        email: format!("person{bits}@postern.test"),
        name: "Ada".to_owned(),
        created_at: NOW,
    }
}

/// A session of a person in [`HOME`].
pub fn a_session(person: PersonId) -> Session {
    Session {
        id: SessionId::from_bits(next_id()),
        person,
        workspace: HOME,
        created_at: NOW,
        last_seen_at: NOW,
        expires_at: NOW.plus(Duration::from_hours(24)),
        user_agent: "test".to_owned(),
    }
}

/// A key that may read and write posts.
pub fn a_key() -> ApiKey {
    ApiKey {
        id: KeyId::from_bits(next_id()),
        workspace: HOME,
        name: "script".to_owned(),
        hint: "wxyz".to_owned(),
        scopes: vec![Scope::PostsRead, Scope::PostsWrite],
        created_at: NOW,
        expires_at: None,
        last_used_at: None,
    }
}

/// The owner of [`HOME`] at the REST door, with every scope.
pub fn an_actor() -> Actor {
    Actor {
        workspace: HOME,
        person: None,
        key: None,
        name: "Ada".to_owned(),
        role: Role::Owner,
        scopes: Scope::ALL.to_vec(),
        door: Door::Rest,
    }
}

/// A connected channel of a provider.
pub fn a_channel(provider: &str) -> Channel {
    let bits = next_id();
    Channel {
        id: ChannelId::from_bits(bits),
        workspace: HOME,
        provider: ProviderId::new(provider),
        remote_id: format!("remote-{bits}"),
        name: format!("Ada on {provider}"),
        handle: "ada".to_owned(),
        picture: None,
        health: Health::Connected,
        disabled: false,
        details: Value::Map(Settings::new()),
        group: None,
        grant_expires_at: None,
        created_at: NOW,
    }
}

/// A small picture.
pub fn a_picture() -> Media {
    let bits = next_id();
    Media {
        id: MediaId::from_bits(bits),
        workspace: HOME,
        name: "harbour.png".to_owned(),
        kind: MediaKind::Image,
        mime: "image/png".to_owned(),
        bytes: 2048,
        hash: format!("{bits:064x}"),
        pixels: Some((640, 480)),
        duration: None,
        key: format!("2026/01/15/{bits:x}.png"),
        alt: Some("A harbour at dawn".to_owned()),
        created_at: NOW,
    }
}

/// An entry with this text.
pub fn an_entry(text: &str) -> Entry {
    Entry {
        content: Document::parse(text),
        media: Vec::new(),
        delay: Duration::ZERO,
    }
}

/// A post of one entry that is meant to go out an hour after [`NOW`].
pub fn a_post() -> Post {
    Post {
        id: PostId::from_bits(next_id()),
        workspace: HOME,
        author: None,
        door: Door::Rest,
        publish_at: Some(PublishAt::at(seconds(3600), Zone::utc())),
        draft: false,
        review: None,
        entries: vec![an_entry("Ships leave the harbour")],
        versions: Vec::new(),
        tags: Vec::new(),
        version: 1,
        created_at: NOW,
        updated_at: NOW,
        trashed_at: None,
        series: None,
    }
}

/// The publication of a post on a channel, scheduled for the post's time.
pub fn a_publication(post: &Post, channel: &Channel) -> Publication {
    let publish_at = post.publish_at.as_ref().map(|at| at.instant);
    Publication {
        id: PublicationId::from_bits(next_id()),
        workspace: post.workspace,
        post: post.id,
        channel: channel.id,
        provider: channel.provider.clone(),
        lane: channel.provider.as_str().to_owned(),
        publish_at,
        state: if post.draft {
            State::Draft
        } else {
            State::Scheduled
        },
        due_at: publish_at.filter(|_| !post.draft),
        fence: 0,
        revision: 0,
        holder: None,
        lease_until: None,
        entry: 0,
        entries: u32::try_from(post.entries_for(channel.id).len()).unwrap_or(u32::MAX),
        step: None,
        armed: None,
        run: 0,
        tries: 0,
        attempts: 0,
        detections: 0,
        failure: None,
        releases: Vec::new(),
        settings: Settings::new(),
        created_at: NOW,
        updated_at: NOW,
        published_at: None,
    }
}
