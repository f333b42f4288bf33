//! The table of routes, by what they are about.

mod channels;
mod house;
mod library;
mod plan;
mod posts;

use postern_domain::actor::Scope;

use super::route::{Parameter, Place, Route, maybe};

/// All routes below `/public/v1`.
pub fn all() -> impl Iterator<Item = &'static Route> {
    let tables = [
        channels::CHANNELS,
        channels::FIGURES,
        posts::POSTS,
        plan::PLAN,
        library::FILES,
        library::LABELS,
        house::HOUSE,
    ];
    tables.into_iter().flatten()
}

const READ: &[Scope] = &[Scope::PostsRead];
const DRAFT: &[Scope] = &[Scope::PostsDraft];
const REWRITE: &[Scope] = &[Scope::PostsRead, Scope::PostsDraft];
const WRITE: &[Scope] = &[Scope::PostsWrite];
const CHANGE: &[Scope] = &[Scope::PostsRead, Scope::PostsWrite];
const SEE: &[Scope] = &[Scope::ChannelsRead];
const CONNECT: &[Scope] = &[Scope::ChannelsWrite];
const ARRANGE: &[Scope] = &[Scope::ChannelsRead, Scope::ChannelsWrite];
const MEASURE: &[Scope] = &[Scope::AnalyticsRead];
const UPLOAD: &[Scope] = &[Scope::MediaWrite];
const ADMIN: &[Scope] = &[Scope::Admin];

const DAYS: &[Parameter] = &[maybe(
    "date",
    Place::Number(1, 366),
    "How many days back; 7 where it is absent.",
)];
