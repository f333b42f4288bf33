//! The description as a page: every route and every shape, without a script.

use std::fmt::Write;

use html_escape::encode_safe;
use serde_json::Value as Json;

/// Renders a document.
pub(super) fn render(document: &Json) -> String {
    let mut page = String::new();
    let title = text(&document["info"]["title"]);
    let version = text(&document["info"]["version"]);
    let _ = write!(
        page,
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><title>{title}</title>\
         <link rel=\"stylesheet\" href=\"/api/docs/style.css\"></head><body><main><h1>{title} \
         <span class=\"soft\">{version}</span></h1><p>{}</p><p>For programs: \
         <a href=\"/api/openapi.json\">openapi.json</a>. Routes lie below <code>/public/v1</code> and \
         <code>/api/public/v1</code>. <a href=\"#shapes\">Shapes</a> stand at the end.</p>",
        text(&document["info"]["description"]),
    );
    for tag in list(&document["tags"]) {
        let name = text(&tag["name"]);
        let _ = write!(
            page,
            "<section><h2 id=\"{name}\">{name}</h2><p class=\"soft\">{}</p>",
            text(&tag["description"])
        );
        for (path, verb, operation) in operations(document) {
            if operation["tags"][0] == tag["name"] {
                show_operation(&mut page, path, verb, operation);
            }
        }
        page.push_str("</section>");
    }
    page.push_str("<section><h2 id=\"shapes\">Shapes</h2>");
    for (name, schema) in members(&document["components"]["schemas"]) {
        show_shape(&mut page, name, schema);
    }
    page.push_str("</section></main></body></html>");
    page
}

fn operations(document: &Json) -> impl Iterator<Item = (&str, &str, &Json)> {
    members(&document["paths"])
        .flat_map(|(path, item)| members(item).map(move |(verb, operation)| (path, verb, operation)))
}

fn show_operation(page: &mut String, path: &str, verb: &str, operation: &Json) {
    let _ = write!(
        page,
        "<details id=\"{}\"><summary><span class=\"verb {verb}\">{}</span><code>{}</code>\
         <span class=\"soft\">{}</span></summary><div class=\"body\"><p>Scopes: {}. Least role: {}.</p>",
        text(&operation["operationId"]),
        verb.to_ascii_uppercase(),
        encode_safe(path),
        text(&operation["summary"]),
        scopes(operation),
        text(&operation["x-least-role"]),
    );
    let parameters = list(&operation["parameters"]);
    if !parameters.is_empty() {
        page.push_str(
            "<div class=\"wide\"><table><tr><th>Parameter</th><th>In</th><th>Form</th><th>About</th></tr>",
        );
        for parameter in parameters {
            let _ = write!(
                page,
                "<tr><td><code>{}</code>{}</td><td>{}</td><td>{}</td><td>{}</td></tr>",
                text(&parameter["name"]),
                needed(parameter["required"] == true),
                text(&parameter["in"]),
                form(&parameter["schema"]),
                text(&parameter["description"]),
            );
        }
        page.push_str("</table></div>");
    }
    for (kind, content) in members(&operation["requestBody"]["content"]) {
        let _ = write!(
            page,
            "<p>Body, <code>{}</code>: {}</p>",
            encode_safe(kind),
            form(&content["schema"])
        );
    }
    for (status, response) in members(&operation["responses"]) {
        let content = members(&response["content"]).map(|(_, content)| form(&content["schema"]));
        let shape = match response["$ref"].as_str().and_then(|it| it.rsplit('/').next()) {
            Some("Problem") => link("Document"),
            Some(name) => link(name),
            None => content.collect(),
        };
        let shape = if shape.is_empty() {
            "nothing".to_owned()
        } else {
            shape
        };
        let _ = write!(
            page,
            "<p>Answer, <code>{}</code>: {shape}</p>",
            encode_safe(status)
        );
    }
    page.push_str("</div></details>");
}

