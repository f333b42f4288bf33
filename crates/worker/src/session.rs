//! One claimed publication in a worker's hand.

use std::time::Duration;

use postern_domain::channel::Credential;
use postern_domain::failure::{ErrorClass, Failure, Trace};
use postern_domain::ports::{Claimed, Clock, Report, Work};
use postern_domain::publication::{Armed, Lease, Next, Outcome, Step};
use postern_domain::time::Timestamp;
use postern_provider_kit::{Cx, EntryOrder, ProviderError};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::crew::{Crew, Hands, Turn};
use crate::gather::Gather;
use crate::keeper::Keeper;
use crate::{Deps, metrics, report};

/// A grant that ends this soon is renewed before the work begins.
const RENEW_AHEAD: Duration = Duration::from_secs(30);

/// The calls that publications in flight make together.
pub(crate) struct Calls {
    /// Says that a commit is about to be sent; answers none when the lease is lost.
    pub(crate) arm: Gather<(Lease, Step), Option<Armed>>,
    /// Says how it ended; answers none when the lease is lost.
    pub(crate) report: Gather<Report, Option<Next>>,
}

/// One claimed publication while it is worked on.
pub(crate) struct Session<'a> {
    pub(crate) deps: &'a Deps,
    pub(crate) calls: &'a Calls,
    pub(crate) hands: &'a Hands,
    pub(crate) keeper: &'a Keeper,
    pub(crate) claimed: Claimed,
    pub(crate) lost: CancellationToken,
    pub(crate) stop: &'a CancellationToken,
    pub(crate) began: Timestamp,
    /// Whether the grant was renewed in this session already: once is enough.
    pub(crate) renewed: bool,
}

impl<'a> Session<'a> {
    pub(crate) fn new(crew: &'a Crew<'a>, claimed: Claimed, lost: CancellationToken) -> Self {
        Self {
            deps: crew.deps,
            calls: &crew.calls,
            hands: &crew.hands,
            keeper: crew.keeper,
            claimed,
            lost,
            stop: crew.stop,
            began: crew.deps.clock.now(),
            renewed: false,
        }
    }

