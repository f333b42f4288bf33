//! What can be said while a post is planned: more is planned around its time than the platform takes.

use std::time::Duration;

use super::Allowance;
use crate::id::{ChannelId, WorkspaceId};
use crate::manifest::{ProviderId, RateScope};
use crate::time::Timestamp;

/// What is planned for one instant as the platform will count it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Planned {
    /// When it is meant to go out.
    pub at: Timestamp,
    /// How many entries go out.
    pub entries: u32,
}

/// A rate that the plan exceeds. No refusal: what finds no room waits and goes out later.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Crowding {
    /// The channel of the post that was looked at.
    pub channel: ChannelId,
    /// The platform's name.
    pub platform: String,
    /// Whose budget is exceeded.
    pub scope: RateScope,
    /// How many are planned in the fullest window around the post's time, the post included.
    pub planned: u32,
    /// How many the platform takes.
    pub allowed: u32,
    /// In which time.
    pub window: Duration,
}

/// Whose plan is looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Budget {
    /// One channel's.
    Channel {
        /// The workspace it belongs to.
        workspace: WorkspaceId,
        /// The channel.
        channel: ChannelId,
    },
    /// That of all channels of a provider, over all workspaces: times and counts, nothing else.
    App(ProviderId),
}

/// How many of `planned` fall into the fullest window that holds `at`; none when the allowance suffices.
pub fn crowding(allowance: Allowance, planned: &[Planned], at: Timestamp) -> Option<u32> {
    let mut near: Vec<Planned> = planned
        .iter()
        .filter(|it| it.at.since(at) < allowance.window && at.since(it.at) < allowance.window)
        .copied()
        .collect();
    near.sort_unstable_by_key(|it| it.at);
    let fullest = near
        .iter()
        .enumerate()
        .filter(|(_, first)| first.at <= at)
        .map(|(index, first)| {
            near[index..]
                .iter()
                .take_while(|it| it.at.since(first.at) < allowance.window)
                .fold(0_u32, |sum, it| sum.saturating_add(it.entries))
        })
        .max()
        .unwrap_or_default();
    Some(fullest).filter(|fullest| *fullest > allowance.count)
}

impl Crowding {
    /// The warning in words: `22 posts are planned within 24 hours on this channel, and X takes 17; the rest ...`.
    pub fn sentence(&self) -> String {
        let whose = match self.scope {
            RateScope::App => "by all channels of this server",
            RateScope::Channel => "on this channel",
        };
        format!(
            "{} posts are planned within {} {whose}, and {} takes {}; the rest goes out later",
            self.planned,
            span(self.window),
            self.platform,
            self.allowed
        )
    }
}

/// A window in words: the largest unit that divides it.
fn span(window: Duration) -> String {
    let secs = window.as_secs();
    let (count, unit) = match secs {
        secs if secs.is_multiple_of(86_400) && secs > 86_400 => (secs / 86_400, "day"),
        secs if secs.is_multiple_of(3600) => (secs / 3600, "hour"),
        secs if secs.is_multiple_of(60) => (secs / 60, "minute"),
        secs => (secs, "second"),
    };
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {unit}{plural}")
}
