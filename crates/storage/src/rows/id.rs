//! Ids as the databases keep them.

use postern_domain::id::{
    AnnouncementId, AttemptId, BatchId, ChannelId, GroupId, KeyId, MediaId, PersonId, PostId, PublicationId,
    RecurrenceId, SessionId, TagId, UploadId, WorkspaceId,
};
use uuid::Uuid;

/// An identifier that is a UUID in its column.
pub(crate) trait RowId: Copy {
    /// What stands in the column.
    fn to_uuid(self) -> Uuid;

    /// What a column's value means.
    fn of(uuid: Uuid) -> Self;
}

macro_rules! row_ids {
    ($($name:ident)*) => {$(
        impl RowId for $name {
            fn to_uuid(self) -> Uuid {
                Uuid::from_u128(self.to_bits())
            }

            fn of(uuid: Uuid) -> Self {
                Self::from_bits(uuid.as_u128())
            }
        }
    )*};
}

row_ids! {
    WorkspaceId PersonId SessionId KeyId ChannelId GroupId PostId PublicationId AttemptId MediaId AnnouncementId
    UploadId RecurrenceId TagId BatchId
}

/// Several at once, for lists in queries.
pub(crate) fn uuids<T: RowId>(ids: &[T]) -> Vec<Uuid> {
    ids.iter().map(|id| id.to_uuid()).collect()
}
