//! What the outside must offer to the domain, and what the domain's users may ask for.
//!
//! [`Backend`] is the face towards doors, workers and metronomes; `app` implements it, `proto` carries it over
//! gRPC. [`Storage`], [`Bus`], [`MediaStore`], [`Vault`], [`Counters`], [`Notifier`], [`ProviderCatalog`],
//! [`Connector`], [`Clock`] and [`Rng`] are what `app` and the services lean on.

mod backend;
mod bus;
mod connector;
mod counters;
mod machine;
mod media;
mod notifier;
mod storage;
mod vault;

pub use backend::{
    Advanced, Alert, Backend, ChannelChange, Channels, Claimed, ClaimedEntry, ClaimedMedia, DeadLetters,
    Dispatch, HelperCall, Instance, InstanceInfo, Keys, Login, MediaLibrary, MediaQuery, Members, NewAccount,
    Pauses, Planning, Posts, PunctualityRow, Report, Shift, ShiftBy, Shifted, SignedIn, TargetPreview,
    UploadRequest, UploadTicket, Watch, Work, WorkspaceChange,
};
pub use bus::{Bus, BusError, Consumer, Delivery, Envelope, StreamName};
pub use connector::{
    BeganConnect, ConnectContext, ConnectError, Connector, ProviderCatalog, RefreshError, StartedConnect,
};
pub use counters::{CounterError, Counters, RateDecision, RateLimit};
pub use machine::{Clock, Rng};
pub use media::{ByteStream, MediaError, MediaReader, MediaStore, StorePolicy};
pub use notifier::{Notice, Notifier, NotifyError};
pub use storage::{
    Announcement, AnswerClaim, AnswerRow, AnswerStore, AppRegistration, AttemptRow, BatchPost, BatchStore,
    ChannelStore, ConnectAttempt, CredentialRow, DeadLetterStore, GrantLease, GrantWarning, Housekeeping,
    HowMany, KeyStore, MediaRows, Outbox, PauseStore, PeopleStore, PersonRow, PostStore, PublicationStore,
    RecurrenceStore, Remembered, Saved, SessionRow, Storage, StorageError, TagStore, Unit, UploadRow,
    WorkspaceStore,
};
pub use vault::{Vault, VaultError};
