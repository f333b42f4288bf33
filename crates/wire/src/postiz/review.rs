//! The body of `POST /posts/:id/reject`, a route of ours.

use postern_domain::review::Rejection;
use postern_domain::{Code, Problem};
use serde_json::Value as Json;

/// Reads `{"reason"?}`; no body at all is no reason.
pub fn parse_rejection(body: &Json) -> Result<Rejection, Problem> {
    match body.get("reason") {
        None | Some(Json::Null) => Ok(Rejection::default()),
        Some(Json::String(reason)) => Ok(Rejection(reason.clone())),
        Some(_) => Err(Problem::new(
            Code::Malformed,
            "/reason",
            "is not a text",
            "say in words what has to change, or leave it out",
        )),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_reason_is_a_text_or_left_out() {
        for (body, want) in [
            (json!({}), Ok("")),
            (json!(null), Ok("")),
            (json!({ "reason": null }), Ok("")),
            (json!({ "reason": "no logo" }), Ok("no logo")),
            (json!({ "reason": 1 }), Err("/reason")),
        ] {
            let got = parse_rejection(&body);
            assert_eq!(
                got.as_ref()
                    .map(|it| it.0.as_str())
                    .map_err(|it| it.field.as_str()),
                want,
                "{body}"
            );
        }
    }
}
