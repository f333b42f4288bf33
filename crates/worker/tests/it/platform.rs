//! A provider that answers in order what a test says, and remembers every call with the row as it was stored then.

use std::collections::VecDeque;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use postern_domain::channel::{ConnectAnswer, Connected, Grant};
use postern_domain::failure::ErrorClass;
use postern_domain::id::PublicationId;
use postern_domain::manifest::Manifest;
use postern_domain::ports::{BeganConnect, ConnectError, RefreshError, Storage};
use postern_domain::publication::{Armed, Publication, Release, Step};
use postern_domain::secret::Secret;
use postern_domain::value::Settings;
use postern_provider_kit::{Committed, ConnectCx, Cx, EntryOrder, Found, Prepared, Provider, ProviderError};
use postern_testkit::FakeCatalog;

/// One answer; what else happens when it is asked for may be part of it.
type Answer<T> = Pin<Box<dyn Future<Output = Result<T, ProviderError>> + Send>>;

/// A method of the provider.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Asked {
    Prepare,
    Commit,
    Detect,
}

/// One call, and the stored row at its beginning.
#[derive(Debug, Clone)]
pub(crate) struct Call {
    pub(crate) asked: Asked,
    pub(crate) publication: PublicationId,
    pub(crate) entry: u32,
    pub(crate) step: Option<String>,
    pub(crate) key: Option<String>,
    pub(crate) root: Option<String>,
    pub(crate) previous: Option<String>,
    pub(crate) grant: String,
    pub(crate) row: Publication,
}

/// The platform. Without an answer in line it is ready at once, takes every commit and cannot tell what arrived.
pub(crate) struct Platform {
    manifest: Manifest,
    storage: Arc<dyn Storage>,
    prepares: Mutex<VecDeque<Answer<Prepared>>>,
    commits: Mutex<VecDeque<Answer<Committed>>>,
    detects: Mutex<VecDeque<Answer<Found>>>,
    stale: Mutex<Option<String>>,
    calls: Mutex<Vec<Call>>,
}

impl Platform {
    pub(crate) fn new(storage: Arc<dyn Storage>) -> Self {
        Self {
            manifest: FakeCatalog::a_manifest(),
            storage,
            prepares: Mutex::default(),
            commits: Mutex::default(),
            detects: Mutex::default(),
            stale: Mutex::default(),
            calls: Mutex::default(),
        }
    }

    /// Puts an answer to the next `prepare` in line.
    pub(crate) fn will_prepare(
        &self,
        answer: impl Future<Output = Result<Prepared, ProviderError>> + Send + 'static,
    ) {
        self.prepares.lock().unwrap().push_back(Box::pin(answer));
    }

    /// Puts an answer to the next `commit` in line.
    pub(crate) fn will_commit(
        &self,
        answer: impl Future<Output = Result<Committed, ProviderError>> + Send + 'static,
    ) {
        self.commits.lock().unwrap().push_back(Box::pin(answer));
    }

    /// Puts an answer to the next `detect` in line.
    pub(crate) fn will_detect(&self, answer: Result<Found, ProviderError>) {
        self.detects.lock().unwrap().push_back(Box::pin(async { answer }));
    }

    /// This grant is refused as stale from now on, before any answer in line.
    pub(crate) fn refuse_grant(&self, grant: &str) {
        *self.stale.lock().unwrap() = Some(grant.to_owned());
    }

    /// All calls so far.
    pub(crate) fn calls(&self) -> Vec<Call> {
        self.calls.lock().unwrap().clone()
    }

    /// The calls of one method so far.
    pub(crate) fn all(&self, asked: Asked) -> Vec<Call> {
        self.calls()
            .into_iter()
            .filter(|call| call.asked == asked)
            .collect()
    }

