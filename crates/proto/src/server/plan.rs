//! The plan as a whole.

use postern_domain::recurrence::Ahead;
use postern_domain::time::Timestamp;
use tonic::{Request, Response, Status};

use super::Server;
use crate::convert::{date, id, many, needed};
use crate::fault::status;
use crate::v1;
use crate::v1::plan_service_server::PlanService;

#[tonic::async_trait]
impl PlanService for Server {
    async fn list_recurrences(
        &self,
        request: Request<v1::ListRecurrencesRequest>,
    ) -> Result<Response<v1::ListRecurrencesReply>, Status> {
        let actor = needed(request.into_inner().actor, "actor")?;
        let items = self.backend.recurrences(&actor).await.map_err(status)?;
        Ok(Response::new(v1::ListRecurrencesReply { items: many(items) }))
    }

    async fn get_recurrence(
        &self,
        request: Request<v1::GetRecurrenceRequest>,
    ) -> Result<Response<v1::GetRecurrenceReply>, Status> {
        let message = request.into_inner();
        let actor = needed(message.actor, "actor")?;
        let view = self
            .backend
            .recurrence(&actor, id(&message.id, "id")?)
            .await
            .map_err(status)?;
        Ok(Response::new(v1::GetRecurrenceReply {
            view: Some(view.into()),
        }))
    }

    async fn update_recurrence(
        &self,
        request: Request<v1::UpdateRecurrenceRequest>,
    ) -> Result<Response<v1::UpdateRecurrenceReply>, Status> {
        let message = request.into_inner();
        let actor = needed(message.actor, "actor")?;
        let edit = needed(message.edit, "edit")?;
        let view = self
            .backend
            .update_recurrence(&actor, id(&message.id, "id")?, edit)
            .await
            .map_err(status)?;
        Ok(Response::new(v1::UpdateRecurrenceReply {
            view: Some(view.into()),
        }))
    }

    async fn skip_occurrence(
        &self,
        request: Request<v1::SkipOccurrenceRequest>,
    ) -> Result<Response<v1::SkipOccurrenceReply>, Status> {
        let message = request.into_inner();
        let actor = needed(message.actor, "actor")?;
        let date = date(&message.date, "date")?;
        let view = self
            .backend
            .skip_occurrence(&actor, id(&message.id, "id")?, date)
            .await
            .map_err(status)?;
        Ok(Response::new(v1::SkipOccurrenceReply {
            view: Some(view.into()),
        }))
    }

    async fn end_recurrence(
        &self,
        request: Request<v1::EndRecurrenceRequest>,
    ) -> Result<Response<v1::EndRecurrenceReply>, Status> {
        let message = request.into_inner();
        let actor = needed(message.actor, "actor")?;
        let ahead = if message.keep_next {
            Ahead::Keep
        } else {
            Ahead::Discard
        };
        let view = self
            .backend
            .end_recurrence(&actor, id(&message.id, "id")?, ahead)
            .await
            .map_err(status)?;
        Ok(Response::new(v1::EndRecurrenceReply {
            view: Some(view.into()),
        }))
    }

    async fn advance_recurrences(
        &self,
        request: Request<v1::AdvanceRecurrencesRequest>,
    ) -> Result<Response<v1::AdvanceRecurrencesReply>, Status> {
        let limit = request.into_inner().limit;
        let advanced = self.backend.advance_recurrences(limit).await.map_err(status)?;
        Ok(Response::new(v1::AdvanceRecurrencesReply {
            made: advanced.made,
            next_at: advanced.next_at.map(Timestamp::as_micros),
        }))
    }

    async fn shift_posts(
        &self,
        request: Request<v1::ShiftPostsRequest>,
    ) -> Result<Response<v1::ShiftPostsReply>, Status> {
        let mut message = request.into_inner();
        let actor = needed(message.actor.take(), "actor")?;
        let shift = needed(Some(message), "shift")?;
        let posts = self.backend.shift_posts(&actor, shift).await.map_err(status)?;
        Ok(Response::new(v1::ShiftPostsReply { posts: many(posts) }))
    }
}
