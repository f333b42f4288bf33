//! Everything that exists: accounts, posts, files, and the private state of each platform.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::blob::Blobs;
use crate::platforms::Platform;
use crate::platforms::bluesky::Bluesky;
use crate::platforms::linkedin::LinkedIn;
use crate::platforms::mastodon::Mastodon;
use crate::platforms::x::X;
use crate::random::Random;
use crate::time::Millis;

/// The names that every platform knows from the start.
pub(crate) const DEMO_ACCOUNTS: [(&str, &str); 3] = [
    ("ada", "Ada Lindqvist"),
    ("ben", "Ben Okafor"),
    ("cleo", "Cleo Marchetti"),
];

/// The whole state of the simulator.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct World {
    pub random: Random,
    pub accounts: Vec<Account>,
    pub posts: Vec<Post>,
    #[serde(skip)]
    pub blobs: Blobs,
    /// Where the listener was last reached; used when nobody is asking over HTTP.
    pub base: String,
    /// Last number handed out by [`World::snowflake`].
    pub last_number: i64,
    pub mastodon: Mastodon,
    pub bluesky: Bluesky,
    pub x: X,
    pub linkedin: LinkedIn,
}

/// Somebody on a platform.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Account {
    pub platform: Platform,
    /// The instance on Mastodon; empty elsewhere.
    pub realm: String,
    /// The platform's own id.
    pub id: String,
    pub handle: String,
    pub name: String,
    pub created_at: Millis,
}

/// Something that a platform shows to the public.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Post {
    pub platform: Platform,
    pub realm: String,
    /// The platform's own id; the at-uri on Bluesky, the URN on LinkedIn.
    pub id: String,
    /// Id of the account.
    pub author: String,
    pub handle: String,
    pub kind: Kind,
    /// What a reader sees.
    pub text: String,
    pub media: Vec<Attachment>,
    pub in_reply_to: Option<String>,
    pub at: Millis,
    pub idempotency_key: Option<String>,
    /// Path of the public page on this listener.
    pub page: String,
    /// What only this platform knows about a post.
    pub detail: Value,
}

/// What sort of thing a post is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Kind {
    Post,
    Comment,
    Article,
    Repost,
}

/// A file shown with a post.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Attachment {
    /// The platform's id of the upload.
    pub id: String,
    pub alt: Option<String>,
    /// Name in the blob store.
    pub blob: String,
    pub bytes: u64,
    pub mime: String,
}

impl World {
    /// An empty world with the demo accounts on every platform.
    pub(crate) fn new(seed: u64, now: Millis) -> Self {
        let mut world = Self {
            random: Random::new(seed),
            accounts: Vec::new(),
            posts: Vec::new(),
            blobs: Blobs::default(),
            base: "http://localhost".to_owned(),
            last_number: 0,
            mastodon: Mastodon::new(),
            bluesky: Bluesky::default(),
            x: X::default(),
            linkedin: LinkedIn::default(),
        };
        for (handle, _) in DEMO_ACCOUNTS {
            let realms: Vec<String> = world.mastodon.instances.keys().cloned().collect();
            for realm in realms {
                world.account(Platform::Mastodon, &realm, handle, now);
            }
            for platform in [Platform::Bluesky, Platform::X, Platform::LinkedIn] {
                world.account(platform, "", handle, now);
            }
        }
        world
    }

    /// The account of that handle, made on first sight.
    pub(crate) fn account(&mut self, platform: Platform, realm: &str, handle: &str, now: Millis) -> Account {
        let handle = platform.full_handle(handle);
        let known = self.accounts.iter().find(|account| {
            account.platform == platform && account.realm == realm && account.handle == handle
        });
        if let Some(account) = known {
            return account.clone();
        }
        let rank = self
            .accounts
            .iter()
            .filter(|account| account.platform == platform && account.realm == realm)
            .count();
        let account = Account {
            platform,
            realm: realm.to_owned(),
            id: platform.account_id(&handle, rank),
            name: display_name(&handle),
            handle,
            created_at: now,
        };
        self.accounts.push(account.clone());
        account
    }

    /// The account of that id.
    pub(crate) fn account_by_id(&self, platform: Platform, realm: &str, id: &str) -> Option<&Account> {
        self.accounts
            .iter()
            .find(|account| account.platform == platform && account.realm == realm && account.id == id)
    }

    /// The post of that id.
    pub(crate) fn post(&self, platform: Platform, realm: &str, id: &str) -> Option<&Post> {
        self.posts
            .iter()
            .find(|post| post.platform == platform && post.realm == realm && post.id == id)
    }

    /// Posts that answer the given one, oldest first.
    pub(crate) fn replies<'a>(&'a self, to: &'a Post) -> impl Iterator<Item = &'a Post> {
        self.posts.iter().filter(move |post| {
            post.platform == to.platform
                && post.realm == to.realm
                && post.in_reply_to.as_deref() == Some(to.id.as_str())
        })
    }

    /// A growing number that also tells the time, as most platforms number their posts.
    pub(crate) fn snowflake(&mut self, now: Millis) -> String {
        let wanted = now.max(0) << 20;
        self.last_number = wanted.max(self.last_number + 1);
        self.last_number.to_string()
    }

    /// The number of a LinkedIn post: the time in its upper 41 bits.
    pub(crate) fn share_number(&self, now: Millis) -> String {
        let place = self.posts.len() & 0x3f_ffff;
        ((now.max(0) << 22) + i64::try_from(place).unwrap_or_default()).to_string()
    }

    /// Forgets posts, files, tokens and counters; keeps apps, accounts and settings.
    pub(crate) fn reset(&mut self) {
        self.posts.clear();
        self.blobs.clear();
        self.mastodon.reset();
        self.bluesky.reset();
        self.x.reset();
        self.linkedin.reset();
    }
}

fn display_name(handle: &str) -> String {
    let first = handle.split('.').next().unwrap_or(handle);
    if let Some((_, name)) = DEMO_ACCOUNTS.iter().find(|(demo, _)| *demo == first) {
        return (*name).to_owned();
    }
    let mut letters = first.chars();
    letters
        .next()
        .map(|letter| letter.to_uppercase().chain(letters).collect())
        .unwrap_or_default()
}
