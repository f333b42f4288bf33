//! The platforms' rates: what is due and finds no room waits, and what platforms say about their counting is heard.
//!
//! Room is taken when a publication is handed out, for all its entries that are not out: what workers have in hand
//! is then never more than the platforms take. A publication that comes back is counted again when it is handed out
//! again, also when nothing was sent; that errs on the side of patience. Searches for evidence, looks at a platform
//! that is still working and later entries of a thread are not counted a second time.

use std::collections::{HashMap, HashSet};

use postern_domain::failure::{ErrorClass, Failure};
use postern_domain::id::{ChannelId, PublicationId};
use postern_domain::manifest::{Manifest, ProviderId, RateScope};
use postern_domain::ports::Report;
use postern_domain::publication::{Outcome, Publication};
use postern_domain::rate::{Admission, Allowance, Ask, Bucket, RateHint, Request, Told};
use postern_domain::time::Timestamp;

use crate::deps::Deps;
use crate::pauses::{Gate, Lateness};

/// Whose budgets there are.
const SCOPES: [RateScope; 2] = [RateScope::App, RateScope::Channel];

/// A platform that has more than this share of its count left says nothing that matters.
const PLENTY: u32 = 4;

/// How often the workers' hands fit into what one channel may have in hand: enough that they never wait for the
/// next release, little enough that another channel's post is soon among them.
const HANDFULS: u32 = 8;

/// The fewest that one channel may have in hand.
const FEW: u32 = 64;

/// How many publications of one channel may be leased at once.
pub(super) fn in_hand(deps: &Deps) -> u32 {
    let manifests = deps.catalog.manifests().iter();
    let hands = manifests.map(|manifest| manifest.concurrency).max();
    hands.unwrap_or_default().saturating_mul(HANDFULS).max(FEW)
}

/// Takes room for what is about to be handed out, and postpones what finds none. Answers what was postponed.
///
/// Counters that do not answer stop nobody: a platform that is asked too often says so.
pub(super) async fn postpone_crowded(
    deps: &Deps,
    due: &mut [Publication],
    gate: &Gate,
    lateness: &Lateness,
    now: Timestamp,
) -> HashSet<PublicationId> {
    let goes = |publication: &&mut Publication| {
        gate.holds(publication).is_none() && !publication.is_missed(now, lateness.of(publication))
    };
    let mut asking: Vec<&mut Publication> = due.iter_mut().filter(goes).collect();
    take_turns(&mut asking);
    let request = request_of(deps, &asking);
    if request.asks.is_empty() {
        return HashSet::new();
    }
    let admissions = match deps.counters.admit(&request, now).await {
        Ok(admissions) => admissions,
        Err(error) => {
            tracing::warn!(error = %error, "rates not asked, platforms keep them themselves");
            return HashSet::new();
        }
    };
    let mut postponed = HashSet::new();
    for (publication, admission) in asking.into_iter().zip(admissions) {
        let Admission::NotBefore(until) = admission else {
            continue;
        };
        let reason = reason(deps, publication, until, now);
        if publication.postpone(until, reason, now).is_ok() {
            postponed.insert(publication.id);
        }
    }
    tracing::debug!(postponed = postponed.len(), "rates asked");
    postponed
}

/// The first of each channel asks before the second of any: who shares an app's rate is not kept out by one that has
/// much to send. Within a channel the order is that of the plan.
fn take_turns(asking: &mut [&mut Publication]) {
    asking.sort_by_key(|it| (it.due_at, it.publish_at, it.id));
    let mut asked: HashMap<ChannelId, u32> = HashMap::new();
    let turns: HashMap<PublicationId, u32> = asking
        .iter()
        .map(|it| {
            let turn = asked.entry(it.channel).or_default();
            *turn += 1;
            (it.id, *turn)
        })
        .collect();
    // Sorting is stable, so that times decide within a turn.
    asking.sort_by_key(|it| turns.get(&it.id).copied());
}

