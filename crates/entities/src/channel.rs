//! Connected accounts.

use sea_orm::entity::prelude::*;

/// A row.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "channel")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The workspace.
    pub workspace_id: Uuid,
    /// Which adapter serves it.
    pub provider: String,
    /// The platform's id of the account.
    pub remote_id: String,
    /// Its name.
    pub name: String,
    /// Its handle.
    pub handle: String,
    /// Its picture.
    pub picture: Option<String>,
    /// Why its owner must connect it again; none while it works.
    pub reconnect_reason: Option<String>,
    /// Since when.
    pub reconnect_since: Option<DateTimeUtc>,
    /// Whether its owner switched it off.
    pub disabled: bool,
    /// What the provider keeps about it.
    pub details: Json,
    /// The group it was put into.
    pub group_id: Option<Uuid>,
    /// When its grant ends unless it is renewed.
    pub grant_expires_at: Option<DateTimeUtc>,
    /// When it was connected.
    pub created_at: DateTimeUtc,
    /// When it was removed.
    pub removed_at: Option<DateTimeUtc>,
}

/// None: queries name their joins themselves.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