    async fn note(
        &self,
        asked: Asked,
        cx: &Cx<'_>,
        entry: &EntryOrder<'_>,
        step: Option<&Step>,
        armed: Option<&Armed>,
    ) -> Result<(), ProviderError> {
        let unit = self.storage.read().await.unwrap();
        let row = unit.publications_by_id(&[entry.publication]).await.unwrap();
        let id_of = |release: &Release| release.remote_id.clone();
        let grant = cx.credential.grant.reveal().to_owned();
        let is_stale = self.stale.lock().unwrap().as_ref() == Some(&grant);
        self.calls.lock().unwrap().push(Call {
            asked,
            publication: entry.publication,
            entry: entry.index,
            step: step.map(|step| step.0.clone()),
            key: armed.map(|armed| armed.key.clone()),
            root: entry.root.map(id_of),
            previous: entry.previous.map(id_of),
            grant,
            row: row.into_iter().next().unwrap(),
        });
        if is_stale {
            Err(error(ErrorClass::Refresh))
        } else {
            Ok(())
        }
    }
}

/// What a worker is given to call.
pub(crate) struct Door(pub(crate) Arc<Platform>);

#[async_trait]
impl Provider for Door {
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
        Err(not_here())
    }

    async fn finish(
        &self,
        _: &ConnectCx<'_>,
        _: &ConnectAnswer,
        _: &Secret,
    ) -> Result<Connected, ConnectError> {
        Err(not_here())
    }

    async fn refresh(&self, _: &Cx<'_>) -> Result<Grant, RefreshError> {
        Err(RefreshError::NotNow {
            reason: "workers do not renew".into(),
            until: None,
        })
    }

    async fn profile(&self, _: &Cx<'_>) -> Result<Connected, ConnectError> {
        Err(not_here())
    }

    async fn prepare(
        &self,
        cx: &Cx<'_>,
        entry: &EntryOrder<'_>,
        step: Option<Step>,
    ) -> Result<Prepared, ProviderError> {
        self.0
            .note(Asked::Prepare, cx, entry, step.as_ref(), None)
            .await?;
        let answer = self.0.prepares.lock().unwrap().pop_front();
        match answer {
            Some(answer) => answer.await,
            None => Ok(ready("{}")),
        }
    }

    async fn commit(
        &self,
        cx: &Cx<'_>,
        entry: &EntryOrder<'_>,
        step: &Step,
        armed: &Armed,
    ) -> Result<Committed, ProviderError> {
        self.0
            .note(Asked::Commit, cx, entry, Some(step), Some(armed))
            .await?;
        let answer = self.0.commits.lock().unwrap().pop_front();
        match answer {
            Some(answer) => answer.await,
            None => Ok(made(&format!("r{}", entry.index))),
        }
    }

    async fn detect(
        &self,
        cx: &Cx<'_>,
        entry: &EntryOrder<'_>,
        step: Option<&Step>,
        armed: &Armed,
    ) -> Result<Found, ProviderError> {
        self.0.note(Asked::Detect, cx, entry, step, Some(armed)).await?;
        let answer = self.0.detects.lock().unwrap().pop_front();
        match answer {
            Some(answer) => answer.await,
            None => Ok(Found::Unknown { look_again_in: None }),
        }
    }
}

fn not_here() -> ConnectError {
    ConnectError::Unreachable {
        host: "platform.test".into(),
    }
}

/// An error of this class.
pub(crate) fn error(class: ErrorClass) -> ProviderError {
    ProviderError::new(class, "test_says_so", "the platform said no", "say it otherwise")
}

/// `prepare` has more to do.
pub(crate) fn more(step: &str) -> Prepared {
    Prepared::More(Step(step.into()))
}

/// The platform is working.
pub(crate) fn busy(step: &str, look_again_in: Duration) -> Prepared {
    Prepared::Wait {
        step: Step(step.into()),
        look_again_in,
    }
}

/// The commit may follow.
pub(crate) fn ready(step: &str) -> Prepared {
    Prepared::Ready(Step(step.into()))
}

/// What exists after a commit.
pub(crate) fn made(remote_id: &str) -> Committed {
    Committed {
        remote_id: remote_id.into(),
        url: Some(format!("https://platform.test/{remote_id}")),
        carry: None,
    }
}
