//! The resources of the suite.

use rmcp::model::{ErrorData, ReadResourceResult, Resource, ResourceContents, ResourceTemplate};
use serde_json::json;

/// One red pixel.
pub(super) const PIXEL: &str =
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8DwHwAFBQIAX8jx0gAAAABJRU5ErkJggg==";

/// All resources, in the order of their addresses.
const ALL: [(&str, &str, &str); 4] = [
    ("test://example-resource", "example", "text/plain"),
    ("test://static-binary", "binary", "image/png"),
    ("test://static-text", "text", "text/plain"),
    ("test://watched-resource", "watched", "text/plain"),
];

/// The list.
pub(super) fn all() -> Vec<Resource> {
    let show = |(uri, name, kind): &(&str, &str, &str)| {
        Resource::new(*uri, *name)
            .with_description("For the test suite")
            .with_mime_type(*kind)
    };
    ALL.iter().map(show).collect()
}

/// The one template.
pub(super) fn templates() -> Vec<ResourceTemplate> {
    let template = ResourceTemplate::new("test://template/{id}/data", "template");
    vec![
        template
            .with_description("For the test suite")
            .with_mime_type("application/json"),
    ]
}

/// Reads a resource.
pub(super) fn read(uri: &str) -> Result<ReadResourceResult, ErrorData> {
    let contents = match uri {
        "test://static-text" => {
            ResourceContents::text("This is the content of the static text resource.", uri)
        }
        "test://static-binary" => ResourceContents::blob(PIXEL, uri).with_mime_type("image/png"),
        "test://watched-resource" | "test://example-resource" => {
            ResourceContents::text("Content that is watched.", uri)
        }
        _ => {
            let id = uri
                .strip_prefix("test://template/")
                .and_then(|rest| rest.strip_suffix("/data"));
            let id = id.ok_or_else(|| {
                ErrorData::resource_not_found("Resource not found", Some(json!({ "uri": uri })))
            })?;
            let data = json!({ "id": id, "templateTest": true, "data": format!("Data for ID: {id}") });
            ResourceContents::text(data.to_string(), uri).with_mime_type("application/json")
        }
    };
    Ok(ReadResourceResult::new(vec![contents]))
}
