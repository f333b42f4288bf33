//! The OpenAPI 3.1 document.

use schemars::generate::SchemaSettings;
use schemars::{Schema, SchemaGenerator};
use serde_json::{Map, Value as Json, json};

use super::route::{Body, Family, Parameter, Place, Route, of};
use super::routes;
use crate::postiz::CompatibleRefusal;
use crate::problem::{self, Document};

/// Where schemas stand that several places refer to.
const SCHEMAS: &str = "/components/schemas";

/// The description of all routes of this version.
pub fn document(version: &str) -> Json {
    let settings = || {
        SchemaSettings::draft2020_12().with(|settings| {
            settings.definitions_path = SCHEMAS.into();
            settings.meta_schema = None;
        })
    };
    let mut making = Making {
        bodies: settings().for_deserialize().into_generator(),
        answers: settings().for_serialize().into_generator(),
    };
    let mut paths = Map::new();
    for route in routes::all() {
        let path = paths.entry(route.path).or_insert_with(|| json!({}));
        path[route.verb.as_str().to_ascii_lowercase()] = making.operation(route);
    }
    let refusals = json!({
        // Its members are there or not, as in what comes in.
        "compatible": of::<CompatibleRefusal>(&mut making.bodies),
        "ours": making.answer(of::<Document>),
    });
    let mut schemas = making.answers.take_definitions(true);
    schemas.extend(making.bodies.take_definitions(true));
    schemas.sort_keys();
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Postern REST API",
            "version": version,
            "description": DESCRIPTION,
            "license": { "name": "Apache-2.0", "identifier": "Apache-2.0" },
        },
        "servers": [{ "url": "/public/v1" }, { "url": "/api/public/v1" }],
        "security": [{ "key": [] }, { "bearer": [] }],
        "tags": [
            { "name": "compatible", "description": "Routes that clients of the Postiz public API know." },
            { "name": "ours", "description": "Routes beside them." },
        ],
        "paths": paths,
        "components": {
            "schemas": schemas,
            "securitySchemes": {
                "key": { "type": "apiKey", "in": "header", "name": "Authorization" },
                "bearer": { "type": "http", "scheme": "bearer" },
            },
            "responses": responses(&refusals),
        },
    })
}

/// How refusals look.
fn responses(refusals: &Json) -> Json {
    json!({
        "CompatibleRefusal": {
            "description": "Refused, in the words that clients of the compatible API know.",
            "content": { "application/json": { "schema": refusals["compatible"] } },
        },
        "Problem": {
            "description": "Refused, as a problem document.",
            "content": {
                problem::CONTENT_TYPE: { "schema": refusals["ours"] },
                // A path of no route is refused in compatible words, whoever asks.
                "application/json": { "schema": refusals["compatible"] },
            },
        },
    })
}

const DESCRIPTION: &str = "Plans posts and publishes them on connected channels. A key goes bare or after `Bearer` into \
    `Authorization`. Every write takes `Idempotency-Key`: what comes again under the same key within a day is answered as \
    it was the first time. Times without a zone are UTC. Unknown fields are ignored, numbers and truth values may come as \
    texts.";

/// Schemas of what comes in and of what goes out, which differ in what must be there.
struct Making {
    bodies: SchemaGenerator,
    answers: SchemaGenerator,
}

impl Making {
    fn operation(&mut self, route: &Route) -> Json {
        let mut parameters: Vec<Json> = route
            .path_parameters()
            .map(|name| json!({ "name": name, "in": "path", "required": true, "schema": { "type": "string", "minLength": 1 } }))
            .collect();
        parameters.extend(route.query.iter().map(query));
        if route.verb.writes() {
            parameters.push(json!({
                "name": "Idempotency-Key",
                "in": "header",
                "description": "A fresh random text for each new request.",
                "schema": { "type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$" },
            }));
        }
        let (tag, refusal) = match route.family {
            Family::Compatible => ("compatible", "CompatibleRefusal"),
            Family::Ours => ("ours", "Problem"),
        };
        let scopes: Vec<&str> = route.scopes.iter().map(|scope| scope.as_str()).collect();
        let mut operation = json!({
            "operationId": route.operation,
            "summary": route.summary,
            "tags": [tag],
            "x-scopes": scopes,
            "x-least-role": route.least_role().as_str(),
            "parameters": parameters,
            "responses": {
                route.success.to_string(): self.success(route),
                "default": { "$ref": format!("#/components/responses/{refusal}") },
            },
        });
        if let Some(body) = self.body(route.body) {
            operation["requestBody"] = body;
        }
        operation
    }

