//! Channels, and what is measured on them.

use postern_domain::actor::Scope;

use super::{ARRANGE, CONNECT, DAYS, MEASURE, READ, SEE};
use crate::openapi::answers as a;
use crate::openapi::bodies as b;
use crate::openapi::route::{Body, Place, Route, Verb, maybe, of};
use crate::postiz as p;

pub(super) const CHANNELS: &[Route] = &[
    Route::compatible(
        Verb::Get,
        "/is-connected",
        "check_key",
        "Tells whether the key works.",
    )
    .answers(of::<a::Connected>),
    Route::compatible(
        Verb::Get,
        "/integrations",
        "list_channels",
        "Lists all channels, or those of one group.",
    )
    .needs(SEE)
    .asks(&[maybe("group", Place::Text, "The id of a group.")])
    .answers(of::<Vec<p::Integration>>),
    Route::ours(
        Verb::Get,
        "/integrations/health",
        "check_channels",
        "Tells which channels work, and why others do not.",
    )
    .needs(SEE)
    .answers(of::<Vec<p::ChannelHealth>>),
    Route::compatible(
        Verb::Delete,
        "/integrations/{id}",
        "remove_channel",
        "Removes a channel and what waits for it.",
    )
    .needs(CONNECT)
    .answers(of::<a::RemovedChannel>),
    Route::ours(
        Verb::Get,
        "/integrations/{id}/slots",
        "list_slots",
        "Lists the weekly posting slots of a channel.",
    )
    .needs(SEE)
    .answers(of::<a::SlotList>),
    Route::ours(
        Verb::Put,
        "/integrations/{id}/slots",
        "replace_slots",
        "Replaces the posting slots of a channel.",
    )
    .needs(ARRANGE)
    .takes(Body::Json(of::<b::ReplaceSlots>, true))
    .answers(of::<a::SlotList>),
    Route::compatible(
        Verb::Get,
        "/groups",
        "list_groups",
        "Lists the groups that channels are in.",
    )
    .needs(SEE)
    .answers(of::<Vec<p::Customer>>),
    Route::compatible(
        Verb::Get,
        "/social/{integration}",
        "connect_channel",
        "Tells where a browser goes to connect a channel.",
    )
    .needs(CONNECT)
    .asks(&[maybe(
        "refresh",
        Place::Text,
        "The channel to connect again, by its id or the platform's.",
    )])
    .answers(of::<a::ConnectUrl>),
    Route::compatible(
        Verb::Get,
        "/integration-settings/{id}",
        "read_channel_settings",
        "Tells what a channel's provider wants to know.",
    )
    .needs(SEE)
    .answers(of::<a::ChannelSettings>),
    Route::compatible(
        Verb::Post,
        "/integration-trigger/{id}",
        "trigger_tool",
        "Looks something up at the platform.",
    )
    .needs(SEE)
    .takes(Body::Json(of::<b::TriggerTool>, true))
    .answers(of::<a::TriggerOutput>),
    Route::compatible(
        Verb::Get,
        "/find-slot/{id}",
        "find_slot",
        "Finds the next free posting slot of a channel.",
    )
    .needs(READ)
    .answers(of::<a::FreeSlot>),
];

pub(super) const FIGURES: &[Route] = &[
    Route::ours(
        Verb::Get,
        "/analytics",
        "list_insights",
        "Shows the figures of all channels, and how publishing on them went.",
    )
    .needs(&[Scope::AnalyticsRead, Scope::ChannelsRead])
    .asks(DAYS)
    .answers(of::<Vec<p::ChannelInsights>>),
    Route::compatible(
        Verb::Get,
        "/analytics/{integration}",
        "read_channel_insights",
        "Shows what a channel's platform measured.",
    )
    .needs(MEASURE)
    .asks(DAYS)
    .answers(of::<Vec<p::MetricItem>>),
    Route::compatible(
        Verb::Get,
        "/analytics/post/{post}",
        "read_post_insights",
        "Shows what the platform measured of a post.",
    )
    .needs(MEASURE)
    .asks(DAYS)
    .answers(of::<a::PostAnalytics>),
    Route::compatible(
        Verb::Get,
        "/notifications",
        "list_notifications",
        "Lists what somebody should know, newest first.",
    )
    .needs(READ)
    .asks(&[maybe(
        "page",
        Place::Number(0, 4_294_967_295),
        "Which page, from 0.",
    )])
    .answers(of::<p::NotificationPage>),
];
