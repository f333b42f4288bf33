//! Closed sets: one line per set, exhaustive in both directions.

use postern_domain::actor::{Door, Scope};
use postern_domain::content::Editor;
use postern_domain::manifest::RateScope;
use postern_domain::media::MediaKind;
use postern_domain::pause::{CatchUp, Held};
use postern_domain::post::PostState;
use postern_domain::publication::State;
use postern_domain::recurrence::{Frequency, RecurrenceState};
use postern_domain::workspace::Role;

use super::ConvertError;
use crate::v1;

macro_rules! sets {
    ($($domain:ident = $message:ident { $($name:ident),+ $(,)? })+) => {$(
        impl From<$domain> for v1::$message {
            fn from(value: $domain) -> Self {
                match value {
                    $($domain::$name => Self::$name,)+
                }
            }
        }

        impl TryFrom<v1::$message> for $domain {
            type Error = ConvertError;

            fn try_from(message: v1::$message) -> Result<Self, ConvertError> {
                match message {
                    v1::$message::Unspecified => Err(ConvertError::absent("")),
                    $(v1::$message::$name => Ok(Self::$name),)+
                }
            }
        }
    )+};
}

sets! {
    Door = Door { Web, Rest, Mcp, Cli, Auto }
    Scope = Scope {
        PostsRead, PostsDraft, PostsWrite, AnalyticsRead, MediaWrite, ChannelsRead, ChannelsWrite, Admin,
    }
    Role = Role { Viewer, Author, Editor, Admin, Owner }
    MediaKind = MediaKind { Image, Gif, Video, Document }
    PostState = PostState {
        Draft, NeedsApproval, Scheduled, Publishing, Published, PartlyPublished, Failed, Trashed,
    }
    State = PublicationState {
        Draft, Scheduled, Leased, Preparing, Waiting, Armed, Unconfirmed, Published, Failed, Missed, Cancelled,
        Held,
    }
    CatchUp = CatchUp { Rule, Send, Miss }
    Held = Held { Reconnect, Channel, Workspace, Instance }
    Editor = Editor { Normal, Markdown, Html, None }
    RateScope = RateScope { App, Channel }
    Frequency = Frequency { Daily, Weekly, Monthly, Yearly }
    RecurrenceState = RecurrenceState { Running, Ended }
}

/// The number of a value of a closed set.
pub(crate) fn number<M: From<D> + Into<i32>, D>(value: D) -> i32 {
    M::from(value).into()
}

/// The numbers of several values.
pub(crate) fn numbers<M: From<D> + Into<i32>, D>(values: Vec<D>) -> Vec<i32> {
    values.into_iter().map(number::<M, D>).collect()
}

/// Reads [`number`] back.
pub(crate) fn closed<M, D>(number: i32, field: &str) -> Result<D, ConvertError>
where
    M: TryFrom<i32>,
    D: TryFrom<M, Error = ConvertError>,
{
    let known = M::try_from(number).map_err(|_| ConvertError::new(field, "not a known value"))?;
    D::try_from(known).map_err(|error| error.below(field))
}

/// Reads [`numbers`] back.
pub(crate) fn closed_list<M, D>(numbers: Vec<i32>, field: &str) -> Result<Vec<D>, ConvertError>
where
    M: TryFrom<i32>,
    D: TryFrom<M, Error = ConvertError>,
{
    numbers
        .into_iter()
        .map(|number| closed::<M, D>(number, field))
        .collect()
}
