//! What authors write.

use sea_orm::entity::prelude::*;

/// A row.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "post")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The workspace.
    pub workspace_id: Uuid,
    /// The person who wrote it.
    pub author_id: Option<Uuid>,
    /// The door it came through.
    pub door: String,
    /// The instant it is meant for.
    pub publish_at: Option<DateTimeUtc>,
    /// IANA name of the zone the author thought in.
    pub zone: Option<String>,
    /// What the author's clock shows then, `YYYY-MM-DDTHH:MM:SS`.
    pub wall: Option<String>,
    /// Whether it is a draft.
    pub draft: bool,
    /// How far its approval has come, where it needs one.
    pub review: Option<Json>,
    /// Summed up from its publications; written by storage alone.
    pub state: String,
    /// Counts up with each edit.
    pub version: i64,
    /// W3C trace context under which it was made.
    pub traceparent: Option<String>,
    /// When it was written.
    pub created_at: DateTimeUtc,
    /// When it was last changed.
    pub updated_at: DateTimeUtc,
    /// When it was thrown away.
    pub trashed_at: Option<DateTimeUtc>,
    /// The recurrence that it is part of.
    pub recurrence_id: Option<Uuid>,
    /// The local date it stands for there, `YYYY-MM-DD`; none is the recurrence's template.
    pub occurrence_on: Option<String>,
}

/// None: queries name their joins themselves.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
