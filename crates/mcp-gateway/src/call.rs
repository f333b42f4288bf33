//! One tool call from its name to its result: scope, rate, arguments, deadline, audit line.

use postern_domain::{BackendError, Code, Problem};
use rmcp::RoleServer;
use rmcp::model::{CallToolRequestParams, CallToolResponse, ErrorData, JsonObject};
use rmcp::service::RequestContext;
use serde_json::{Value, json};
use tracing::Instrument as _;

use crate::answer::{Done, Refused, Stop};
use crate::ask::Round;
use crate::audit::Audit;
use crate::caller::{Caller, Origin, View};
use crate::gateway::Shared;
use crate::meter::Wait;
use crate::progress::Progress;
use crate::tools::{Call, Entry};

/// Calls a tool.
///
/// Errors: only for a name that no tool has; everything else is told in the result, where models see it.
pub(crate) async fn call(
    shared: &Shared,
    caller: &Caller,
    view: View,
    mut params: CallToolRequestParams,
    context: &RequestContext<RoleServer>,
) -> Result<CallToolResponse, ErrorData> {
    let Some(entry) = shared.toolbox.find(&params.name) else {
        return Err(unknown(shared, caller, view, &params.name));
    };
    let round = Round::of(&mut params, context);
    let arguments = params.arguments.unwrap_or_default();
    let result = attempt(shared, (caller, view), entry, (arguments, round), context).await;
    Ok(match result {
        Ok(done) => CallToolResponse::Complete(done.into_result()),
        Err(Stop::Refused(refused)) => CallToolResponse::Complete(refused.into_result()),
        Err(Stop::Ask(question)) => CallToolResponse::InputRequired(*question),
    })
}

/// Calls a tool of ours in the name of a client that asked for something else, and gives its facts.
pub(crate) async fn ask_tool(
    shared: &Shared,
    caller: &Caller,
    view: View,
    (name, arguments): (&str, Value),
    context: &RequestContext<RoleServer>,
) -> Result<Value, Stop> {
    let entry = shared.toolbox.find(name).ok_or(BackendError::Internal)?;
    let arguments = match arguments {
        Value::Object(arguments) => arguments,
        _ => JsonObject::new(),
    };
    let done = attempt(
        shared,
        (caller, view),
        entry,
        (arguments, Round::silent()),
        context,
    )
    .await;
    done.map(Done::into_facts)
}

/// One try of a call, with its span and its line in the audit log.
async fn attempt(
    shared: &Shared,
    (caller, view): (&Caller, View),
    entry: &Entry,
    (arguments, round): (JsonObject, Round),
    context: &RequestContext<RoleServer>,
) -> Result<Done, Stop> {
    let audit = Audit::begin(caller, entry.spec.name, &arguments, context);
    async {
        let result = match admit(shared, caller, view, entry) {
            Ok(_pass) => match entry.check(arguments) {
                Ok(arguments) => {
                    let call = Call {
                        shared,
                        caller,
                        round,
                        progress: Progress::of(context),
                        stop: context.ct.clone(),
                        arguments,
                    };
                    run(entry, call).await
                }
                Err(refused) => Err(Stop::Refused(refused)),
            },
            Err(refused) => Err(Stop::Refused(refused)),
        };
        audit.end(&result);
        result
    }
    .instrument(span(entry, caller, context))
    .await
}

/// The span of a call: below the one that the client names, or else below the request that brought it.
fn span(entry: &Entry, caller: &Caller, context: &RequestContext<RoleServer>) -> tracing::Span {
    let parts = context.extensions.get::<http::request::Parts>();
    let origin = parts.and_then(|parts| parts.extensions.get::<Origin>());
    let parent = origin.map_or_else(tracing::Span::current, |origin| origin.0.clone());
    let span = tracing::info_span!(
        parent: &parent,
        "mcp.tools.call",
        tool = entry.spec.name,
        workspace.id = %caller.actor.workspace,
        key.fingerprint = caller.fingerprint.as_str(),
    );
    if let Some(traceparent) = context.meta.get("traceparent").and_then(|value| value.as_str()) {
        postern_telemetry::propagate::set_parent(&span, traceparent);
    }
    span
}

