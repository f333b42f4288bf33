//! Reading single fields of messages, with the field's name in every error.

use std::str::FromStr;

use postern_domain::time::Zone;

use super::ConvertError;

/// A message that must be there.
pub(crate) fn needed<M, D>(message: Option<M>, field: &str) -> Result<D, ConvertError>
where
    D: TryFrom<M, Error = ConvertError>,
{
    let message = message.ok_or_else(|| ConvertError::absent(field))?;
    D::try_from(message).map_err(|error| error.below(field))
}

/// A message that may be absent.
pub(crate) fn optional<M, D>(message: Option<M>, field: &str) -> Result<Option<D>, ConvertError>
where
    D: TryFrom<M, Error = ConvertError>,
{
    message
        .map(D::try_from)
        .transpose()
        .map_err(|error| error.below(field))
}

/// A list of messages.
pub(crate) fn each<M, D>(messages: Vec<M>, field: &str) -> Result<Vec<D>, ConvertError>
where
    D: TryFrom<M, Error = ConvertError>,
{
    messages
        .into_iter()
        .map(|message| D::try_from(message).map_err(|error| error.below(field)))
        .collect()
}

/// A list towards messages.
pub(crate) fn many<D, M: From<D>>(values: Vec<D>) -> Vec<M> {
    values.into_iter().map(M::from).collect()
}

/// An id.
pub(crate) fn id<T: FromStr>(text: &str, field: &str) -> Result<T, ConvertError> {
    text.parse().map_err(|_| ConvertError::new(field, "not an id"))
}

/// An id that may be absent.
pub(crate) fn optional_id<T: FromStr>(text: Option<&str>, field: &str) -> Result<Option<T>, ConvertError> {
    text.map(|text| id(text, field)).transpose()
}

/// The IANA name of a zone.
pub(crate) fn zone(name: &str, field: &str) -> Result<Zone, ConvertError> {
    Zone::parse(name).map_err(|_| ConvertError::new(field, "not a time zone"))
}
