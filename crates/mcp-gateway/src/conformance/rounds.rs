//! The tools of the suite that answer with a question, and complete when they are called again with its answer.

use postern_domain::Timestamp;
use rmcp::RoleServer;
use rmcp::model::{CallToolRequestParams, CallToolResponse, ErrorData, InputRequiredResult};
use rmcp::service::RequestContext;
use serde_json::{Value, json};

use super::Fixtures;
use super::tools::{broken, done, text};
use crate::confirm::Subject;

/// The tools.
pub(super) const NAMES: [&str; 9] = [
    "test_input_required_result_capabilities",
    "test_input_required_result_elicitation",
    "test_input_required_result_list_roots",
    "test_input_required_result_multi_round",
    "test_input_required_result_multiple_inputs",
    "test_input_required_result_request_state",
    "test_input_required_result_sampling",
    "test_input_required_result_tampered_state",
    "test_missing_capability",
];

/// Before this instant states are issued and after it opened: the suite has no clock of ours, and needs none.
const NOW: Timestamp = Timestamp::from_secs(1_800_000_000);

/// Answers one round.
pub(super) fn call(
    fixtures: &Fixtures,
    name: &str,
    params: &CallToolRequestParams,
    context: &RequestContext<RoleServer>,
) -> Result<CallToolResponse, ErrorData> {
    let answers = serde_json::to_value(&params.input_responses).map_err(broken)?;
    let state = params.request_state.as_deref();
    let can = |name: &str| {
        let capabilities = serde_json::to_value(context.client_capabilities()).unwrap_or_default();
        capabilities
            .get(name)
            .is_some_and(|capability| !capability.is_null())
    };
    match name {
        "test_missing_capability" => missing(can("sampling")),
        "test_input_required_result_capabilities" => {
            let all = [
                ("elicitation", "user_name", name_form()),
                ("sampling", "greeting", sampling("Say hello", 50)),
            ];
            let fitting = all.into_iter().filter(|(capability, ..)| can(capability));
            let asked: serde_json::Map<_, _> = fitting
                .map(|(_, key, request)| (key.to_owned(), request))
                .collect();
            if asked.is_empty() {
                return done(&json!({ "content": text("The client can be asked nothing.") }));
            }
            ask(&Value::Object(asked), None)
        }
        "test_input_required_result_elicitation" => match answers["user_name"]["content"]["name"].as_str() {
            Some(name) => done(&json!({ "content": text(&format!("Hello, {name}!")) })),
            None => ask(&json!({ "user_name": name_form() }), None),
        },
        "test_input_required_result_sampling" => {
            match answers["capital_question"]["content"]["text"].as_str() {
                Some(said) => done(&json!({ "content": text(said) })),
                None => ask(
                    &json!({ "capital_question": sampling("What is the capital of France?", 100) }),
                    None,
                ),
            }
        }
        "test_input_required_result_list_roots" => match answers["client_roots"]["roots"].as_array() {
            Some(roots) => done(&json!({ "content": text(&format!("Roots: {}", json!(roots))) })),
            None => ask(&json!({ "client_roots": roots() }), None),
        },
        "test_input_required_result_multiple_inputs" => {
            let asked = json!({ "user_name": name_form(), "greeting": sampling("Generate a greeting", 50), "client_roots": roots() });
            let complete = ["user_name", "greeting", "client_roots"]
                .iter()
                .all(|key| answers[*key].is_object());
            with_state(fixtures, name, state, complete, &asked, "All answers have come.")
        }
        "test_input_required_result_multi_round" => multi_round(fixtures, name, state, &answers),
        // The two of a single confirmation.
        _ => {
            let asked = json!({ "confirm": form("Please confirm", "ok", "boolean") });
            let complete = answers["confirm"].is_object();
            with_state(fixtures, name, state, complete, &asked, "state-ok")
        }
    }
}

/// Completes once the answers are there and the state is ours; a state that is not is an error.
fn with_state(
    fixtures: &Fixtures,
    name: &str,
    state: Option<&str>,
    complete: bool,
    asked: &Value,
    said: &str,
) -> Result<CallToolResponse, ErrorData> {
    if let Some(state) = state {
        open(fixtures, name, state, "1")?;
        if complete {
            return done(&json!({ "content": text(said) }));
        }
    }
    ask(asked, Some(seal(fixtures, name, "1")))
}

fn multi_round(
    fixtures: &Fixtures,
    name: &str,
    state: Option<&str>,
    answers: &Value,
) -> Result<CallToolResponse, ErrorData> {
    match (state, answers["step1"].is_object(), answers["step2"].is_object()) {
        (Some(state), _, true) => {
            open(fixtures, name, state, "2")?;
            done(&json!({ "content": text("Both steps are done.") }))
        }
        (Some(state), true, false) => {
            open(fixtures, name, state, "1")?;
            let asked = json!({ "step2": form("Step 2: What is your favorite color?", "color", "string") });
            ask(&asked, Some(seal(fixtures, name, "2")))
        }
        _ => {
            let asked = json!({ "step1": form("Step 1: What is your name?", "name", "string") });
            ask(&asked, Some(seal(fixtures, name, "1")))
        }
    }
}

fn missing(can: bool) -> Result<CallToolResponse, ErrorData> {
    if can {
        return done(&json!({ "content": text("The client can be asked.") }));
    }
    let needed = serde_json::from_value(json!({ "sampling": {} })).map_err(broken)?;
    Err(ErrorData::missing_required_client_capability(needed))
}

fn ask(asked: &Value, state: Option<String>) -> Result<CallToolResponse, ErrorData> {
    let requests = serde_json::from_value(asked.clone()).map_err(broken)?;
    Ok(CallToolResponse::InputRequired(InputRequiredResult::new(
        Some(requests),
        state,
    )))
}

fn subject<'a>(name: &'a str, round: &'a str) -> Subject<'a> {
    Subject {
        caller: "conformance",
        tool: name,
        digest: round,
    }
}

fn seal(fixtures: &Fixtures, name: &str, round: &str) -> String {
    fixtures.confirmations.issue(subject(name, round), NOW)
}

fn open(fixtures: &Fixtures, name: &str, state: &str, round: &str) -> Result<(), ErrorData> {
    let opened = fixtures.confirmations.open(state, subject(name, round), NOW);
    opened
        .map(drop)
        .map_err(|error| ErrorData::invalid_params(format!("requestState {error}"), None))
}

fn name_form() -> Value {
    form("What is your name?", "name", "string")
}

fn form(message: &str, key: &str, kind: &str) -> Value {
    json!({
        "method": "elicitation/create",
        "params": {
            "message": message,
            "requestedSchema": { "type": "object", "properties": { key: { "type": kind } }, "required": [key] },
        },
    })
}

fn sampling(prompt: &str, tokens: u32) -> Value {
    json!({
        "method": "sampling/createMessage",
        "params": {
            "messages": [{ "role": "user", "content": { "type": "text", "text": prompt } }],
            "maxTokens": tokens,
        },
    })
}

fn roots() -> Value {
    json!({ "method": "roots/list", "params": {} })
}
