use async_trait::async_trait;
use postern_domain::id::{PostId, RecurrenceId};
use postern_domain::ports::{Advanced, Planning, Posts, Shift, Shifted};
use postern_domain::post::{Post, PostRef, PostView};
use postern_domain::recurrence::{
    Ahead, InSeries, NewRecurrence, Place, Reach, Recurrence, RecurrenceEdit, RecurrenceState, RecurrenceView,
};
use postern_domain::time::LocalDate;
use postern_domain::{Actor, BackendError, Code, Problem};

use super::{Fake, WORKSPACE};

impl Fake {
    /// Lets a stored post return.
    pub(super) fn begin(&self, view: &mut PostView, asked: &NewRecurrence) -> Result<(), BackendError> {
        let NewRecurrence::Rule(rule) = asked else {
            return Err(BackendError::Internal);
        };
        let Some(first) = rule.preview(self.now, 1).pop() else {
            let problem = Problem::new(
                Code::RecurrenceInvalid,
                "/recurrence",
                "all dates have passed",
                "later",
            );
            return Err(BackendError::refused(problem));
        };
        let id = RecurrenceId::from_bits(self.next());
        view.post.publish_at = Some(first.at.clone());
        view.post.series = Some(InSeries {
            recurrence: id,
            place: Place::On(first.date),
        });
        let template = PostView {
            post: Post {
                id: PostId::from_bits(self.next()),
                ..view.post.clone()
            },
            ..view.clone()
        };
        self.state().recurrences.push(RecurrenceView {
            recurrence: Recurrence {
                id,
                workspace: WORKSPACE,
                template: template.post.id,
                rule: (**rule).clone(),
                state: RecurrenceState::Running,
                made_until: Some(first.date),
                advance_at: Some(first.at.instant),
                version: 1,
                created_at: self.now,
                updated_at: self.now,
            },
            template,
            next: Some(view.clone()),
        });
        Ok(())
    }

    fn recurrence_with(
        &self,
        id: RecurrenceId,
        change: impl FnOnce(&mut RecurrenceView),
    ) -> Result<RecurrenceView, BackendError> {
        let mut state = self.state();
        let found = state.recurrences.iter_mut().find(|it| it.recurrence.id == id);
        let view = found.ok_or_else(|| BackendError::not_found("recurrence", id))?;
        change(view);
        Ok(view.clone())
    }
}

#[async_trait]
impl Planning for Fake {
    async fn recurrences(&self, _: &Actor) -> Result<Vec<RecurrenceView>, BackendError> {
        let running = self.state().recurrences.clone().into_iter();
        Ok(running.filter(|it| it.recurrence.is_running()).collect())
    }

    async fn recurrence(&self, _: &Actor, id: RecurrenceId) -> Result<RecurrenceView, BackendError> {
        self.recurrence_with(id, |_| {})
    }

    async fn update_recurrence(
        &self,
        _: &Actor,
        id: RecurrenceId,
        edit: RecurrenceEdit,
    ) -> Result<RecurrenceView, BackendError> {
        self.recurrence_with(id, |view| {
            if let Some(rule) = edit.rule {
                view.recurrence.rule = rule;
            }
            if let Reach::From(date) = edit.reach {
                view.recurrence.made_until = Some(date);
            }
            view.recurrence.version += 1;
        })
    }

    async fn skip_occurrence(
        &self,
        _: &Actor,
        id: RecurrenceId,
        date: LocalDate,
    ) -> Result<RecurrenceView, BackendError> {
        self.recurrence_with(id, |view| {
            view.recurrence.rule = view.recurrence.rule.clone().without(date);
        })
    }

    async fn end_recurrence(
        &self,
        actor: &Actor,
        id: RecurrenceId,
        ahead: Ahead,
    ) -> Result<RecurrenceView, BackendError> {
        let view = self.recurrence_with(id, |view| view.recurrence.state = RecurrenceState::Ended)?;
        if let (Ahead::Discard, Some(next)) = (ahead, &view.next) {
            self.cancel_post(actor, PostRef::Post(next.post.id)).await?;
        }
        Ok(view)
    }

    async fn advance_recurrences(&self, _: u32) -> Result<Advanced, BackendError> {
        Ok(Advanced::default())
    }

    async fn shift_posts(&self, _: &Actor, _: Shift) -> Result<Vec<Shifted>, BackendError> {
        Ok(Vec::new())
    }
}
