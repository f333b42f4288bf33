//! The plan as a whole.

use async_trait::async_trait;
use postern_domain::id::RecurrenceId;
use postern_domain::ports::{Advanced, Planning, Shift, Shifted};
use postern_domain::recurrence::{Ahead, RecurrenceEdit, RecurrenceView};
use postern_domain::time::{LocalDate, Timestamp};
use postern_domain::{Actor, BackendError};

use super::{Client, answer};
use crate::convert::{each, needed, shift_to_message};
use crate::v1;

#[async_trait]
impl Planning for Client {
    async fn recurrences(&self, actor: &Actor) -> Result<Vec<RecurrenceView>, BackendError> {
        let request = v1::ListRecurrencesRequest {
            actor: Some(actor.into()),
        };
        let reply = answer(self.plan_service().list_recurrences(request).await)?;
        Ok(each(reply.items, "items")?)
    }

    async fn recurrence(&self, actor: &Actor, id: RecurrenceId) -> Result<RecurrenceView, BackendError> {
        let request = v1::GetRecurrenceRequest {
            actor: Some(actor.into()),
            id: id.to_string(),
        };
        let reply = answer(self.plan_service().get_recurrence(request).await)?;
        Ok(needed(reply.view, "view")?)
    }

    async fn update_recurrence(
        &self,
        actor: &Actor,
        id: RecurrenceId,
        edit: RecurrenceEdit,
    ) -> Result<RecurrenceView, BackendError> {
        let request = v1::UpdateRecurrenceRequest {
            actor: Some(actor.into()),
            id: id.to_string(),
            edit: Some(edit.into()),
        };
        let reply = answer(self.plan_service().update_recurrence(request).await)?;
        Ok(needed(reply.view, "view")?)
    }

    async fn skip_occurrence(
        &self,
        actor: &Actor,
        id: RecurrenceId,
        date: LocalDate,
    ) -> Result<RecurrenceView, BackendError> {
        let request = v1::SkipOccurrenceRequest {
            actor: Some(actor.into()),
            id: id.to_string(),
            date: date.to_string(),
        };
        let reply = answer(self.plan_service().skip_occurrence(request).await)?;
        Ok(needed(reply.view, "view")?)
    }

    async fn end_recurrence(
        &self,
        actor: &Actor,
        id: RecurrenceId,
        ahead: Ahead,
    ) -> Result<RecurrenceView, BackendError> {
        let request = v1::EndRecurrenceRequest {
            actor: Some(actor.into()),
            id: id.to_string(),
            keep_next: ahead == Ahead::Keep,
        };
        let reply = answer(self.plan_service().end_recurrence(request).await)?;
        Ok(needed(reply.view, "view")?)
    }

    async fn advance_recurrences(&self, limit: u32) -> Result<Advanced, BackendError> {
        let request = v1::AdvanceRecurrencesRequest { limit };
        let reply = answer(self.plan_service().advance_recurrences(request).await)?;
        Ok(Advanced {
            made: reply.made,
            next_at: reply.next_at.map(Timestamp::from_micros),
        })
    }

    async fn shift_posts(&self, actor: &Actor, shift: Shift) -> Result<Vec<Shifted>, BackendError> {
        let request = v1::ShiftPostsRequest {
            actor: Some(actor.into()),
            from: shift.from.as_micros(),
            until: shift.until.as_micros(),
            channels: shift.channels.iter().map(ToString::to_string).collect(),
            by: Some(shift_to_message(shift.by)),
            dry_run: shift.dry_run,
        };
        let reply = answer(self.plan_service().shift_posts(request).await)?;
        Ok(each(reply.posts, "posts")?)
    }
}
