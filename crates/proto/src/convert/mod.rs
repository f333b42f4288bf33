//! Between messages and domain types: always possible towards messages, checked on the way back.

mod field;

mod closed;
mod content;
mod value;

mod actor;
mod channel;
mod event;
mod instance;
mod key;
mod manifest;
mod media;
mod member;
mod pause;
mod post;
mod post_request;
mod problem;
mod publication;
mod rate;
mod recurrence;
mod review;
mod work;

#[cfg(test)]
mod tests;

pub(crate) use closed::{closed, closed_list, number, numbers};
pub(crate) use field::{each, id, many, needed, optional, optional_id, zone};
pub(crate) use recurrence::{date, shift_to_message};

/// Why a message is not a domain value. Names the field, never what stood in it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("field {field} is {reason}")]
pub struct ConvertError {
    /// The path of the field, outermost first: `post.entries.content`.
    pub(crate) field: String,
    /// What is wrong with it.
    pub(crate) reason: &'static str,
}

impl ConvertError {
    /// Something about this field.
    pub(crate) fn new(field: &str, reason: &'static str) -> Self {
        Self {
            field: field.to_owned(),
            reason,
        }
    }

    /// A field or choice that must be there.
    pub(crate) fn absent(field: &str) -> Self {
        Self::new(field, "absent")
    }

    /// The same, seen from the message around it.
    pub(crate) fn below(mut self, parent: &str) -> Self {
        self.field = if self.field.is_empty() {
            parent.to_owned()
        } else {
            format!("{parent}.{}", self.field)
        };
        self
    }
}

impl From<ConvertError> for tonic::Status {
    fn from(error: ConvertError) -> Self {
        Self::invalid_argument(error.to_string())
    }
}

/// A reply that is not understood is a defect or a backend of another version; callers can do nothing about it.
impl From<ConvertError> for postern_domain::BackendError {
    fn from(error: ConvertError) -> Self {
        tracing::error!(field = %error.field, reason = error.reason, "backend reply not understood");
        Self::Internal
    }
}
