//! One log line per call: who, with which client, which tool, what came of it, how long it took. Never keys or texts.

use std::time::{Duration, Instant};

use rmcp::RoleServer;
use rmcp::model::JsonObject;
use rmcp::service::RequestContext;

use crate::answer::{Done, Stop};
use crate::caller::Caller;
use crate::confirm::digest;

/// A call that is being made.
pub(crate) struct Audit {
    tool: &'static str,
    fingerprint: String,
    workspace: String,
    arguments: String,
    client: String,
    client_version: String,
    begun: Instant,
}

impl Audit {
    /// Notes who calls what.
    pub(crate) fn begin(
        caller: &Caller,
        tool: &'static str,
        arguments: &JsonObject,
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
            arguments: fingerprint(arguments),
            client,
            client_version,
            begun: Instant::now(),
        }
    }

    /// Writes the line and counts the call.
    pub(crate) fn end(self, result: &Result<Done, Stop>) {
        let took = self.begun.elapsed();
        let (outcome, code) = match result {
            Ok(done) => (done.outcome(), ""),
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
            arguments.digest = self.arguments,
            outcome,
            problem.code = code,
            duration_ms = millis(took),
            "tool called"
        );
    }
}

/// Tells calls apart and the same ones together, without saying what was in them.
fn fingerprint(arguments: &JsonObject) -> String {
    let text = serde_json::to_string(arguments).unwrap_or_default();
    digest([text.as_str()])[..12].to_owned()
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
