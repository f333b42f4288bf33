//! Pauses and what did not get through.

use async_trait::async_trait;
use postern_domain::dead_letter::{DeadLetter, DeadLetterId};
use postern_domain::pause::{CatchUp, Held, Pause, PauseScope, Resumed};
use postern_domain::ports::{DeadLetters, Pauses};
use postern_domain::publication::State;
use postern_domain::{Actor, BackendError};

use super::Fake;

#[async_trait]
impl Pauses for Fake {
    async fn pauses(&self, _: &Actor) -> Result<Vec<Pause>, BackendError> {
        Ok(self.state().pauses.clone())
    }

    async fn may_pause(&self, _: &Actor, _: PauseScope) -> Result<bool, BackendError> {
        Ok(true)
    }

    async fn pause(&self, actor: &Actor, scope: PauseScope) -> Result<Pause, BackendError> {
        let pause = Pause {
            scope,
            since: self.now,
            by: actor.name.clone(),
        };
        let mut state = self.state();
        if let PauseScope::Channel(id) = scope {
            let channel = state.channels.iter_mut().find(|channel| channel.id == id);
            channel
                .ok_or_else(|| BackendError::not_found("channel", id))?
                .disabled = true;
        }
        state.pauses.push(pause.clone());
        Ok(pause)
    }

    async fn resume(&self, _: &Actor, scope: PauseScope, catch_up: CatchUp) -> Result<Resumed, BackendError> {
        let mut state = self.state();
        state.pauses.retain(|pause| pause.scope != scope);
        if let PauseScope::Channel(id) = scope {
            let channel = state.channels.iter_mut().find(|channel| channel.id == id);
            channel
                .ok_or_else(|| BackendError::not_found("channel", id))?
                .disabled = false;
        }
        let mut resumed = Resumed::default();
        for target in state.posts.iter_mut().flat_map(|view| &mut view.publications) {
            if target.publication.state != State::Held || target.held == Some(Held::Reconnect) {
                continue;
            }
            target.held = None;
            if catch_up == CatchUp::Miss {
                target.publication.state = State::Missed;
                resumed.missed += 1;
            } else {
                target.publication.state = State::Scheduled;
                resumed.released += 1;
            }
        }
        Ok(resumed)
    }
}

#[async_trait]
impl DeadLetters for Fake {
    async fn dead_letters(&self, _: &Actor) -> Result<Vec<DeadLetter>, BackendError> {
        Ok(self.state().dead_letters.clone())
    }

    async fn replay(&self, _: &Actor, id: DeadLetterId) -> Result<(), BackendError> {
        self.state().dead_letters.retain(|letter| letter.id != id);
        Ok(())
    }
}

#[cfg(test)]
impl Fake {
    /// Says why the held publications of a post are held.
    pub(crate) fn hold(&self, place: usize, reason: Held) -> postern_domain::post::PostView {
        let mut state = self.state();
        let view = &mut state.posts[place];
        for target in &mut view.publications {
            target.publication.state = State::Held;
            target.held = Some(reason);
        }
        view.clone()
    }
}
