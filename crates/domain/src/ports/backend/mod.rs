//! The face of Postern towards its doors, workers and metronomes: a bundle of small traits, one per noun.

mod channels;
mod dead_letters;
mod dispatch;
mod instance;
mod keys;
mod media;
mod members;
mod pauses;
mod planning;
mod posts;
mod watch;

pub use channels::{ChannelChange, Channels, HelperCall};
pub use dead_letters::DeadLetters;
pub use dispatch::{Claimed, ClaimedEntry, ClaimedMedia, Dispatch, Report, Work};
pub use instance::{Alert, Instance, InstanceInfo};
pub use keys::Keys;
pub use media::{MediaLibrary, MediaQuery, UploadRequest, UploadTicket};
pub use members::{Login, Members, NewAccount, SignedIn, WorkspaceChange};
pub use pauses::Pauses;
pub use planning::{Advanced, Planning, Shift, ShiftBy, Shifted};
pub use posts::{Posts, PunctualityRow, TargetPreview};
pub use watch::Watch;

/// All of Postern behind one object.
pub trait Backend:
    Posts
    + Planning
    + Channels
    + MediaLibrary
    + Keys
    + Members
    + Pauses
    + Dispatch
    + Watch
    + Instance
    + DeadLetters
{
}

impl<T> Backend for T where
    T: Posts
        + Planning
        + Channels
        + MediaLibrary
        + Keys
        + Members
        + Pauses
        + Dispatch
        + Watch
        + Instance
        + DeadLetters
{
}
