//! The plan as a whole.

use super::{CHANGE, READ, WRITE};
use crate::openapi::answers as a;
use crate::openapi::bodies as b;
use crate::openapi::route::{Body, Place, Route, Verb, maybe, of};
use crate::postiz as p;

pub(super) const PLAN: &[Route] = &[
    Route::ours(
        Verb::Post,
        "/posts/shift",
        "shift_posts",
        "Moves planned posts, all or none.",
    )
    .needs(WRITE)
    .takes(Body::Json(of::<b::ShiftPosts>, true))
    .answers(of::<a::ShiftedPosts>),
    Route::ours(
        Verb::Get,
        "/recurrences",
        "list_recurrences",
        "Lists what returns.",
    )
    .needs(READ)
    .answers(of::<a::RecurrenceList>),
    Route::ours(
        Verb::Post,
        "/recurrences/preview",
        "preview_recurrence",
        "Shows the next dates of a rule.",
    )
    .takes(Body::Json(of::<b::PreviewRule>, true))
    .answers(of::<a::RulePreview>),
    Route::ours(
        Verb::Get,
        "/recurrences/{id}",
        "read_recurrence",
        "Reads one recurrence, also when it has ended.",
    )
    .needs(READ)
    .answers(of::<p::RecurrenceOut>),
    Route::ours(
        Verb::Put,
        "/recurrences/{id}",
        "update_recurrence",
        "Changes the posts to come.",
    )
    .needs(CHANGE)
    .takes(Body::Json(of::<b::UpdateRecurrence>, true))
    .answers(of::<p::RecurrenceOut>),
    Route::ours(
        Verb::Delete,
        "/recurrences/{id}",
        "end_recurrence",
        "Ends a recurrence.",
    )
    .needs(WRITE)
    .asks(&[maybe(
        "keepNext",
        Place::Word(&["true", "false"]),
        "Whether the post that waits goes out as the last one.",
    )])
    .answers(of::<p::RecurrenceOut>),
    Route::ours(
        Verb::Post,
        "/recurrences/{id}/skip",
        "skip_occurrence",
        "Leaves one date out.",
    )
    .needs(WRITE)
    .takes(Body::Json(of::<b::SkipDate>, true))
    .answers(of::<p::RecurrenceOut>),
];
