//! Tool schemas: made from types, brought into the plain form that every host accepts, and used to read arguments.

mod check;
mod normalise;

use std::sync::Arc;

use rmcp::model::JsonObject;
use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde_json::Value;

pub(crate) use self::check::{Unknown, check};
pub(crate) use self::normalise::{Side, normalise};

/// The schema of arguments of type `T`: closed objects, no references, every property described.
pub(crate) fn input<T: JsonSchema>() -> Arc<JsonObject> {
    make::<T>(SchemaSettings::draft2020_12(), Side::Input)
}

/// The schema of a result of type `T`: open objects, no references.
pub(crate) fn output<T: JsonSchema>() -> Arc<JsonObject> {
    make::<T>(SchemaSettings::draft2020_12().for_serialize(), Side::Output)
}

/// The same without words, for a result that another tool's schema explains: lists are kept small by it.
pub(crate) fn outline<T: JsonSchema>() -> Arc<JsonObject> {
    let mut schema = Value::Object(output::<T>().as_ref().clone());
    drop_words(&mut schema);
    match schema {
        Value::Object(object) => Arc::new(object),
        _ => Arc::default(),
    }
}

fn drop_words(schema: &mut Value) {
    match schema {
        Value::Object(object) => {
            // Under `properties` the keys are names of members, one of which may be called description.
            if object.get("description").is_some_and(Value::is_string) {
                object.remove("description");
            }
            object.values_mut().for_each(drop_words);
        }
        Value::Array(items) => items.iter_mut().for_each(drop_words),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

fn make<T: JsonSchema>(mut settings: SchemaSettings, side: Side) -> Arc<JsonObject> {
    settings.meta_schema = None;
    settings.inline_subschemas = true;
    let mut schema = settings.into_generator().into_root_schema_for::<T>().to_value();
    normalise(&mut schema, side);
    match schema {
        Value::Object(mut object) => {
            // What a whole call means is said by the tool's own description.
            object.remove("description");
            Arc::new(object)
        }
        // A type whose schema is not an object has no place as arguments or result; the hygiene test finds it.
        _ => Arc::default(),
    }
}

#[cfg(test)]
mod tests;