/// The wishes of publications, over the buckets they share.
fn request_of(deps: &Deps, asking: &[&mut Publication]) -> Request {
    let mut request = Request::default();
    let mut places: HashMap<String, usize> = HashMap::new();
    for publication in asking {
        let manifest = deps.catalog.manifest(&publication.provider);
        let own = SCOPES.map(|scope| {
            let key = key(&publication.provider, publication.channel, scope);
            *places.entry(key).or_insert_with_key(|key| {
                request.buckets.push(Bucket {
                    key: key.clone(),
                    allowances: allowances(manifest, scope),
                });
                request.buckets.len() - 1
            })
        });
        request.asks.push(Ask {
            wanted: publication.uncounted(),
            buckets: own.to_vec(),
        });
    }
    request
}

/// The name of a budget.
fn key(provider: &ProviderId, channel: ChannelId, scope: RateScope) -> String {
    match scope {
        RateScope::App => format!("app/{provider}"),
        RateScope::Channel => format!("channel/{channel}"),
    }
}

/// What a provider's platform allows in a scope.
fn allowances(manifest: Option<&Manifest>, scope: RateScope) -> Vec<Allowance> {
    let rates = manifest
        .map(|manifest| manifest.rates.as_slice())
        .unwrap_or_default();
    rates
        .iter()
        .filter(|rate| rate.scope == scope)
        .map(|rate| Allowance {
            count: rate.count,
            window: rate.window,
        })
        .collect()
}

/// Why a publication waits, as people and programs read it.
fn reason(deps: &Deps, publication: &Publication, until: Timestamp, now: Timestamp) -> Failure {
    let manifest = deps.catalog.manifest(&publication.provider);
    let platform = manifest.map_or(publication.provider.as_str(), |manifest| manifest.name.as_str());
    Failure {
        class: ErrorClass::RateLimited { until: Some(until) },
        code: "limit_reached".to_owned(),
        provider_code: None,
        provider_message: None,
        cause: format!(
            "{platform} takes no more for now, so the post waits for its limit until {}",
            until.to_rfc3339()
        ),
        fix: "nothing; it goes out by itself when there is room".to_owned(),
        attempt: publication.attempts,
        at: now,
    }
}

/// What a report says about the platform's counting; `publication` is as the report left it.
pub(super) fn heard(deps: &Deps, publication: &Publication, report: &Report) -> Vec<Told> {
    let manifest = deps.catalog.manifest(&publication.provider);
    let told = |scope: RateScope, remaining: u32, until: Timestamp| Told {
        key: key(&publication.provider, publication.channel, scope),
        remaining,
        until,
    };
    let hints = report.trace.rates.iter().filter(|hint| matters(manifest, hint));
    let mut words: Vec<Told> = hints
        .map(|hint| told(hint.scope, hint.remaining, hint.resets_at))
        .collect();
    let is_limited = match &report.outcome {
        Outcome::Failed(failure) => matches!(failure.class, ErrorClass::RateLimited { .. }),
        Outcome::EntryOut { .. } | Outcome::Waiting { .. } | Outcome::Detected(_) | Outcome::GivenBack => {
            false
        }
    };
    // A platform that does not say whose limit it is means the account that asked.
    if is_limited
        && words.iter().all(|word| word.remaining > 0)
        && let Some(until) = publication.due_at
    {
        words.push(told(RateScope::Channel, 0, until));
    }
    words
}

/// Where no rate is known, only the end of a platform's patience matters.
fn matters(manifest: Option<&Manifest>, hint: &RateHint) -> bool {
    let counts = allowances(manifest, hint.scope);
    let most = counts.iter().map(|allowance| allowance.count).max();
    hint.remaining <= most.unwrap_or_default() / PLENTY
}

/// Passes on what platforms said, so that the other posts wait as well.
pub(super) async fn hear(deps: &Deps, told: &[Told], now: Timestamp) {
    if told.is_empty() {
        return;
    }
    for word in told.iter().filter(|word| word.remaining == 0) {
        tracing::info!(bucket = %word.key, until = %word.until.to_rfc3339(), "platform takes no more for now");
    }
    if let Err(error) = deps.counters.hear(told, now).await {
        tracing::warn!(error = %error, "limits of a platform not passed on");
    }
}
