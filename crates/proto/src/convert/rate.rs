//! Rates: what platforms say about their counting, and what a plan exceeds.

use postern_domain::rate::{Crowding, RateHint};
use postern_domain::time::Timestamp;

use super::{ConvertError, closed, id, needed, number};
use crate::v1;

impl From<RateHint> for v1::RateHint {
    fn from(hint: RateHint) -> Self {
        Self {
            scope: number::<v1::RateScope, _>(hint.scope),
            remaining: hint.remaining,
            resets_at: hint.resets_at.as_micros(),
        }
    }
}

impl TryFrom<v1::RateHint> for RateHint {
    type Error = ConvertError;

    fn try_from(message: v1::RateHint) -> Result<Self, ConvertError> {
        Ok(Self {
            scope: closed::<v1::RateScope, _>(message.scope, "scope")?,
            remaining: message.remaining,
            resets_at: Timestamp::from_micros(message.resets_at),
        })
    }
}

impl From<Crowding> for v1::Crowding {
    fn from(crowding: Crowding) -> Self {
        Self {
            channel: crowding.channel.to_string(),
            platform: crowding.platform,
            scope: number::<v1::RateScope, _>(crowding.scope),
            planned: crowding.planned,
            allowed: crowding.allowed,
            window: Some(crowding.window.into()),
        }
    }
}

impl TryFrom<v1::Crowding> for Crowding {
    type Error = ConvertError;

    fn try_from(message: v1::Crowding) -> Result<Self, ConvertError> {
        Ok(Self {
            channel: id(&message.channel, "channel")?,
            platform: message.platform,
            scope: closed::<v1::RateScope, _>(message.scope, "scope")?,
            planned: message.planned,
            allowed: message.allowed,
            window: needed(message.window, "window")?,
        })
    }
}
