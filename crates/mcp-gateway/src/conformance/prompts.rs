//! The prompts of the suite.

use rmcp::model::{
    ErrorData, GetPromptRequestParams, GetPromptResponse, GetPromptResult, InputRequiredResult, Prompt,
    PromptArgument,
};
use serde_json::{Value, json};

use super::resources::PIXEL;
use super::tools::broken;

/// All prompts, each with its arguments.
const ALL: [(&str, &[&str]); 5] = [
    ("test_input_required_result_prompt", &[]),
    ("test_prompt_with_arguments", &["arg1", "arg2"]),
    ("test_prompt_with_embedded_resource", &["resourceUri"]),
    ("test_prompt_with_image", &[]),
    ("test_simple_prompt", &[]),
];

/// The list, in the order of their names.
pub(super) fn all() -> Vec<Prompt> {
    let show = |(name, arguments): &(&str, &[&str])| {
        let arguments = arguments
            .iter()
            .map(|name| PromptArgument::new(*name).with_required(true));
        Prompt::new(*name, Some("For the test suite"), Some(arguments.collect()))
    };
    ALL.iter().map(show).collect()
}

/// A prompt with its arguments filled in.
pub(super) fn get(params: &GetPromptRequestParams) -> Result<GetPromptResponse, ErrorData> {
    let given = |key: &str| {
        params
            .arguments
            .as_ref()
            .and_then(|arguments| arguments.get(key)?.as_str())
            .unwrap_or_default()
    };
    let contents = match params.name.as_str() {
        "test_simple_prompt" => vec![text("This is a simple prompt for testing.")],
        "test_prompt_with_arguments" => {
            vec![text(&format!(
                "Prompt with arguments: arg1='{}', arg2='{}'",
                given("arg1"),
                given("arg2")
            ))]
        }
        "test_prompt_with_embedded_resource" => vec![
            json!({
                "type": "resource",
                "resource": {
                    "uri": given("resourceUri"),
                    "mimeType": "text/plain",
                    "text": "Embedded resource content for testing.",
                },
            }),
            text("Please process the embedded resource above."),
        ],
        "test_prompt_with_image" => vec![
            json!({ "type": "image", "data": PIXEL, "mimeType": "image/png" }),
            text("Please analyze the image above."),
        ],
        "test_input_required_result_prompt" => return in_rounds(params),
        name => return Err(ErrorData::invalid_params(format!("Unknown prompt: {name}"), None)),
    };
    messages(contents)
}

fn in_rounds(params: &GetPromptRequestParams) -> Result<GetPromptResponse, ErrorData> {
    let answers = serde_json::to_value(&params.input_responses).map_err(broken)?;
    if let Some(context) = answers["user_context"]["content"]["context"].as_str() {
        return messages(vec![text(&format!("Use this context: {context}"))]);
    }
    let asked = json!({
        "user_context": {
            "method": "elicitation/create",
            "params": {
                "message": "What context should the prompt use?",
                "requestedSchema": {
                    "type": "object",
                    "properties": { "context": { "type": "string" } },
                    "required": ["context"],
                },
            },
        },
    });
    let asked = serde_json::from_value(asked).map_err(broken)?;
    Ok(GetPromptResponse::InputRequired(InputRequiredResult::new(
        Some(asked),
        None,
    )))
}

fn messages(contents: Vec<Value>) -> Result<GetPromptResponse, ErrorData> {
    let messages: Vec<_> = contents
        .into_iter()
        .map(|content| json!({ "role": "user", "content": content }))
        .collect();
    let messages = serde_json::from_value(Value::Array(messages)).map_err(broken)?;
    Ok(GetPromptResponse::Complete(GetPromptResult::new(messages)))
}

fn text(text: &str) -> Value {
    json!({ "type": "text", "text": text })
}
