//! One call of an adapter within bounds: it ends in time, and its panic goes no further than its publication.

use std::panic::AssertUnwindSafe;
use std::time::Duration;

use futures::FutureExt;
use postern_domain::failure::ErrorClass;
use postern_provider_kit::{Phase, ProviderError};
use tokio::time::timeout;

/// What a step has beyond its deadline, as a share of it: requests end at the deadline by themselves and know
/// better what became of them.
const GRACE: u32 = 8;

/// Runs one call. A call that does not end or panics is unclear: nobody knows what it sent.
pub(crate) async fn bounded<T>(
    phase: Phase,
    deadline: Duration,
    call: impl Future<Output = Result<T, ProviderError>>,
) -> Result<T, ProviderError> {
    let call = AssertUnwindSafe(call).catch_unwind();
    match timeout(deadline + deadline / GRACE, call).await {
        Ok(Ok(result)) => result,
        Ok(Err(_)) => Err(ProviderError::new(
            phase.unclear(),
            "adapter_broken",
            "the adapter for this platform broke off",
            fix(phase.unclear(), "report it as a defect; it is tried again"),
        )),
        Err(_) => Err(ProviderError::new(
            phase.unclear(),
            "step_too_slow",
            "the step took longer than one step may take",
            fix(phase.unclear(), "nothing; it is tried again"),
        )),
    }
}

fn fix(class: ErrorClass, otherwise: &'static str) -> &'static str {
    if class == ErrorClass::Unconfirmed {
        "nothing yet; Postern looks for the post and asks you if it cannot tell"
    } else {
        otherwise
    }
}
