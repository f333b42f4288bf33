//! The library of files, on routes of ours.

use postern_domain::media::{Media, MediaKind};
use postern_domain::ports::{MediaQuery, UploadRequest, UploadTicket};
use postern_domain::post::Page;
use postern_domain::{Code, Problem};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value as Json;

use super::create::{malformed, missing, not_an_object};
use super::media::{MediaItem, media_item};
use crate::lenient;

/// Files of a page where nothing is said.
const USUAL: u32 = 50;
/// Most files of a page.
const MOST: u32 = 200;

/// One page of files, newest first.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct MediaPage {
    /// The files.
    pub media: Vec<MediaItem>,
    /// Where the next page begins; none on the last one.
    pub next_cursor: Option<String>,
}

/// A place to send a file to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct UploadOut {
    /// Where to `PUT` the bytes, once; the answer is the file.
    pub url: String,
    /// Until when.
    pub expires_at: String,
}

/// The query of `GET /media`.
#[derive(Debug, Clone, Copy, Default)]
pub struct MediaWish<'a> {
    /// `type`: `image`, `gif`, `video` or `document`.
    pub kind: Option<&'a str>,
    /// `search`: a part of the name.
    pub search: Option<&'a str>,
    /// `limit`: files of a page.
    pub limit: Option<&'a str>,
    /// `cursor`: where the page before ended.
    pub cursor: Option<&'a str>,
}

/// Shows a page; `media_url` gives the public address of a file.
pub fn media_page(page: &Page<Media>, media_url: &dyn Fn(&Media) -> String) -> MediaPage {
    let item = |media: &Media| media_item(media, media_url(media));
    MediaPage {
        media: page.items.iter().map(item).collect(),
        next_cursor: page.next.clone(),
    }
}

/// Shows a place to send a file to.
pub fn upload_out(ticket: &UploadTicket) -> UploadOut {
    UploadOut {
        url: ticket.url.clone(),
        expires_at: ticket.expires_at.to_rfc3339(),
    }
}

/// Reads the query of `GET /media`; all problems at once.
pub fn parse_media_query(wish: MediaWish<'_>) -> Result<MediaQuery, Vec<Problem>> {
    let filled = |text: Option<&str>| {
        text.map(str::trim)
            .filter(|text| !text.is_empty())
            .map(str::to_owned)
    };
    let mut problems = Vec::new();
    let kind = filled(wish.kind).and_then(|word| {
        let kind = MediaKind::parse(&word);
        if kind.is_none() {
            let fix = "send one of the kinds, or leave it out";
            let problem = malformed("/type", "is not a kind of file", fix);
            problems.push(problem.given(&word).allowed("image, gif, video, document"));
        }
        kind
    });
    let limit = match filled(wish.limit).map(|text| (text.parse(), text)) {
        None => USUAL,
        Some((Ok(limit @ 1..=MOST), _)) => limit,
        Some((_, text)) => {
            let problem = malformed("/limit", "is out of bounds", "ask for fewer files at once");
            problems.push(problem.given(text).allowed(format!("1 to {MOST}")));
            USUAL
        }
    };
    if problems.is_empty() {
        Ok(MediaQuery {
            kind,
            search: filled(wish.search),
            limit,
            cursor: filled(wish.cursor),
        })
    } else {
        Err(problems)
    }
}

/// Reads `{"alt": text or null}`.
pub fn parse_media_change(body: &Json) -> Result<Option<String>, Problem> {
    match body.get("alt") {
        Some(Json::Null) => Ok(None),
        Some(alt) => lenient::text(alt)
            .map(Some)
            .ok_or_else(|| malformed("/alt", "must be a string", "send text, or null to take it away")),
        None => Err(missing(
            "/alt",
            "must be given",
            "send {\"alt\": \"...\"}, or null to take it away",
        )),
    }
}

/// Reads `{"name", "bytes"?}`.
pub fn parse_upload(body: &Json) -> Result<UploadRequest, Vec<Problem>> {
    if !body.is_object() {
        return Err(vec![not_an_object()]);
    }
    let mut problems = Vec::new();
    let name = lenient::filled(body.get("name")).unwrap_or_else(|| {
        problems.push(missing(
            "/name",
            "must be the name of the file",
            "send {\"name\": \"photo.jpg\"}",
        ));
        String::new()
    });
    let bytes = body.get("bytes").filter(|given| !given.is_null());
    let bytes = bytes.and_then(|given| {
        let read = lenient::filled(Some(given)).and_then(|text| text.parse::<u64>().ok());
        if read.is_none() {
            let fix = "send the size of the file, or leave it out";
            problems.push(
                Problem::new(Code::Malformed, "/bytes", "must be a whole number of bytes", fix).given(given),
            );
        }
        read
    });
    if problems.is_empty() {
        Ok(UploadRequest { name, bytes })
    } else {
        Err(problems)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn all_problems_of_a_query_are_told_at_once() {
        let good = MediaWish {
            kind: Some("image"),
            search: Some(" dog "),
            limit: Some("10"),
            cursor: Some(""),
        };
        let query = parse_media_query(good).unwrap();
        assert_eq!(query.search.as_deref(), Some("dog"));
        assert_eq!(
            (query.kind, query.limit, query.cursor),
            (Some(MediaKind::Image), 10, None)
        );
        let bad = MediaWish {
            kind: Some("sound"),
            limit: Some("0"),
            ..MediaWish::default()
        };
        let problems = parse_media_query(bad).unwrap_err();
        let fields: Vec<_> = problems.iter().map(|it| it.field.as_str()).collect();
        assert_eq!(fields, ["/type", "/limit"]);
    }

    #[test]
    fn words_for_a_file_are_text_or_taken_away() {
        for (body, want) in [
            (json!({"alt": "a dog"}), Some(Some("a dog".to_owned()))),
            (json!({"alt": null}), Some(None)),
            (json!({"alt": {}}), None),
            (json!({}), None),
        ] {
            assert_eq!(parse_media_change(&body).ok(), want, "{body}");
        }
    }

    #[test]
    fn an_upload_has_a_name_and_maybe_a_size() {
        let read = parse_upload(&json!({"name": "a.png", "bytes": "7"})).unwrap();
        assert_eq!((read.name.as_str(), read.bytes), ("a.png", Some(7)));
        let problems = parse_upload(&json!({"bytes": -1})).unwrap_err();
        let fields: Vec<_> = problems.iter().map(|it| it.field.as_str()).collect();
        assert_eq!(fields, ["/name", "/bytes"]);
        assert!(parse_upload(&json!([])).is_err());
    }
}