/// Runs the tool within its deadline, and no longer than the client wants its answer where it may be dropped.
async fn run(entry: &Entry, call: Call<'_>) -> Result<Done, Stop> {
    let deadline = entry
        .tool
        .deadline()
        .unwrap_or(call.shared.settings.limits.call_deadline);
    let droppable = entry.spec.effect.read_only || entry.tool.may_be_dropped();
    let name = entry.spec.name;
    tokio::select! {
        result = tokio::time::timeout(deadline, entry.tool.call(&call)) => result.unwrap_or_else(|_| {
            let detail = format!("{name} did not finish within {} seconds", deadline.as_secs());
            let fix = "look whether it took effect before calling it again";
            Err(Problem::new(Code::Unavailable, "", detail, fix).into())
        }),
        () = call.stop.cancelled(), if droppable => {
            let detail = format!("{name} was cancelled by the client");
            Err(Problem::new(Code::Unavailable, "", detail, "call it again").into())
        }
    }
}

/// Scope first, then rate: a call that is not allowed costs nothing.
fn admit(shared: &Shared, caller: &Caller, view: View, entry: &Entry) -> Result<crate::meter::Pass, Refused> {
    let spec = &entry.spec;
    let missing = spec.scopes.iter().filter(|scope| !caller.actor.may(**scope));
    let missing: Vec<_> = missing.map(|scope| scope.to_ask_for().as_str()).collect();
    if !missing.is_empty() {
        let missing = missing.join(", ");
        let problem = Problem::new(
            Code::ScopeMissing,
            "",
            format!(
                "this key may not call {}: it needs the scope {missing}",
                spec.name
            ),
            "ask an owner or admin of the workspace for a key with this scope (Settings > Public API)",
        )
        .allowed(missing);
        return Err(Refused::new(vec![problem]));
    }
    if view.readonly && !spec.effect.read_only {
        let detail = format!("this connection was opened read-only, and {} writes", spec.name);
        let fix = "leave `readonly` out of the server's URL and headers";
        return Err(Refused::new(vec![Problem::new(Code::Forbidden, "", detail, fix)]));
    }
    let now = shared.clock.now();
    shared
        .meter
        .admit(&caller.fingerprint, !spec.effect.read_only, now)
        .map_err(|wait| {
            let (detail, seconds) = match wait {
                Wait::Often(seconds) => (
                    "this key has made too many calls in the last minute".to_owned(),
                    seconds,
                ),
                Wait::AtOnce(most) => (
                    format!("this key has {most} calls running already, which is the most"),
                    1,
                ),
            };
            let problem = Problem::new(
                Code::RateLimited,
                "",
                detail,
                format!("call again in {seconds} seconds"),
            );
            Refused {
                retry_after_s: Some(seconds),
                ..Refused::new(vec![problem])
            }
        })
}

/// The answer to a name that no tool has: what there is, and what was probably meant.
fn unknown(shared: &Shared, caller: &Caller, view: View, name: &str) -> ErrorData {
    let names: Vec<_> = shared
        .toolbox
        .visible(&caller.actor, view)
        .map(|entry| entry.spec.name)
        .collect();
    let shown: String = name
        .chars()
        .filter(|letter| !letter.is_control())
        .take(64)
        .collect();
    let near = crate::nearest::nearest(&shown, &names);
    let hint = near
        .map(|near| format!(" Did you mean {near}?"))
        .unwrap_or_default();
    let message = format!(
        "Unknown tool: {shown}.{hint} Available tools: {}.",
        names.join(", ")
    );
    tracing::info!(
        key.fingerprint = caller.fingerprint.as_str(),
        "unknown tool called"
    );
    ErrorData::invalid_params(message, Some(json!({ "tool": shown, "available": names })))
}
