//! The files that a body names.

use postern_domain::id::MediaId;
use postern_domain::post::{MediaRef, MediaUse};
use postern_domain::{Code, Problem};
use serde_json::Value as Json;

use super::malformed;
use crate::lenient;

/// The files of one entry, from its `image`.
pub(super) fn read_media(image: Option<&Json>, at: &str, problems: &mut Vec<Problem>) -> Vec<MediaUse> {
    let files = match image {
        Some(Json::Array(files)) => files.as_slice(),
        None | Some(Json::Null) => &[],
        Some(_) => {
            problems.push(malformed(
                &format!("{at}/media"),
                "must be an array",
                "send a list `image`, or []",
            ));
            &[]
        }
    };
    files
        .iter()
        .enumerate()
        .filter_map(|(index, file)| {
            let alt = lenient::filled(file.get("alt"));
            let media = media_ref(file);
            if media.is_none() {
                problems.push(unknown_file(&format!("{at}/media/{index}"), file));
            }
            Some(MediaUse { media: media?, alt })
        })
        .collect()
}

/// A file is named by its path; the id counts where there is none. A bare text is either.
pub(super) fn media_ref(file: &Json) -> Option<MediaRef> {
    let by_id = |id: String| id.parse::<MediaId>().ok().map(MediaRef::Id);
    match file {
        Json::String(text) => {
            by_id(text.trim().to_owned()).or_else(|| Some(MediaRef::Url(lenient::filled(Some(file))?)))
        }
        _ => match lenient::filled(file.get("path")) {
            Some(path) => Some(MediaRef::Url(path)),
            None => by_id(lenient::filled(file.get("id"))?),
        },
    }
}

fn unknown_file(field: &str, file: &Json) -> Problem {
    let given = lenient::filled(file.get("id")).unwrap_or_default();
    Problem::new(
        Code::MediaUnknown,
        field,
        "names no file",
        "upload the file first and send the id and path that the upload answers with",
    )
    .given(given)
}
