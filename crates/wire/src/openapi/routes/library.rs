//! Files and labels.

use super::{READ, UPLOAD, WRITE};
use crate::openapi::answers as a;
use crate::openapi::bodies as b;
use crate::openapi::route::{Body, Place, Route, Verb, maybe, of};
use crate::postiz as p;

pub(super) const FILES: &[Route] = &[
    Route::compatible(
        Verb::Post,
        "/upload",
        "upload_file",
        "Takes a file into the library.",
    )
    .needs(UPLOAD)
    .takes(Body::File)
    .answers(of::<p::MediaItem>),
    Route::compatible(
        Verb::Post,
        "/upload-from-url",
        "fetch_file",
        "Fetches a file from a public https address.",
    )
    .needs(UPLOAD)
    .takes(Body::Json(of::<b::FetchFile>, true))
    .answers(of::<p::MediaItem>),
    Route::ours(
        Verb::Get,
        "/media",
        "list_media",
        "Lists the files of the library, newest first.",
    )
    .needs(READ)
    .asks(&[
        maybe(
            "type",
            Place::Word(&["image", "gif", "video", "document"]),
            "Only files of this kind.",
        ),
        maybe("search", Place::Text, "Only files with this in their name."),
        maybe(
            "limit",
            Place::Number(1, 200),
            "Files of a page; 50 where it is absent.",
        ),
        maybe("cursor", Place::Text, "Where the page before ended."),
    ])
    .answers(of::<p::MediaPage>),
    Route::ours(
        Verb::Post,
        "/media/uploads",
        "begin_upload",
        "Asks for a place to send one file to.",
    )
    .needs(UPLOAD)
    .takes(Body::Json(of::<b::BeginUpload>, true))
    .with_status(201)
    .answers(of::<p::UploadOut>),
    Route::ours(
        Verb::Get,
        "/media/{id}",
        "read_media",
        "Reads one file of the library.",
    )
    .needs(READ)
    .answers(of::<p::MediaItem>),
    Route::ours(
        Verb::Put,
        "/media/{id}",
        "describe_media",
        "Gives a file words for those who cannot see it.",
    )
    .needs(UPLOAD)
    .takes(Body::Json(of::<b::DescribeFile>, true))
    .answers(of::<p::MediaItem>),
    Route::ours(
        Verb::Delete,
        "/media/{id}",
        "remove_media",
        "Removes a file that no post to come uses.",
    )
    .needs(UPLOAD)
    .with_status(204),
    Route::compatible(
        Verb::Post,
        "/generate-video",
        "generate_video",
        "Makes a video, where an instance has a generator.",
    )
    .needs(UPLOAD)
    .takes(Body::Json(of::<b::GenerateVideo>, true))
    .answers(of::<p::MediaItem>),
    Route::compatible(
        Verb::Post,
        "/video/function",
        "call_video_function",
        "Asks a video generator something.",
    )
    .needs(UPLOAD)
    .takes(Body::Json(of::<b::VideoFunction>, true))
    .answers(of::<a::TriggerOutput>),
];

pub(super) const LABELS: &[Route] = &[
    Route::ours(Verb::Get, "/tags", "list_tags", "Lists all labels, by name.")
        .needs(READ)
        .answers(of::<p::TagList>),
    Route::ours(Verb::Post, "/tags", "create_tag", "Makes a label.")
        .needs(WRITE)
        .takes(Body::Json(of::<b::CreateTag>, true))
        .with_status(201)
        .answers(of::<p::TagItem>),
    Route::ours(
        Verb::Put,
        "/tags/{id}",
        "change_tag",
        "Renames a label, also on its posts, or gives it another colour.",
    )
    .needs(WRITE)
    .takes(Body::Json(of::<b::ChangeTag>, true))
    .answers(of::<p::TagItem>),
    Route::ours(
        Verb::Delete,
        "/tags/{id}",
        "remove_tag",
        "Removes a label and takes it off all posts.",
    )
    .needs(WRITE)
    .with_status(204),
];