fn show_shape(page: &mut String, name: &str, schema: &Json) {
    let name = encode_safe(name);
    let _ = write!(
        page,
        "<details id=\"shape-{name}\"><summary><code>{name}</code><span class=\"soft\">{}</span></summary>\
         <div class=\"body\">",
        text(&schema["description"]),
    );
    let needed_ones = list(&schema["required"]);
    let mut rows = members(&schema["properties"]).peekable();
    if rows.peek().is_some() {
        page.push_str("<div class=\"wide\"><table><tr><th>Member</th><th>Form</th><th>About</th></tr>");
        for (member, own) in rows {
            let is_needed = needed_ones.iter().any(|it| it.as_str() == Some(member));
            let _ = write!(
                page,
                "<tr><td><code>{}</code>{}</td><td>{}</td><td>{}</td></tr>",
                encode_safe(member),
                needed(is_needed),
                form(own),
                text(&own["description"]),
            );
        }
        page.push_str("</table></div>");
    } else {
        let _ = write!(page, "<p>{}</p>", form(schema));
    }
    page.push_str("</div></details>");
}

/// A schema in a few words, with links to the shapes it names.
fn form(schema: &Json) -> String {
    if let Some(name) = schema["$ref"].as_str().and_then(|it| it.rsplit('/').next()) {
        return link(name);
    }
    let choices = ["anyOf", "oneOf"].into_iter().flat_map(|key| list(&schema[key]));
    let choices: Vec<String> = choices.map(form).collect();
    if !choices.is_empty() {
        return choices.join(" or ");
    }
    if let Some(words) = schema["enum"].as_array() {
        return quoted(words.iter());
    }
    if schema.get("const").is_some() {
        return quoted(std::iter::once(&schema["const"]));
    }
    match &schema["type"] {
        Json::String(kind) if kind == "array" => format!("list of {}", form(&schema["items"])),
        Json::String(kind) => encode_safe(kind).into_owned(),
        Json::Array(kinds) => kinds.iter().map(text).collect::<Vec<_>>().join(" or "),
        _ => "anything".to_owned(),
    }
}

fn quoted<'a>(words: impl Iterator<Item = &'a Json>) -> String {
    let words: Vec<String> = words.map(|word| format!("<code>{}</code>", text(word))).collect();
    words.join(", ")
}

fn scopes(operation: &Json) -> String {
    match list(&operation["x-scopes"]) {
        [] => "any key".to_owned(),
        scopes => quoted(scopes.iter()),
    }
}

fn link(name: &str) -> String {
    let name = encode_safe(name);
    format!("<a href=\"#shape-{name}\">{name}</a>")
}

const fn needed(is_needed: bool) -> &'static str {
    if is_needed {
        " <span class=\"soft\">needed</span>"
    } else {
        ""
    }
}

/// A text of the document, safe between tags and in quotes.
fn text(json: &Json) -> String {
    let text = match json {
        Json::String(text) => text.clone(),
        Json::Null => String::new(),
        other => other.to_string(),
    };
    encode_safe(&text).into_owned()
}

fn list(json: &Json) -> &[Json] {
    json.as_array().map(Vec::as_slice).unwrap_or_default()
}

fn members(json: &Json) -> impl Iterator<Item = (&str, &Json)> {
    let members = json.as_object().into_iter().flatten();
    members.map(|(name, value)| (name.as_str(), value))
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn every_link_leads_to_a_shape_and_nothing_is_a_script() {
        let page = render(&postern_wire::openapi::document("0"));
        let ids: HashSet<&str> = page
            .split("id=\"")
            .skip(1)
            .filter_map(|it| it.split('"').next())
            .collect();
        for target in page
            .split("href=\"#")
            .skip(1)
            .filter_map(|it| it.split('"').next())
        {
            assert!(ids.contains(target), "{target}");
        }
        for route in postern_wire::openapi::all() {
            assert!(ids.contains(route.operation), "{}", route.operation);
        }
        assert!(!page.contains("<script") && !page.contains("style=\"") && !page.contains("https://"));
    }
}
