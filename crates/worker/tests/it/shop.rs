//! A platform of one class of evidence. What it shows to the public is its window, and nothing is in it that was not
//! put there by a request.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use postern_domain::channel::{ConnectAnswer, Connected, Grant};
use postern_domain::content::Editor;
use postern_domain::failure::ErrorClass;
use postern_domain::manifest::{Evidence, Manifest};
use postern_domain::ports::{BeganConnect, Clock, ConnectError, RefreshError};
use postern_domain::publication::{Armed, Step};
use postern_domain::secret::Secret;
use postern_domain::time::Timestamp;
use postern_domain::value::Settings;
use postern_provider_kit::{Committed, ConnectCx, Cx, EntryOrder, Found, Prepared, Provider, ProviderError};
use postern_testkit::{FakeCatalog, TestClock};

use crate::gate::Stuck;
use crate::platform::{error, made};

/// What becomes of the next request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fate {
    /// It is carried out and answered.
    Answered,
    /// It is carried out, the answer is lost.
    AnswerLost,
    /// It is lost, and nobody knows.
    RequestLost,
    /// It is refused like this, and nothing is made.
    Refused(ErrorClass),
    /// Whoever sends it sticks before it leaves.
    StuckBefore,
    /// It is carried out, and whoever sent it sticks.
    StuckAfter,
}

/// One post in the window.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Shown {
    pub(crate) id: String,
    pub(crate) text: String,
    pub(crate) answers: Option<String>,
    key: String,
    own: String,
    at: Timestamp,
}

/// The platform.
pub(crate) struct Shop {
    manifest: Manifest,
    pub(crate) stuck: Stuck,
    clock: Mutex<Option<Arc<TestClock>>>,
    window: Mutex<Vec<Shown>>,
    commits: Mutex<VecDeque<Fate>>,
    searches: Mutex<VecDeque<Fate>>,
}

impl Shop {
    pub(crate) fn new(evidence: Evidence) -> Arc<Self> {
        Arc::new(Self {
            manifest: Manifest {
                evidence,
                ..FakeCatalog::a_manifest()
            },
            stuck: Stuck::default(),
            clock: Mutex::default(),
            window: Mutex::default(),
            commits: Mutex::default(),
            searches: Mutex::default(),
        })
    }

    /// The clock that dates what is shown.
    pub(crate) fn set_clock(&self, clock: Arc<TestClock>) {
        *self.clock.lock().unwrap() = Some(clock);
    }

    /// What becomes of the next commits, in order and instead of what was said before; then all are answered.
    pub(crate) fn will_commit(&self, fates: &[Fate]) {
        *self.commits.lock().unwrap() = fates.iter().copied().collect();
    }

    /// What becomes of the next searches, in order and instead of what was said before; then all are answered.
    pub(crate) fn will_search(&self, fates: &[Fate]) {
        *self.searches.lock().unwrap() = fates.iter().copied().collect();
    }

    /// What the public sees, oldest first.
    pub(crate) fn window(&self) -> Vec<Shown> {
        self.window.lock().unwrap().clone()
    }

    /// What the public sees of one text.
    pub(crate) fn copies(&self, text: &str) -> Vec<Shown> {
        let mut window = self.window();
        window.retain(|shown| shown.text == text);
        window
    }

    fn now(&self) -> Timestamp {
        self.clock.lock().unwrap().as_ref().unwrap().now()
    }

    /// What is known of a request by the platform's own memory.
    fn known(&self, request: &Shown) -> Option<Shown> {
        let recalls = |shown: &&Shown| match self.manifest.evidence {
            Evidence::KeySafe { .. } => shown.key == request.key,
            Evidence::Queryable => shown.own == request.own,
            Evidence::DuplicateRefusal { .. } => shown.text == request.text,
            Evidence::Listing | Evidence::None => false,
        };
        self.window.lock().unwrap().iter().find(recalls).cloned()
    }

    /// Carries a request out: a repetition that is recognised makes nothing.
    fn take(&self, request: Shown) -> Result<Committed, ProviderError> {
        match (self.known(&request), self.manifest.evidence) {
            (Some(_), Evidence::DuplicateRefusal { .. }) => Err(error(ErrorClass::Rejected)),
            (Some(first), _) => Ok(made(&first.id)),
            (None, _) => {
                let id = request.id.clone();
                self.window.lock().unwrap().push(request);
                Ok(made(&id))
            }
        }
    }

