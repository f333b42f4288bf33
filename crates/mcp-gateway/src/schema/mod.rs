//! Tool schemas: made from types, brought into the plain form that every host accepts, and used to read arguments.

mod check;
mod normalise;

use std::sync::Arc;

use rmcp::model::JsonObject;
use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde_json::{Value, json};

pub(crate) use self::check::{Unknown, check};
pub(crate) use self::normalise::{Side, normalise, shorten};

/// The schema of arguments of type `T`: closed objects, no references, every property described.
pub(crate) fn input<T: JsonSchema>() -> Arc<JsonObject> {
    make::<T>(SchemaSettings::draft2020_12(), Side::Input)
}

/// The schema of a result of type `T`: open objects, no references. What is below its own members stands without
/// description, for the whole list of tools has to stay short.
pub(crate) fn output<T: JsonSchema>() -> Arc<JsonObject> {
    let mut schema = Value::Object(Arc::unwrap_or_clone(output_described::<T>()));
    shorten(&mut schema, 0);
    match schema {
        Value::Object(object) => Arc::new(object),
        _ => Arc::default(),
    }
}

/// The same with every description, for the one tool that explains what the others show too.
pub(crate) fn output_described<T: JsonSchema>() -> Arc<JsonObject> {
    let mut schema = make::<T>(SchemaSettings::draft2020_12().for_serialize(), Side::Output);
    let object = Arc::make_mut(&mut schema);
    // A refusal is structured too, and some clients hold it against the same schema: it has `error` and nothing else.
    object.remove("required");
    if let Some(Value::Object(members)) = object.get_mut("properties") {
        let refusal = json!({ "type": "object", "additionalProperties": true });
        let either = |own: &mut Value| *own = json!({ "anyOf": [own.take(), refusal.clone()] });
        members
            .entry("error")
            .and_modify(either)
            .or_insert_with(|| refusal.clone());
    }
    schema
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
