//! One entry on its way: what is asked of a provider, and what it answers.

use std::fmt;
use std::time::Duration;

use postern_domain::content::Document;
use postern_domain::id::PublicationId;
use postern_domain::ports::{Claimed, ClaimedMedia};
use postern_domain::publication::{Release, Step};
use postern_domain::value::Settings;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// One entry that shall go out.
#[derive(Debug, Clone, Copy)]
pub struct EntryOrder<'a> {
    /// Which publication.
    pub publication: PublicationId,
    /// Which entry, from 0.
    pub index: u32,
    /// How often a person said "send again".
    pub run: u32,
    /// Its text; the provider renders it.
    pub content: &'a Document,
    /// Its files.
    pub media: &'a [ClaimedMedia],
    /// What the author chose for this channel.
    pub settings: &'a Settings,
    /// What exists of the first entry; none for the first itself.
    pub root: Option<&'a Release>,
    /// What exists of the entry before; none for the first.
    pub previous: Option<&'a Release>,
}

impl<'a> EntryOrder<'a> {
    /// The current entry of claimed work; none when its entries are all out.
    pub fn current(claimed: &'a Claimed) -> Option<Self> {
        let publication = &claimed.publication;
        let index = publication.entry;
        let entry = claimed.entries.get(usize::try_from(index).ok()?)?;
        let out = |wanted: u32| {
            publication
                .releases
                .iter()
                .find(|release| release.entry == wanted)
        };
        Some(Self {
            publication: publication.id,
            index,
            run: publication.run,
            content: &entry.content,
            media: &entry.media,
            settings: &publication.settings,
            root: out(0).filter(|_| index > 0),
            previous: index.checked_sub(1).and_then(out),
        })
    }

    /// A number that is the same for every try of this entry and differs from other entries: 64 bits of FNV-1a.
    pub fn fingerprint(&self) -> u64 {
        let text = format!("{}.{}.{}", self.publication, self.index, self.run);
        text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        })
    }
}

/// How far the preparation of an entry is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Prepared {
    /// Store this and call `prepare` again.
    More(Step),
    /// The platform is working: store this, call `prepare` again later.
    Wait {
        /// What to store.
        step: Step,
        /// How long to wait.
        look_again_in: Duration,
    },
    /// Arm, then commit with this.
    Ready(Step),
}

/// What exists at the platform now.
#[derive(Clone, PartialEq, Eq)]
pub struct Committed {
    /// The platform's id.
    pub remote_id: String,
    /// The public address.
    pub url: Option<String>,
    /// What later entries or measurements need, JSON text only the provider reads.
    pub carry: Option<String>,
}

impl fmt::Debug for Committed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Committed({})", self.remote_id)
    }
}

/// What the search for a lost commit found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found {
    /// It is there.
    There(Committed),
    /// It is certainly not there: sending again is safe.
    Absent,
    /// The platform cannot tell.
    Unknown {
        /// When asking again may help; never, when absent.
        look_again_in: Option<Duration>,
    },
}

/// Reads what [`write_step`] wrote; none when there is nothing or when it is of another form.
pub fn read_step<T: DeserializeOwned>(step: Option<&Step>) -> Option<T> {
    step.and_then(|step| serde_json::from_str(&step.0).ok())
}

/// Writes a provider's progress as JSON text.
pub fn write_step<T: Serialize>(progress: &T) -> Step {
    Step(serde_json::to_string(progress).unwrap_or_default())
}
