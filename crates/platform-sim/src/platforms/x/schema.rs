//! Bodies checked against the published schema, which admits no further properties.

use serde_json::Value;

use super::refusal;
use crate::reply::Reply;

/// What a property must be.
#[derive(Debug, Clone, Copy)]
pub(super) enum Is {
    Text,
    Flag,
    /// Whole number from 0.
    Count,
    /// One of these words.
    Word(&'static [&'static str]),
    /// 1 to 19 digits.
    Id,
    /// A list of ids with at least and at most so many items.
    Ids(usize, usize),
    List,
    Object,
}

/// A property with its rule and whether it must be there.
pub(super) type Property = (&'static str, Is, bool);

/// Checks the properties of one object; `place` is its path, as `$`.
pub(super) fn object(value: &Value, place: &str, properties: &[Property]) -> Result<(), Reply> {
    let Some(fields) = value.as_object() else {
        return Err(refusal::invalid(&format!("{place}: object expected")));
    };
    for (name, field) in fields {
        let Some((_, rule, _)) = properties.iter().find(|(known, _, _)| known == name) else {
            return Err(refusal::invalid(&format!(
                "{place}.{name}: is not defined in the schema and the schema does not allow additional properties"
            )));
        };
        if !fits(field, *rule) {
            return Err(refusal::invalid(&format!(
                "{place}.{name}: does not match the schema ({})",
                describe(*rule)
            )));
        }
    }
    match properties
        .iter()
        .find(|(name, _, required)| *required && !fields.contains_key(*name))
    {
        Some((name, _, _)) => Err(refusal::invalid(&format!(
            "{place}.{name}: is missing but it is required"
        ))),
        None => Ok(()),
    }
}

fn fits(value: &Value, rule: Is) -> bool {
    match rule {
        Is::Text => value.is_string(),
        Is::Flag => value.is_boolean(),
        Is::Count => value.as_u64().is_some(),
        Is::Word(words) => value.as_str().is_some_and(|word| words.contains(&word)),
        Is::Id => is_id(value),
        Is::Ids(least, most) => value
            .as_array()
            .is_some_and(|items| (least..=most).contains(&items.len()) && items.iter().all(is_id)),
        Is::List => value.is_array(),
        Is::Object => value.is_object(),
    }
}

fn is_id(value: &Value) -> bool {
    value
        .as_str()
        .is_some_and(|id| (1..=19).contains(&id.len()) && id.bytes().all(|digit| digit.is_ascii_digit()))
}

fn describe(rule: Is) -> String {
    match rule {
        Is::Text => "string".to_owned(),
        Is::Flag => "boolean".to_owned(),
        Is::Count => "integer from 0".to_owned(),
        Is::Word(words) => format!("one of {}", words.join(", ")),
        Is::Id => "string of 1 to 19 digits".to_owned(),
        Is::Ids(_, most) => format!("must have a maximum of {most} items, each a string of 1 to 19 digits"),
        Is::List => "array".to_owned(),
        Is::Object => "object".to_owned(),
    }
}
