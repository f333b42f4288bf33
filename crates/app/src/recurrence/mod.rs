//! Posts that return.
//!
//! A recurrence is a rule, a template, and one post ahead: `begin` makes all three together with the first post,
//! `advance` makes the next post when the time of the last one has come, `edit` and `end` change what is to come.

pub(crate) mod begin;

mod advance;
mod edit;
mod end;
mod make;
mod read;

use async_trait::async_trait;
use postern_domain::id::RecurrenceId;
use postern_domain::ports::{Advanced, Planning, Shift, Shifted};
use postern_domain::recurrence::{Ahead, RecurrenceEdit, RecurrenceView};
use postern_domain::time::LocalDate;
use postern_domain::{Actor, BackendError};

use crate::App;

pub(crate) use advance::after_taken_out;

#[async_trait]
impl Planning for App {
    async fn recurrences(&self, actor: &Actor) -> Result<Vec<RecurrenceView>, BackendError> {
        read::recurrences(&self.deps, actor).await
    }

    async fn recurrence(&self, actor: &Actor, id: RecurrenceId) -> Result<RecurrenceView, BackendError> {
        read::recurrence(&self.deps, actor, id).await
    }

    async fn update_recurrence(
        &self,
        actor: &Actor,
        id: RecurrenceId,
        edit: RecurrenceEdit,
    ) -> Result<RecurrenceView, BackendError> {
        edit::update_recurrence(&self.deps, actor, id, edit).await
    }

    async fn skip_occurrence(
        &self,
        actor: &Actor,
        id: RecurrenceId,
        date: LocalDate,
    ) -> Result<RecurrenceView, BackendError> {
        end::skip_occurrence(&self.deps, actor, id, date).await
    }

    async fn end_recurrence(
        &self,
        actor: &Actor,
        id: RecurrenceId,
        ahead: Ahead,
    ) -> Result<RecurrenceView, BackendError> {
        end::end_recurrence(&self.deps, actor, id, ahead).await
    }

    async fn advance_recurrences(&self, limit: u32) -> Result<Advanced, BackendError> {
        advance::advance_recurrences(&self.deps, limit).await
    }

    async fn shift_posts(&self, actor: &Actor, shift: Shift) -> Result<Vec<Shifted>, BackendError> {
        crate::posts::shift_posts(&self.deps, actor, &shift).await
    }
}
