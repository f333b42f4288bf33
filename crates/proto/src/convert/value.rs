//! Values, settings and times.

use std::time::Duration;

use postern_domain::time::{PublishAt, Timestamp, parse_local};
use postern_domain::value::{Settings, Value};

use super::{ConvertError, each, many, zone};
use crate::v1;
use crate::v1::value::Kind;

impl From<Duration> for v1::Duration {
    fn from(span: Duration) -> Self {
        Self {
            seconds: span.as_secs(),
            nanos: span.subsec_nanos(),
        }
    }
}

impl TryFrom<v1::Duration> for Duration {
    type Error = ConvertError;

    fn try_from(message: v1::Duration) -> Result<Self, ConvertError> {
        if message.nanos >= 1_000_000_000 {
            return Err(ConvertError::new("nanos", "out of range"));
        }
        Ok(Self::new(message.seconds, message.nanos))
    }
}

impl From<PublishAt> for v1::PublishAt {
    fn from(at: PublishAt) -> Self {
        Self {
            instant: at.instant.as_micros(),
            zone: at.zone.name().to_owned(),
            wall: at.wall.to_string(),
        }
    }
}

impl TryFrom<v1::PublishAt> for PublishAt {
    type Error = ConvertError;

    fn try_from(message: v1::PublishAt) -> Result<Self, ConvertError> {
        Ok(Self {
            instant: Timestamp::from_micros(message.instant),
            zone: zone(&message.zone, "zone")?,
            wall: parse_local(&message.wall).map_err(|_| ConvertError::new("wall", "not a local time"))?,
        })
    }
}

impl From<Value> for v1::Value {
    fn from(value: Value) -> Self {
        let kind = match value {
            Value::Null => Kind::Null(v1::Mark {}),
            Value::Bool(truth) => Kind::Truth(truth),
            Value::Integer(number) => Kind::Integer(number),
            Value::Number(number) => Kind::Number(number),
            Value::Text(text) => Kind::Text(text),
            Value::List(items) => Kind::List(v1::ValueList { items: many(items) }),
            Value::Map(fields) => Kind::Map(fields.into()),
        };
        Self { kind: Some(kind) }
    }
}

impl TryFrom<v1::Value> for Value {
    type Error = ConvertError;

    fn try_from(message: v1::Value) -> Result<Self, ConvertError> {
        Ok(match message.kind.ok_or_else(|| ConvertError::absent("kind"))? {
            Kind::Null(_) => Self::Null,
            Kind::Truth(truth) => Self::Bool(truth),
            Kind::Integer(number) => Self::Integer(number),
            Kind::Number(number) => Self::Number(number),
            Kind::Text(text) => Self::Text(text),
            Kind::List(list) => Self::List(each(list.items, "list")?),
            Kind::Map(map) => Self::Map(map.try_into()?),
        })
    }
}

impl From<Settings> for v1::Settings {
    fn from(settings: Settings) -> Self {
        let fields = settings
            .into_iter()
            .map(|(key, value)| (key, value.into()))
            .collect();
        Self { fields }
    }
}

impl TryFrom<v1::Settings> for Settings {
    type Error = ConvertError;

    fn try_from(message: v1::Settings) -> Result<Self, ConvertError> {
        message
            .fields
            .into_iter()
            .map(|(key, value)| match Value::try_from(value) {
                Ok(value) => Ok((key, value)),
                Err(error) => Err(error.below("fields")),
            })
            .collect()
    }
}
