//! A provider's declared facts: pure data, each with its source in the provider's own folder.

use std::borrow::Cow;
use std::fmt;
use std::time::Duration;

use crate::content::Editor;
use crate::media::MediaKind;
use crate::value::Value;

/// The identifier of a provider: `mastodon`, `x`, `linkedin-page`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ProviderId(Cow<'static, str>);

impl ProviderId {
    /// A known identifier.
    pub const fn of(name: &'static str) -> Self {
        Self(Cow::Borrowed(name))
    }

    /// An identifier that came from outside; whether it exists is the catalog's to say.
    pub fn new(name: impl Into<String>) -> Self {
        Self(Cow::Owned(name.into()))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ProviderId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for ProviderId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Everything the rest of Postern needs to know about a provider.
#[derive(Debug, Clone, PartialEq)]
pub struct Manifest {
    /// Its identifier.
    pub id: ProviderId,
    /// Its name as people write it.
    pub name: String,
    /// How its text is rendered.
    pub editor: Editor,
    /// The stream of due work it shares a rate class with; usually its identifier.
    pub lane: String,
    /// How a channel is connected.
    pub connect: Connect,
    /// The limits where a channel does not know better.
    pub limits: Limits,
    /// What is done with the second and further entries.
    pub thread: Thread,
    /// What an author can choose per channel.
    pub settings: Vec<Field>,
    /// Rules for writers in words, shown to people and assistants; may be empty.
    pub rules: String,
    /// Look-ups a client may ask for (boards, channels, tags).
    pub helpers: Vec<Helper>,
    /// How a lost answer to a commit can be cleared up.
    pub evidence: Evidence,
    /// How many publications may be in flight at once, over all workers.
    pub concurrency: u32,
    /// The platform's rates.
    pub rates: Vec<Rate>,
}

/// How a channel is connected.
#[derive(Debug, Clone, PartialEq)]
pub enum Connect {
    /// By a redirect to the platform; `fields` are asked for first (the instance's address).
    Redirect {
        /// Asked for before the redirect; may be empty.
        fields: Vec<Field>,
    },
    /// By credentials in a form.
    Credentials {
        /// What to ask for.
        fields: Vec<Field>,
    },
}

impl Connect {
    /// What is asked for in Postern's own form.
    pub fn fields(&self) -> &[Field] {
        match self {
            Self::Redirect { fields } | Self::Credentials { fields } => fields,
        }
    }
}

/// One field of a form: of a channel's settings or of its connection.
#[derive(Debug, Clone, PartialEq)]
pub struct Field {
    /// Its key in [`crate::value::Settings`].
    pub key: String,
    /// What people read before it.
    pub label: String,
    /// One sentence of help; may be empty.
    pub help: String,
    /// What it takes.
    pub kind: FieldKind,
    /// Whether it must be given.
    pub required: bool,
    /// What holds when it is not given.
    pub default: Option<Value>,
}

/// What a field takes.
#[derive(Debug, Clone, PartialEq)]
pub enum FieldKind {
    /// A line of text of `min` to `max` characters.
    Text {
        /// Least length in characters.
        min: u32,
        /// Greatest length in characters.
        max: u32,
    },
    /// Text that is not shown while typed.
    Password,
    /// A web address; the pattern in words is checked by the provider.
    Url,
    /// Yes or no.
    Bool,
    /// One of several values, each with its label.
    Choice(Vec<(String, String)>),
    /// A whole number in bounds.
    Integer {
        /// Least value.
        min: i64,
        /// Greatest value.
        max: i64,
    },
    /// A file of the library.
    Media,
    /// Several texts.
    List,
}

/// What fits into one entry on a channel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// Longest text, in the provider's own unit.
    pub text_max: u32,
    /// That unit in words, plural: `characters`, `weighted characters`, `graphemes`.
    pub text_unit: String,
    /// Most files in one entry.
    pub media_max: u32,
    /// What is taken of each kind; a kind that is absent is refused.
    pub media: Vec<MediaLimit>,
    /// Kinds of which one entry takes only one, and nothing beside it.
    pub alone: Vec<MediaKind>,
    /// Whether an entry needs at least one file.
    pub media_required: bool,
    /// Longest alternative text in characters.
    pub alt_max: u32,
}

/// What is taken of one kind of file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MediaLimit {
    /// The kind.
    pub kind: MediaKind,
    /// The MIME types, for example `image/jpeg`.
    pub mimes: Vec<String>,
    /// Greatest size in bytes of what an author may attach (larger originals may be converted below it).
    pub max_bytes: u64,
    /// Longest playing time.
    pub max_duration: Option<Duration>,
}

/// What a platform does with the second and further entries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Thread {
    /// Nothing: one entry only.
    None,
    /// Each answers the one before it.
    Replies,
    /// Each is a comment below the first; `media` tells whether comments may carry files.
    Comments {
        /// Whether comments may carry files.
        media: bool,
    },
}

/// A look-up that a client may ask for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Helper {
    /// Its name, for example `boards`.
    pub name: String,
    /// What it finds.
    pub description: String,
    /// Its arguments: key, description, type (`string`, `number`).
    pub arguments: Vec<(String, String, String)>,
}

/// How Postern finds out whether a commit arrived whose answer was lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Evidence {
    /// Sending again with the same key is safe for this long; the platform answers with the first result.
    KeySafe {
        /// How long.
        window: Duration,
    },
    /// The platform can be asked for exactly this commit, at any time.
    Queryable,
    /// The recent posts of the channel can be listed and compared.
    Listing,
    /// Sending the same again is refused by the platform, and the refusal names the first.
    DuplicateRefusal {
        /// How long the platform remembers.
        window: Duration,
    },
    /// Nothing: a person decides.
    None,
}

/// A rate the platform allows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rate {
    /// Whose budget it is.
    pub scope: RateScope,
    /// How many publications.
    pub count: u32,
    /// In which time.
    pub window: Duration,
}

/// Whose budget a rate is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RateScope {
    /// Of the whole instance's app.
    App,
    /// Of one channel.
    Channel,
}
