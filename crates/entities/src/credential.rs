//! Sealed grants of channels.

use sea_orm::entity::prelude::*;

/// A row.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "credential")]
pub struct Model {
    /// Whose it is.
    #[sea_orm(primary_key, auto_increment = false)]
    pub channel_id: Uuid,
    /// Counts up with each renewal.
    pub version: i64,
    /// The sealed grant.
    pub sealed: Vec<u8>,
    /// When the access part ends.
    pub expires_at: Option<DateTimeUtc>,
    /// When the whole grant ends.
    pub ends_at: Option<DateTimeUtc>,
    /// Until when somebody has the right to renew it.
    pub lease_until: Option<DateTimeUtc>,
    /// From when on it is to be renewed.
    pub renew_at: Option<DateTimeUtc>,
}

/// None: queries name their joins themselves.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