    fn search(&self, request: Shown, armed: &Armed) -> Result<Found, ProviderError> {
        let known = self.known(&request);
        let listed = |shown: &&Shown| shown.text == request.text && shown.at >= armed.at;
        Ok(match self.manifest.evidence {
            Evidence::KeySafe { .. } => Found::There(self.take(request)?),
            Evidence::DuplicateRefusal { .. } => Found::There(match known {
                Some(first) => made(&first.id),
                None => self.take(request)?,
            }),
            Evidence::Queryable => known.map_or(Found::Absent, |shown| Found::There(made(&shown.id))),
            Evidence::Listing => match self.window.lock().unwrap().iter().find(listed) {
                Some(shown) => Found::There(made(&shown.id)),
                None => Found::Unknown { look_again_in: None },
            },
            Evidence::None => Found::Unknown { look_again_in: None },
        })
    }

    fn request(&self, entry: &EntryOrder<'_>, step: Option<&Step>, armed: &Armed) -> Shown {
        Shown {
            id: format!("s{}", self.window.lock().unwrap().len()),
            text: entry.content.render(Editor::None),
            answers: entry.previous.map(|release| release.remote_id.clone()),
            key: armed.key.clone(),
            own: step.map(|step| step.0.clone()).unwrap_or_default(),
            at: self.now(),
        }
    }

    async fn befall<T>(
        &self,
        fate: Fate,
        carry_out: impl FnOnce() -> Result<T, ProviderError>,
    ) -> Result<T, ProviderError> {
        match fate {
            Fate::Answered => carry_out(),
            Fate::AnswerLost => {
                carry_out()?;
                Err(error(ErrorClass::Unconfirmed))
            }
            Fate::RequestLost => Err(error(ErrorClass::Unconfirmed)),
            Fate::Refused(class) => Err(error(class)),
            Fate::StuckBefore => {
                self.stuck.forever().await;
                Err(error(ErrorClass::Unconfirmed))
            }
            Fate::StuckAfter => {
                carry_out()?;
                self.stuck.forever().await;
                Err(error(ErrorClass::Unconfirmed))
            }
        }
    }
}

/// What a worker is given to call.
pub(crate) struct Counter(pub(crate) Arc<Shop>);

#[async_trait]
impl Provider for Counter {
    fn manifest(&self) -> &Manifest {
        &self.0.manifest
    }

    fn hosts(&self) -> &'static [(&'static str, &'static str)] {
        &[]
    }

    fn measure(&self, text: &str) -> u32 {
        u32::try_from(text.chars().count()).unwrap()
    }

    async fn begin(&self, _: &ConnectCx<'_>, _: &Settings) -> Result<BeganConnect, ConnectError> {
        Err(closed())
    }

    async fn finish(
        &self,
        _: &ConnectCx<'_>,
        _: &ConnectAnswer,
        _: &Secret,
    ) -> Result<Connected, ConnectError> {
        Err(closed())
    }

    async fn refresh(&self, _: &Cx<'_>) -> Result<Grant, RefreshError> {
        Err(RefreshError::NotNow {
            reason: "workers do not renew".into(),
            until: None,
        })
    }

    async fn profile(&self, _: &Cx<'_>) -> Result<Connected, ConnectError> {
        Err(closed())
    }

    /// The own key of the post is chosen once and kept, as on platforms that let clients choose.
    async fn prepare(
        &self,
        _: &Cx<'_>,
        entry: &EntryOrder<'_>,
        step: Option<Step>,
    ) -> Result<Prepared, ProviderError> {
        let own = || Step(format!("{}.{}.{}", entry.publication, entry.index, entry.run));
        Ok(Prepared::Ready(step.unwrap_or_else(own)))
    }

    async fn commit(
        &self,
        _: &Cx<'_>,
        entry: &EntryOrder<'_>,
        step: &Step,
        armed: &Armed,
    ) -> Result<Committed, ProviderError> {
        let shop = &self.0;
        let fate = shop.commits.lock().unwrap().pop_front();
        let request = shop.request(entry, Some(step), armed);
        shop.befall(fate.unwrap_or(Fate::Answered), || shop.take(request))
            .await
    }

    async fn detect(
        &self,
        _: &Cx<'_>,
        entry: &EntryOrder<'_>,
        step: Option<&Step>,
        armed: &Armed,
    ) -> Result<Found, ProviderError> {
        let shop = &self.0;
        let fate = shop.searches.lock().unwrap().pop_front();
        let request = shop.request(entry, step, armed);
        shop.befall(fate.unwrap_or(Fate::Answered), || shop.search(request, armed))
            .await
    }
}

fn closed() -> ConnectError {
    ConnectError::Unreachable {
        host: "platform.test".into(),
    }
}
