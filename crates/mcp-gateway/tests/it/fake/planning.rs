//! What returns, as far as the tools need it.

use async_trait::async_trait;
use postern_domain::id::{PostId, RecurrenceId};
use postern_domain::ports::{Advanced, Planning, Posts, Shift, Shifted};
use postern_domain::post::{Post, PostRef, PostView};
use postern_domain::recurrence::{
    Ahead, InSeries, NewRecurrence, Place, Recurrence, RecurrenceEdit, RecurrenceState, RecurrenceView, Rule,
};
use postern_domain::time::LocalDate;
use postern_domain::{Actor, BackendError};

use super::{Fake, State, WORKSPACE};

/// Lets a stored post return.
pub(super) fn begin(state: &mut State, view: &mut PostView, asked: &NewRecurrence) {
    let rule = match asked {
        NewRecurrence::Rule(rule) => (**rule).clone(),
        NewRecurrence::EveryDays(days) => {
            let Some(at) = &view.post.publish_at else { return };
            Rule::every_days(*days, at)
        }
    };
    let Some(first) = rule.occurrences().next() else {
        return;
    };
    let id = RecurrenceId::from_bits(state.next_id());
    view.post.publish_at = Some(first.at.clone());
    view.post.series = Some(InSeries {
        recurrence: id,
        place: Place::On(first.date),
    });
    let template = PostView {
        post: Post {
            id: PostId::from_bits(state.next_id()),
            ..view.post.clone()
        },
        ..view.clone()
    };
    let now = state.now();
    state.recurrences.push(RecurrenceView {
        recurrence: Recurrence {
            id,
            workspace: WORKSPACE,
            template: template.post.id,
            made_until: Some(first.date),
            advance_at: Some(first.at.instant),
            rule,
            state: RecurrenceState::Running,
            version: 1,
            created_at: now,
            updated_at: now,
        },
        template,
        next: Some(view.clone()),
    });
}

impl Fake {
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
    async fn recurrences(&self, _actor: &Actor) -> Result<Vec<RecurrenceView>, BackendError> {
        Ok(self.state().recurrences.clone())
    }

    async fn recurrence(&self, _actor: &Actor, id: RecurrenceId) -> Result<RecurrenceView, BackendError> {
        self.recurrence_with(id, |_| {})
    }

    async fn update_recurrence(
        &self,
        _actor: &Actor,
        id: RecurrenceId,
        edit: RecurrenceEdit,
    ) -> Result<RecurrenceView, BackendError> {
        self.recurrence_with(id, |view| {
            if let Some(rule) = edit.rule {
                view.recurrence.rule = rule;
            }
            view.recurrence.version += 1;
        })
    }

    async fn skip_occurrence(
        &self,
        _actor: &Actor,
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

    async fn advance_recurrences(&self, _limit: u32) -> Result<Advanced, BackendError> {
        Err(BackendError::Internal)
    }

    async fn shift_posts(&self, _actor: &Actor, _shift: Shift) -> Result<Vec<Shifted>, BackendError> {
        Err(BackendError::Internal)
    }
}
