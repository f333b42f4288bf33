//! The body of `POST /posts/:id/resolve`, a route of ours.

use postern_domain::post::Resolution;
use postern_domain::{Code, Problem};
use serde_json::Value as Json;

use crate::lenient;

/// Reads `{"outcome": "published" | "not_published", "url"?}`.
pub fn parse_resolution(body: &Json) -> Result<Resolution, Vec<Problem>> {
    let outcome = lenient::filled(body.get("outcome")).unwrap_or_default();
    match outcome.as_str() {
        "published" => Ok(Resolution::Published {
            url: read_url(body).map_err(|problem| vec![problem])?,
        }),
        "not_published" => Ok(Resolution::SendAgain),
        _ => Err(vec![
            Problem::new(
                Code::Malformed,
                "/outcome",
                "is not one of the two outcomes",
                "send published if the post is there, not_published to send it again",
            )
            .given(&outcome)
            .allowed("published, not_published"),
        ]),
    }
}

fn read_url(body: &Json) -> Result<Option<String>, Problem> {
    let url = lenient::filled(body.get("url"));
    match &url {
        Some(text) if !text.starts_with("https://") && !text.starts_with("http://") => Err(Problem::new(
            Code::Malformed,
            "/url",
            "is not a web address",
            "send the public address of the post, or leave it out",
        )
        .given(text)
        .allowed("an address that begins with https:// or http://")),
        _ => Ok(url),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_outcome_is_said_in_words() {
        let url = "https://example.com/1";
        for (body, want) in [
            (
                json!({"outcome": "published", "url": url}),
                Ok(Resolution::Published {
                    url: Some(url.into()),
                }),
            ),
            (
                json!({"outcome": "published"}),
                Ok(Resolution::Published { url: None }),
            ),
            (json!({"outcome": "not_published"}), Ok(Resolution::SendAgain)),
            (
                json!({"outcome": "published", "url": "javascript:x"}),
                Err("/url"),
            ),
            (json!({}), Err("/outcome")),
        ] {
            let got = parse_resolution(&body);
            assert_eq!(
                got.as_ref().map_err(|it| it[0].field.as_str()),
                want.as_ref().map_err(|it| *it),
                "{body}"
            );
        }
    }
}
