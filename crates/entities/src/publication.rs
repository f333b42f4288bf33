//! Posts on channels: the units of work.

use sea_orm::entity::prelude::*;

/// A row.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "publication")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The workspace.
    pub workspace_id: Uuid,
    /// The post.
    pub post_id: Uuid,
    /// The channel.
    pub channel_id: Uuid,
    /// The channel's provider.
    pub provider: String,
    /// The stream its work travels on.
    pub lane: String,
    /// What the author asked for.
    pub publish_at: Option<DateTimeUtc>,
    /// Where it stands; `leased` as long as it is in a worker's hand.
    pub state: String,
    /// When work may start.
    pub due_at: Option<DateTimeUtc>,
    /// Counts up with each lease.
    pub fence: i64,
    /// Counts up with each stored change.
    pub revision: i64,
    /// Who holds the lease.
    pub holder: Option<String>,
    /// When the lease lapses.
    pub lease_until: Option<DateTimeUtc>,
    /// The first entry that is not out, from 0.
    pub entry: i32,
    /// How many entries there are.
    pub entries: i32,
    /// The provider's progress on the current entry.
    pub step: Option<String>,
    /// When the commit was armed of which no outcome is known.
    pub armed_at: Option<DateTimeUtc>,
    /// The key of that commit.
    pub armed_key: Option<String>,
    /// Counts up when a person says "send again".
    pub run: i32,
    /// Tries that count against the budget.
    pub tries: i32,
    /// Tries of any kind.
    pub attempts: i32,
    /// Searches for evidence since the last arming.
    pub detections: i32,
    /// What went wrong last.
    pub failure: Option<Json>,
    /// What the author chose for this channel.
    pub settings: Json,
    /// When it was made.
    pub created_at: DateTimeUtc,
    /// When it last changed.
    pub updated_at: DateTimeUtc,
    /// When its last entry went out.
    pub published_at: Option<DateTimeUtc>,
}

/// None: queries name their joins themselves.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
