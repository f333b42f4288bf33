//! One log line per call: who, with which client, which tool, what came of it, how long it took. Never keys or texts.

use std::time::{Duration, Instant};

use rmcp::RoleServer;
use rmcp::service::RequestContext;

use crate::answer::{Done, Stop};
use crate::caller::Caller;
use crate::gateway::Shared;

/// A call that is being made.
pub(crate) struct Audit {
    tool: &'static str,
    fingerprint: String,
    workspace: String,
    client: String,
    client_version: String,
    begun: Instant,
}

impl Audit {
    /// Notes who calls what.
    pub(crate) fn begin(
        _shared: &Shared,
        caller: &Caller,
        tool: &'static str,
        context: &RequestContext<RoleServer>,
    ) -> Self {
        let (client, client_version) = match context.client_info() {
            Some(info) => (printable(&info.name), printable(&info.version)),
            None => (String::new(), String::new()),
        };
        Self {
            tool,
            fingerprint: caller.fingerprint.as_str().to_owned(),
            workspace: caller.actor.workspace.to_string(),
            client,
            client_version,
            begun: Instant::now(),
        }
    }

    /// Writes the line and counts the call.
    pub(crate) fn end(self, _shared: &Shared, result: &Result<Done, Stop>) {
        let took = self.begun.elapsed();
        let (outcome, code) = match result {
            Ok(_) => ("done", ""),
            Err(Stop::Ask(_)) => ("asked", ""),
            Err(Stop::Refused(refused)) => ("refused", refused.code().as_str()),
        };
        crate::metrics::count_call(self.tool, outcome, took);
        tracing::info!(
            tool = self.tool,
            key.fingerprint = self.fingerprint,
            workspace.id = self.workspace,
            client.name = self.client,
            client.version = self.client_version,
            outcome,
            problem.code = code,
            duration_ms = millis(took),
            "tool called"
        );
    }
}

fn millis(took: Duration) -> u64 {
    u64::try_from(took.as_millis()).unwrap_or(u64::MAX)
}

/// A client's own words, short and without what does not show.
fn printable(text: &str) -> String {
    text.chars()
        .filter(|letter| !letter.is_control())
        .take(64)
        .collect()
}
