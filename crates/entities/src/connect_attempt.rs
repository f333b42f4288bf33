//! Connections whose browser is away.

use sea_orm::entity::prelude::*;

/// A row.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "connect_attempt")]
pub struct Model {
    /// Which provider.
    #[sea_orm(primary_key, auto_increment = false)]
    pub provider: String,
    /// What the platform gives back.
    #[sea_orm(primary_key, auto_increment = false)]
    pub state: String,
    /// Where the channel will belong.
    pub workspace_id: Uuid,
    /// The channel that is connected again.
    pub channel_id: Option<Uuid>,
    /// The provider's memory.
    pub sealed: Vec<u8>,
    /// Until when it may be finished.
    pub expires_at: DateTimeUtc,
}

/// None: queries name their joins themselves.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