    /// Waits until this publication may call its platform.
    pub(crate) async fn turn(&self) -> Turn<'a> {
        self.hands.turn(&self.claimed.publication.lane).await
    }

    /// Runs the work to its report.
    pub(crate) async fn work(mut self) {
        let provider = self.claimed.publication.provider.clone();
        match self.deps.providers.provider(&provider) {
            None => {
                let failure = self.failure_without_provider();
                self.report(Outcome::Failed(failure), Trace::default()).await;
            }
            Some(adapter) => match self.claimed.work.clone() {
                Work::Publish => self.publish(&*adapter).await,
                Work::Detect(armed) => self.detect(&*adapter, &armed).await,
            },
        }
        metrics::took(provider.as_str(), self.deps.clock.now().since(self.began));
    }

    /// What a provider is given for its next step, and the entry it works on.
    pub(crate) fn order(&self) -> Result<(Cx<'_>, EntryOrder<'_>), ProviderError> {
        let deadline = Instant::now() + self.deps.settings.step_deadline;
        let claimed = &self.claimed;
        let cx = self
            .deps
            .providers
            .cx(&claimed.channel, &claimed.credential, &*self.deps.media, deadline);
        match (cx, EntryOrder::current(claimed)) {
            (Some(cx), Some(entry)) => Ok((cx, entry)),
            (None, _) | (_, None) => Err(ProviderError::rejected(
                "nothing_to_send",
                "the post has no entry left for this channel",
                "write the post again",
            )),
        }
    }

    /// Whether the work must stop before its next step.
    pub(crate) fn is_lost(&self) -> bool {
        self.lost.is_cancelled() || !self.keeper.holds(self.claimed.lease)
    }

    /// Reports; answers what comes next, or stop when the lease is lost or the backend stays away.
    pub(crate) async fn report(&self, outcome: Outcome, trace: Trace) -> Next {
        metrics::ended(self.claimed.publication.provider.as_str(), outcome_name(&outcome));
        report::send(self, outcome, trace).await
    }

    /// Renews the grant after the platform found it stale. Answers whether there is a fresh one now.
    pub(crate) async fn renew(&mut self) -> Renewal {
        if self.renewed {
            return Renewal::Spent;
        }
        self.renewed = true;
        let stale = self.claimed.credential.version;
        match self
            .deps
            .backend
            .fresh_credential(self.claimed.channel.id, stale)
            .await
        {
            Ok(Some(credential)) => {
                self.claimed.credential = credential;
                Renewal::Fresh
            }
            Ok(None) => Renewal::Gone,
            Err(error) => {
                tracing::warn!(error = %error, "grant not renewed now");
                Renewal::NotNow
            }
        }
    }

    /// A credential that ends while the work goes on is renewed before it begins.
    pub(crate) async fn renew_ahead(&mut self) {
        let soon = self.deps.clock.now().plus(RENEW_AHEAD);
        let Credential { expires_at, .. } = self.claimed.credential;
        if expires_at.is_some_and(|end| end <= soon) {
            self.renew().await;
            // The platform has the last word: a renewal that did not work now may be tried after its refusal.
            self.renewed = false;
        }
    }

    /// What a failed step leads to, after a stale grant was renewed once.
    pub(crate) async fn outcome_of(&mut self, failed: Failed) -> (Outcome, Trace) {
        let Failed {
            error,
            operation,
            trace,
        } = failed;
        let (mut failure, trace) = error.into_failure(operation, 0, self.deps.clock.now(), trace);
        if failure.class == ErrorClass::Refresh {
            match self.renew().await {
                Renewal::Fresh => {}
                Renewal::NotNow => not_renewed(&mut failure),
                Renewal::Gone | Renewal::Spent => failure.class = ErrorClass::Reconnect,
            }
        }
        (Outcome::Failed(failure), trace)
    }

    fn failure_without_provider(&self) -> Failure {
        Failure {
            class: ErrorClass::Rejected,
            code: "provider_unknown".to_owned(),
            provider_code: None,
            provider_message: None,
            cause: "this worker has no adapter for the channel's platform".to_owned(),
            fix: "update all services to the same version of Postern, then retry".to_owned(),
            attempt: 0,
            at: self.deps.clock.now(),
        }
    }
}

/// A step that failed, with what the platform said last.
pub(crate) struct Failed {
    pub(crate) error: ProviderError,
    pub(crate) operation: &'static str,
    pub(crate) trace: Trace,
}

impl Failed {
    /// A failure before anything was sent.
    pub(crate) fn unsent(error: ProviderError, operation: &'static str) -> Self {
        Self {
            error,
            operation,
            trace: Trace::default(),
        }
    }

    /// Whether a fresh grant may mend it.
    pub(crate) fn is_stale_grant(&self) -> bool {
        self.error.class == ErrorClass::Refresh
    }
}

/// What became of a stale grant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Renewal {
    /// There is a fresh one.
    Fresh,
    /// The platform does not renew it now.
    NotNow,
    /// Its owner must connect again.
    Gone,
    /// It was renewed a moment ago and the platform still does not take it.
    Spent,
}

/// Nothing was created, and nothing is wrong with the post: it waits as for any limit, which costs no try.
fn not_renewed(failure: &mut Failure) {
    failure.class = ErrorClass::RateLimited { until: None };
    "grant_not_renewed".clone_into(&mut failure.code);
    "the platform does not renew the channel's access at the moment".clone_into(&mut failure.cause);
    "nothing: it is tried again by itself".clone_into(&mut failure.fix);
}

fn outcome_name(outcome: &Outcome) -> &'static str {
    match outcome {
        Outcome::EntryOut { .. } => "released",
        Outcome::Waiting { .. } => "waiting",
        Outcome::Failed(failure) => failure.class.as_str(),
        Outcome::Detected(_) => "detected",
        Outcome::GivenBack => "given_back",
    }
}
