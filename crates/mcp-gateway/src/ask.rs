//! Asking a person before something is done that cannot be taken back.
//!
//! Three ways, by what the client can: the answer `input_required` (revision 2026-07-28), a request to the client on an
//! open session (older revisions), or a token that the client shows and sends back with a second call.

use std::collections::BTreeMap;
use std::time::Duration;

use postern_domain::{Code, Problem};
use rmcp::model::{
    CallToolRequestParams, ClientResult, ElicitRequest, ElicitRequestParams, ElicitationSchema, InputRequest,
    InputRequiredResult, ServerRequest,
};
use rmcp::service::{Peer, PeerRequestOptions, RequestContext};
use rmcp::{RoleServer, model::InputResponses};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Value, json};

use crate::answer::{Done, Stop};
use crate::confirm::{Subject, TokenError};
use crate::tools::Call;

/// How long a person may take to answer on an open session.
const PATIENCE: Duration = Duration::from_secs(110);
/// The name of the one question.
const QUESTION: &str = "confirm";

/// What the client can be asked, and what it has answered.
pub(crate) struct Round {
    way: Way,
    state: Option<String>,
    answers: Option<InputResponses>,
}

/// How a person can be asked.
enum Way {
    /// By an answer that asks for more.
    Result,
    /// By a request to the client.
    Request(Box<Peer<RoleServer>>),
    /// By a token and a second call.
    Token,
}

/// What is to be confirmed.
pub(crate) struct Question<'a, T> {
    /// The tool that will act.
    pub(crate) tool: &'static str,
    /// A digest of all that the tool would do.
    pub(crate) digest: String,
    /// The question, naming what will happen.
    pub(crate) text: String,
    /// What will happen, in full.
    pub(crate) preview: &'a T,
    /// The token of the second call.
    pub(crate) token: Option<&'a str>,
}

/// What became of a question.
pub(crate) enum Verdict {
    /// Yes; how it was said, for the audit log.
    Yes,
    /// Not yet, or no; this is the answer of the call.
    Not(Box<Done>),
}

/// The answer of a call that waits for a confirmation, or was declined.
#[derive(Serialize, JsonSchema)]
pub(crate) struct Waiting<'a, T> {
    /// `confirmation_required` or `declined`.
    pub(crate) status: &'static str,
    /// What would happen.
    pub(crate) preview: &'a T,
    /// To be sent with the second call, once a person has agreed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) confirmation_token: Option<String>,
    /// When the token ends, RFC 3339 in UTC.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) expires_at: Option<String>,
}

impl Round {
    /// For calls that never ask.
    pub(crate) fn silent() -> Self {
        Self {
            way: Way::Token,
            state: None,
            answers: None,
        }
    }

    /// What a request says about its client.
    pub(crate) fn of(params: &mut CallToolRequestParams, context: &RequestContext<RoleServer>) -> Self {
        let forms = context
            .client_capabilities()
            .and_then(|capabilities| capabilities.elicitation)
            .is_some_and(|elicitation| elicitation.form.is_some() || elicitation.url.is_none());
        let stateless = crate::gateway::is_new(context);
        let way = match (forms, stateless) {
            (false, _) => Way::Token,
            (true, true) => Way::Result,
            (true, false) => Way::Request(Box::new(context.peer.clone())),
        };
        Self {
            way,
            state: params.request_state.take(),
            answers: params.input_responses.take(),
        }
    }
}

/// Asks, or reads the answer.
pub(crate) async fn confirm<T: Serialize + Sync>(
    call: &Call<'_>,
    question: Question<'_, T>,
) -> Result<Verdict, Stop> {
    if let (Some(state), Some(answers)) = (&call.round.state, &call.round.answers) {
        let Some(answer) = answers.get(QUESTION) else {
            return ask(call, &question);
        };
        if !is_yes(answer) {
            return declined(&question);
        }
        claim(call, &question, state, "/requestState").await?;
        return Ok(agreed(&question, "answer"));
    }
    if let Some(token) = question.token {
        claim(call, &question, token, "/confirmation_token").await?;
        return Ok(agreed(&question, "token"));
    }
    match &call.round.way {
        Way::Result => ask(call, &question),
        Way::Request(peer) => match request(peer, &question.text).await {
            Some(true) => Ok(agreed(&question, "session")),
            Some(false) => declined(&question),
            None => with_token(call, &question),
        },
        Way::Token => with_token(call, &question),
    }
}

/// A yes, and by which way it came, for the audit log; who said it stands in the span around.
fn agreed<T>(question: &Question<'_, T>, way: &'static str) -> Verdict {
    tracing::info!(tool = question.tool, confirmation = way, "call confirmed");
    Verdict::Yes
}

