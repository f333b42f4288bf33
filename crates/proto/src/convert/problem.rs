//! Problems.

use postern_domain::problem::{Code, Problem};

use super::ConvertError;
use crate::v1;

impl From<Problem> for v1::Problem {
    fn from(problem: Problem) -> Self {
        Self {
            code: problem.code.as_str().to_owned(),
            field: problem.field,
            detail: problem.detail,
            given: problem.given,
            allowed: problem.allowed,
            fix: problem.fix,
        }
    }
}

impl TryFrom<v1::Problem> for Problem {
    type Error = ConvertError;

    fn try_from(message: v1::Problem) -> Result<Self, ConvertError> {
        Ok(Self {
            code: Code::parse(&message.code).ok_or_else(|| ConvertError::new("code", "not a known value"))?,
            field: message.field,
            detail: message.detail,
            given: message.given,
            allowed: message.allowed,
            fix: message.fix,
        })
    }
}
