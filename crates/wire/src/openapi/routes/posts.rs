//! Posts.

use super::{DRAFT, READ, REWRITE, WRITE};
use crate::openapi::answers as a;
use crate::openapi::bodies as b;
use crate::openapi::route::{Body, Parameter, Place, Route, Verb, maybe, of};
use crate::postiz as p;

pub(super) const POSTS: &[Route] = &[
    Route::compatible(
        Verb::Get,
        "/posts",
        "list_posts",
        "Lists the posts of a window, one item for each channel.",
    )
    .needs(READ)
    .asks(&[
        Parameter {
            name: "startDate",
            about: "Where the window begins.",
            place: Place::Instant,
            required: true,
        },
        Parameter {
            name: "endDate",
            about: "Where it ends.",
            place: Place::Instant,
            required: true,
        },
        maybe("customer", Place::Text, "The id of a group."),
    ])
    .answers(of::<a::PostList>),
    Route::compatible(
        Verb::Post,
        "/posts",
        "create_post",
        "Writes a post for all its channels, or nothing.",
    )
    .needs(DRAFT)
    .takes(Body::Json(of::<b::CreatePost>, true))
    .answers(of::<Vec<a::CreatedPost>>),
    Route::ours(
        Verb::Post,
        "/posts/validate",
        "validate_post",
        "Tries a post out: what stands in its way, and what each channel will show.",
    )
    .needs(READ)
    .takes(Body::Json(of::<b::CreatePost>, true))
    .answers(of::<p::ValidationOut>),
    Route::ours(
        Verb::Post,
        "/posts/bulk",
        "create_posts",
        "Writes many posts at once, from JSON or a table; a dry run answers 200.",
    )
    .needs(DRAFT)
    .asks(&[
        maybe(
            "dryRun",
            Place::Word(&["true", "false"]),
            "For a table: tells what would happen.",
        ),
        maybe(
            "accept",
            Place::Word(&["all", "valid"]),
            "For a table: which rows are written.",
        ),
        maybe("timezone", Place::Text, "For a table: where its clock stands."),
    ])
    .takes(Body::JsonOrTable(of::<b::BulkPosts>))
    .with_status(201)
    .answers(of::<p::BulkOut>),
    Route::ours(
        Verb::Post,
        "/posts/bulk/{id}/undo",
        "undo_posts",
        "Takes what a batch wrote out of the plan again.",
    )
    .needs(WRITE)
    .answers(of::<p::UndoneOut>),
    Route::ours(
        Verb::Get,
        "/posts/{id}",
        "read_post",
        "Reads one post over all its channels.",
    )
    .needs(READ)
    .answers(of::<p::PostOut>),
    Route::ours(
        Verb::Put,
        "/posts/{id}",
        "update_post",
        "Changes content, time, files or settings; what is left out stays.",
    )
    .needs(REWRITE)
    .takes(Body::Json(of::<b::UpdatePost>, true))
    .answers(of::<p::PostOut>),
    Route::compatible(
        Verb::Delete,
        "/posts/{id}",
        "delete_post",
        "Takes a post out of the plan.",
    )
    .needs(WRITE)
    .asks(&[maybe(
        "scope",
        Place::Word(&["this", "all"]),
        "Of a post that returns: this date alone, or all to come.",
    )])
    .answers(of::<a::Removed>),
    Route::compatible(
        Verb::Delete,
        "/posts/group/{group}",
        "delete_post_group",
        "Takes a post out of the plan on all its channels.",
    )
    .needs(WRITE)
    .answers(of::<a::Removed>),
    Route::compatible(
        Verb::Put,
        "/posts/{id}/status",
        "change_post_status",
        "Makes a draft of a planned post, or plans a draft.",
    )
    .needs(REWRITE)
    .takes(Body::Json(of::<b::ChangeStatus>, true))
    .answers(of::<a::ChangedStatus>),
    Route::compatible(
        Verb::Put,
        "/posts/{id}/settings",
        "change_post_settings",
        "Merges settings into a post on one channel.",
    )
    .needs(WRITE)
    .takes(Body::Json(of::<b::ChangeSettings>, true))
    .answers(of::<a::ChangedSettings>),
    Route::compatible(
        Verb::Get,
        "/posts/{id}/missing",
        "list_missing_content",
        "Lists what the platform shows lately, for a post under an unknown id.",
    )
    .needs(READ)
    .answers(of::<Vec<a::MissingContent>>),
    Route::compatible(
        Verb::Put,
        "/posts/{id}/release-id",
        "name_release",
        "Tells the platform's id of a post under an unknown one.",
    )
    .needs(WRITE)
    .takes(Body::Json(of::<b::NameRelease>, true))
    .answers(of::<p::PostItem>),
    Route::ours(
        Verb::Post,
        "/posts/{id}/publish",
        "publish_post",
        "Publishes a draft or planned post at once.",
    )
    .needs(WRITE)
    .answers(of::<p::PostOut>),
    Route::ours(
        Verb::Post,
        "/posts/{id}/retry",
        "retry_post",
        "Sends what failed or was missed once more.",
    )
    .needs(WRITE)
    .answers(of::<p::PostOut>),
    Route::ours(
        Verb::Post,
        "/posts/{id}/resolve",
        "resolve_post",
        "Says whether a post in doubt is there.",
    )
    .needs(WRITE)
    .takes(Body::Json(of::<b::ResolvePost>, true))
    .answers(of::<p::PostOut>),
    Route::ours(
        Verb::Post,
        "/posts/{id}/approve",
        "approve_post",
        "Lets a post that waits for approval go out.",
    )
    .needs(WRITE)
    .answers(of::<p::PostOut>),
    Route::ours(
        Verb::Post,
        "/posts/{id}/reject",
        "reject_post",
        "Gives a post that waits for approval back to its author.",
    )
    .needs(WRITE)
    .takes(Body::Json(of::<b::RejectPost>, false))
    .answers(of::<p::PostOut>),
];