    fn success(&mut self, route: &Route) -> Json {
        match route.answer {
            None => json!({ "description": "Done." }),
            Some(shape) => json!({
                "description": "Done.",
                "content": { "application/json": { "schema": self.answer(shape) } },
            }),
        }
    }

    fn answer(&mut self, shape: fn(&mut SchemaGenerator) -> Schema) -> Schema {
        shape(&mut self.answers)
    }

    fn body(&mut self, body: Body) -> Option<Json> {
        Some(match body {
            Body::None => return None,
            Body::Json(shape, required) => json!({
                "required": required,
                "content": { "application/json": { "schema": shape(&mut self.bodies) } },
            }),
            Body::JsonOrTable(shape) => json!({
                "required": true,
                "content": {
                    "application/json": { "schema": shape(&mut self.bodies) },
                    "text/csv": { "schema": {
                        "type": "string",
                        "description": "A first line of column names, then one row for each post: date, timezone, type, \
                                        channels, content, comment1, media, tags, inter, settings, settings.<name>.",
                    } },
                },
            }),
            Body::File => json!({
                "required": true,
                "content": { "multipart/form-data": { "schema": {
                    "type": "object",
                    "properties": { "file": { "type": "string", "format": "binary" } },
                    "required": ["file"],
                } } },
            }),
        })
    }
}

fn query(parameter: &Parameter) -> Json {
    let schema = match parameter.place {
        Place::Text => json!({ "type": "string" }),
        Place::Instant => json!({ "type": "string", "format": "date-time" }),
        Place::Number(least, most) => json!({ "type": "integer", "minimum": least, "maximum": most }),
        Place::Word(words) => json!({ "type": "string", "enum": words }),
    };
    json!({
        "name": parameter.name,
        "in": "query",
        "description": parameter.about,
        "required": parameter.required,
        "schema": schema,
    })
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;
    use std::fs;
    use std::path::Path;

    use super::*;

    /// Written anew where `POSTERN_UPDATE_OPENAPI` is set.
    #[test]
    fn the_checked_in_document_is_the_one_that_is_made() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/openapi.json");
        let made = format!("{:#}\n", document(env!("CARGO_PKG_VERSION")));
        if std::env::var_os("POSTERN_UPDATE_OPENAPI").is_some() {
            fs::write(&path, &made).unwrap();
        }
        let checked_in = fs::read_to_string(&path).unwrap_or_default();
        assert!(
            checked_in == made,
            "docs/openapi.json is old; set POSTERN_UPDATE_OPENAPI and run this test"
        );
    }

    #[test]
    fn every_route_has_an_id_of_its_own_and_every_reference_a_schema() {
        let (mut ids, mut places) = (HashSet::new(), HashSet::new());
        for route in routes::all() {
            assert!(ids.insert(route.operation), "{}", route.operation);
            assert!(places.insert((route.verb.as_str(), route.path)), "{}", route.path);
            assert!(
                route.operation.contains('_') && route.summary.ends_with('.'),
                "{}",
                route.operation
            );
        }
        let document = document("0");
        let text = document.to_string();
        for reference in text.split("\"$ref\":\"#").skip(1) {
            let pointer = reference.split('"').next().unwrap_or_default();
            assert!(document.pointer(pointer).is_some(), "{pointer}");
        }
    }
}
