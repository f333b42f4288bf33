//! What is wrong with a request, in answers that are no refusals: dry runs and rows of a batch.

use postern_domain::Problem;
use schemars::JsonSchema;
use serde::Serialize;

use super::place::place;

/// One violation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct FieldError {
    /// The field, as it was sent; empty for the request as a whole.
    pub field: String,
    /// Its code.
    pub code: &'static str,
    /// What is wrong.
    pub detail: String,
    /// What was given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub given: Option<String>,
    /// What is allowed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub allowed: Option<String>,
    /// What to do.
    pub fix: String,
}

/// Shows violations with their fields as the body of `POST /posts` names them.
pub fn field_errors(problems: &[Problem]) -> Vec<FieldError> {
    problems
        .iter()
        .map(|problem| field_error(problem, place(&problem.field)))
        .collect()
}

pub(in crate::postiz) fn field_error(problem: &Problem, field: String) -> FieldError {
    FieldError {
        field,
        code: problem.code.as_str(),
        detail: problem.detail.clone(),
        given: problem.given.clone(),
        allowed: problem.allowed.clone(),
        fix: problem.fix.clone(),
    }
}
