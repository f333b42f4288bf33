//! Tries of publications, with their evidence.

use sea_orm::entity::prelude::*;

/// A row.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "attempt")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The workspace.
    pub workspace_id: Uuid,
    /// The publication.
    pub publication_id: Uuid,
    /// Which try, from 1.
    pub number: i32,
    /// Which entry, from 0.
    pub entry: i32,
    /// When the worker began.
    pub started_at: DateTimeUtc,
    /// When it ended.
    pub ended_at: DateTimeUtc,
    /// How it ended.
    pub outcome: String,
    /// What went wrong, without the platform's words.
    pub failure: Option<Json>,
    /// The platform's words about the failure.
    pub provider_message: Option<String>,
    /// The step.
    pub operation: String,
    /// HTTP status of the last reply.
    pub status: Option<i32>,
    /// The platform's request id.
    pub request_id: Option<String>,
    /// The last reply, cut and cleaned.
    pub reply: Option<String>,
}

/// None: queries name their joins themselves.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
