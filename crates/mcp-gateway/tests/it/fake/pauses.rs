//! Pauses; the instance belongs to somebody else.

use async_trait::async_trait;
use postern_domain::dead_letter::{DeadLetter, DeadLetterId};
use postern_domain::pause::{CatchUp, Pause, PauseScope, Resumed};
use postern_domain::ports::{DeadLetters, Pauses};
use postern_domain::{Actor, BackendError, Code, Problem};

use super::Fake;

#[async_trait]
impl Pauses for Fake {
    async fn pauses(&self, _actor: &Actor) -> Result<Vec<Pause>, BackendError> {
        Ok(self.state().pauses.clone())
    }

    async fn may_pause(&self, _actor: &Actor, scope: PauseScope) -> Result<bool, BackendError> {
        Ok(scope != PauseScope::Instance)
    }

    async fn pause(&self, actor: &Actor, scope: PauseScope) -> Result<Pause, BackendError> {
        if scope == PauseScope::Instance {
            let fix = "pause your workspace instead";
            let problem = Problem::new(Code::Forbidden, "/scope", "only the owner may", fix);
            return Err(BackendError::refused(problem));
        }
        let mut state = self.state();
        let pause = Pause {
            scope,
            since: state.now(),
            by: actor.name.clone(),
        };
        state.pauses.push(pause.clone());
        Ok(pause)
    }

    async fn resume(
        &self,
        _actor: &Actor,
        scope: PauseScope,
        catch_up: CatchUp,
    ) -> Result<Resumed, BackendError> {
        self.state().pauses.retain(|pause| pause.scope != scope);
        let (released, missed) = match catch_up {
            CatchUp::Send => (2, 0),
            CatchUp::Rule => (1, 1),
            CatchUp::Miss => (0, 2),
        };
        Ok(Resumed {
            released,
            missed,
            more: false,
        })
    }
}

#[async_trait]
impl DeadLetters for Fake {
    async fn dead_letters(&self, _actor: &Actor) -> Result<Vec<DeadLetter>, BackendError> {
        Ok(Vec::new())
    }

    async fn replay(&self, _actor: &Actor, _id: DeadLetterId) -> Result<(), BackendError> {
        Err(BackendError::Internal)
    }
}