/// Answers with the question; the client asks its user and calls again.
fn ask<T>(call: &Call<'_>, question: &Question<'_, T>) -> Result<Verdict, Stop> {
    let Some(params) = form(&question.text) else {
        return Err(Stop::from(postern_domain::BackendError::Internal));
    };
    let request = InputRequest::Elicitation(ElicitRequest::new(params));
    let state = call
        .shared
        .confirmations
        .issue(subject(call, question), call.shared.clock.now());
    let requests = BTreeMap::from([(QUESTION.to_owned(), request)]);
    Err(Stop::Ask(Box::new(InputRequiredResult::new(
        Some(requests),
        Some(state),
    ))))
}

/// Asks on the open session; nothing where the client could not.
async fn request(peer: &Peer<RoleServer>, text: &str) -> Option<bool> {
    let request = ServerRequest::ElicitRequest(ElicitRequest::new(form(text)?));
    let options = PeerRequestOptions::with_timeout(PATIENCE);
    let sent = peer.send_request_with_option(request, options).await.ok()?;
    match sent.await_response().await {
        Ok(ClientResult::ElicitResult(result)) => {
            serde_json::to_value(result).ok().map(|answer| is_yes(&answer))
        }
        Ok(_) | Err(_) => None,
    }
}

/// Answers with the preview and a token.
fn with_token<T: Serialize>(call: &Call<'_>, question: &Question<'_, T>) -> Result<Verdict, Stop> {
    let now = call.shared.clock.now();
    let waiting = Waiting {
        status: "confirmation_required",
        preview: question.preview,
        confirmation_token: Some(call.shared.confirmations.issue(subject(call, question), now)),
        expires_at: Some(now.plus(crate::confirm::LIFETIME).to_rfc3339()),
    };
    let summary = format!(
        "Nothing has happened yet. {} Show this to the user; if they agree, call {} again with the same arguments and this confirmation_token within 10 minutes.",
        question.text, question.tool
    );
    Ok(Verdict::Not(Box::new(Done::told(summary, &waiting)?)))
}

fn declined<T: Serialize>(question: &Question<'_, T>) -> Result<Verdict, Stop> {
    let waiting = Waiting {
        status: "declined",
        preview: question.preview,
        confirmation_token: None,
        expires_at: None,
    };
    Ok(Verdict::Not(Box::new(Done::told(
        "The user did not agree. Nothing has happened.",
        &waiting,
    )?)))
}

/// Checks the token and uses it up.
async fn claim<T>(call: &Call<'_>, question: &Question<'_, T>, token: &str, field: &str) -> Result<(), Stop> {
    let opened = call
        .shared
        .confirmations
        .open(token, subject(call, question), call.shared.clock.now());
    let refused = |detail: &str| {
        let fix = format!(
            "call {} without it to see what would happen now, and ask the user again",
            question.tool
        );
        Stop::from(Problem::new(Code::ConfirmationInvalid, field, detail, fix))
    };
    let id = opened.map_err(|error| match error {
        TokenError::Expired => refused("has expired; confirmations hold for 10 minutes"),
        TokenError::Foreign => {
            refused("does not belong to this call: the post, the arguments or the key are not the same")
        }
    })?;
    if call
        .shared
        .backend
        .claim_once(call.actor(), id, crate::confirm::LIFETIME)
        .await?
    {
        return Ok(());
    }
    Err(refused("was used already"))
}

fn subject<'a, T>(call: &'a Call<'_>, question: &'a Question<'_, T>) -> Subject<'a> {
    Subject {
        caller: call.caller.fingerprint.as_str(),
        tool: question.tool,
        digest: &question.digest,
    }
}

fn form(text: &str) -> Option<ElicitRequestParams> {
    let schema = json!({
        "type": "object",
        "properties": { QUESTION: { "type": "boolean", "title": "Yes, do it", "description": "Tick to agree" } },
        "required": [QUESTION],
    });
    let Value::Object(schema) = schema else {
        return None;
    };
    Some(ElicitRequestParams::FormElicitationParams {
        meta: None,
        message: text.to_owned(),
        requested_schema: ElicitationSchema::from_json_schema(schema).ok()?,
    })
}

/// Accepted, and the box is ticked.
fn is_yes(answer: &Value) -> bool {
    answer["action"] == "accept" && answer["content"][QUESTION] == true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_ticked_and_accepted_form_is_a_yes() {
        for (answer, yes) in [
            (json!({"action": "accept", "content": {"confirm": true}}), true),
            (json!({"action": "accept", "content": {"confirm": false}}), false),
            (json!({"action": "accept"}), false),
            (json!({"action": "decline"}), false),
            (json!({"action": "cancel", "content": {"confirm": true}}), false),
            (json!(true), false),
        ] {
            assert_eq!(is_yes(&answer), yes, "{answer}");
        }
    }

    #[test]
    fn the_form_is_one_that_clients_can_show() {
        assert!(form("Publish?").is_some());
    }
}
