//! Structured values whose shape the domain does not know: settings of a channel, details a provider keeps.

use std::collections::BTreeMap;

/// A JSON-like value without any serialisation of its own; the edges convert.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Value {
    /// Known to be empty.
    #[default]
    Null,
    /// True or false.
    Bool(bool),
    /// A whole number.
    Integer(i64),
    /// A number with a fraction.
    Number(f64),
    /// Text.
    Text(String),
    /// An ordered list.
    List(Vec<Value>),
    /// Named values.
    Map(BTreeMap<String, Value>),
}

/// What the author chooses per channel (audience, board, title), by the keys of the manifest's form.
pub type Settings = BTreeMap<String, Value>;

impl Value {
    /// The text, when it is one.
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            Self::Null
            | Self::Bool(_)
            | Self::Integer(_)
            | Self::Number(_)
            | Self::List(_)
            | Self::Map(_) => None,
        }
    }

    /// The truth value, when it is one.
    pub fn as_bool(&self) -> Option<bool> {
        match self {
            Self::Bool(truth) => Some(*truth),
            Self::Null
            | Self::Integer(_)
            | Self::Number(_)
            | Self::Text(_)
            | Self::List(_)
            | Self::Map(_) => None,
        }
    }

    /// The whole number, when it is one.
    pub fn as_integer(&self) -> Option<i64> {
        match self {
            Self::Integer(number) => Some(*number),
            Self::Null | Self::Bool(_) | Self::Number(_) | Self::Text(_) | Self::List(_) | Self::Map(_) => {
                None
            }
        }
    }

    /// The member `key`, when this is a map that has it.
    pub fn get(&self, key: &str) -> Option<&Value> {
        match self {
            Self::Map(map) => map.get(key),
            Self::Null
            | Self::Bool(_)
            | Self::Integer(_)
            | Self::Number(_)
            | Self::Text(_)
            | Self::List(_) => None,
        }
    }

    /// Whether nothing was given: null, an empty text, list or map.
    pub fn is_blank(&self) -> bool {
        match self {
            Self::Null => true,
            Self::Text(text) => text.trim().is_empty(),
            Self::List(list) => list.is_empty(),
            Self::Map(map) => map.is_empty(),
            Self::Bool(_) | Self::Integer(_) | Self::Number(_) => false,
        }
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<bool> for Value {
    fn from(truth: bool) -> Self {
        Self::Bool(truth)
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Self::Integer(number)
    }
}
