//! The workspace, its keys, and what holds it up.

use super::{ADMIN, ARRANGE, CONNECT, READ, SEE, WRITE};
use crate::key::{CreatedKeyOut, KeyList};
use crate::openapi::bodies as b;
use crate::openapi::route::{Body, Place, Route, Verb, maybe, of};
use crate::postiz as p;

pub(super) const HOUSE: &[Route] = &[
    Route::compatible(
        Verb::Get,
        "/users",
        "list_users",
        "Lists people of the instance, for whoever owns it.",
    )
    .needs(ADMIN)
    .asks(&[maybe(
        "name",
        Place::Text,
        "A part of a name or address, or an id.",
    )])
    .answers(of::<Vec<p::UserItem>>),
    Route::ours(
        Verb::Get,
        "/keys",
        "list_keys",
        "Lists all keys, without their texts.",
    )
    .needs(ADMIN)
    .answers(of::<KeyList>),
    Route::ours(
        Verb::Post,
        "/keys",
        "create_key",
        "Makes a key; its text is given this once.",
    )
    .needs(ADMIN)
    .takes(Body::Json(of::<b::CreateKey>, true))
    .with_status(201)
    .answers(of::<CreatedKeyOut>),
    Route::ours(Verb::Delete, "/keys/{id}", "revoke_key", "Ends a key at once.")
        .needs(ADMIN)
        .with_status(204),
    Route::ours(
        Verb::Get,
        "/workspace",
        "read_workspace",
        "Reads name, zone and lateness of the workspace.",
    )
    .answers(of::<p::WorkspaceOut>),
    Route::ours(
        Verb::Put,
        "/workspace",
        "change_workspace",
        "Changes the workspace.",
    )
    .needs(ADMIN)
    .takes(Body::Json(of::<b::ChangeWorkspace>, true))
    .answers(of::<p::WorkspaceOut>),
    Route::ours(Verb::Get, "/pause", "list_pauses", "Lists what is paused.")
        .needs(SEE)
        .answers(of::<p::PauseList>),
    Route::ours(
        Verb::Post,
        "/pause",
        "pause_posts",
        "Holds the posts of the workspace, a channel or the instance.",
    )
    .needs(ARRANGE)
    .takes(Body::Json(of::<b::PausePosts>, false))
    .answers(of::<p::PauseList>),
    Route::ours(
        Verb::Post,
        "/resume",
        "resume_posts",
        "Lets go what a pause held.",
    )
    .needs(CONNECT)
    .takes(Body::Json(of::<b::ResumePosts>, false))
    .answers(of::<p::ResumedOut>),
    Route::ours(
        Verb::Get,
        "/dead-letters",
        "list_dead_letters",
        "Lists what did not get through.",
    )
    .needs(READ)
    .answers(of::<p::DeadLetterList>),
    Route::ours(
        Verb::Post,
        "/dead-letters/{id}/replay",
        "replay_dead_letter",
        "Tries once more what did not get through.",
    )
    .needs(WRITE)
    .with_status(204),
];
