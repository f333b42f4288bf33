//! States in words and icons.

use postern_domain::channel::{Channel, Health};
use postern_domain::post::PostState;
use postern_domain::publication::State;

use crate::icons::Icon;
use crate::views::{Pill, Tone};

/// The pill of a post as a whole.
pub(crate) fn post(state: PostState) -> Pill {
    match state {
        PostState::Draft => Pill::new(Icon::Draft, "Draft", Tone::Plain),
        PostState::NeedsApproval => Pill::new(Icon::Person, "Needs approval", Tone::Warn),
        PostState::Scheduled => Pill::new(Icon::Clock, "Scheduled", Tone::Info),
        PostState::Publishing => Pill::moving(Icon::Working, "Publishing", Tone::Info),
        PostState::Published => Pill::new(Icon::Done, "Published", Tone::Ok),
        PostState::PartlyPublished => Pill::new(Icon::Alert, "Partly published", Tone::Warn),
        PostState::Failed => Pill::new(Icon::Failed, "Not published", Tone::Bad),
        PostState::Trashed => Pill::new(Icon::Bin, "Cancelled", Tone::Plain),
    }
}

/// The pill of one publication.
pub(crate) fn publication(state: State) -> Pill {
    match state {
        State::Draft => Pill::new(Icon::Draft, "Draft", Tone::Plain),
        State::Scheduled => Pill::new(Icon::Clock, "Scheduled", Tone::Info),
        State::Leased | State::Preparing | State::Armed => {
            Pill::moving(Icon::Working, "Publishing", Tone::Info)
        }
        State::Waiting => Pill::moving(Icon::Working, "Waiting for the platform", Tone::Info),
        State::Unconfirmed => Pill::new(Icon::Question, "Unconfirmed", Tone::Warn),
        State::Published => Pill::new(Icon::Done, "Published", Tone::Ok),
        State::Failed => Pill::new(Icon::Failed, "Failed", Tone::Bad),
        State::Missed => Pill::new(Icon::Alert, "Missed", Tone::Bad),
        State::Cancelled => Pill::new(Icon::Close, "Cancelled", Tone::Plain),
        State::Held => Pill::new(Icon::Pause, "Held", Tone::Warn),
    }
}

/// The pill of a channel.
pub(crate) fn channel(channel: &Channel) -> Pill {
    match (&channel.health, channel.disabled) {
        (_, true) => Pill::new(Icon::Pause, "Paused", Tone::Warn),
        (Health::Connected, false) => Pill::new(Icon::Done, "Connected", Tone::Ok),
        (Health::NeedsReconnect { .. }, false) => Pill::new(Icon::Plug, "Needs reconnect", Tone::Bad),
    }
}
