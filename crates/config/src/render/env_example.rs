//! `.env.example`.

use std::fmt::Write;

use crate::layers::PLATFORMS;
use crate::schema::Field;
use crate::settings::Settings;

const HEAD: &str = "\
# Settings for compose and for every service. Copy to .env and change what you need.
# All of it is optional for one process. docs/configuration.md says more about each.
# Produced from crates/config; `cargo xtask codegen` writes it anew.

# Lets compose commands work from the root of the repository.
COMPOSE_FILE=compose/compose.yaml
";

/// The text of `.env.example`: every setting with its default, commented out.
pub fn render_env_example() -> String {
    let mut page = HEAD.to_owned();
    let fields = Settings::describe();
    for (section, about) in Settings::sections() {
        comment(&mut page, &format!("\n# {section}: "), &about);
        for field in fields.iter().filter(|field| field.section == section) {
            comment(&mut page, "\n# ", &field.doc);
            line(&mut page, &format!("#{}", assignment(field)));
        }
    }
    comment(
        &mut page,
        "\n# ",
        "Apps that are registered at platforms, by the names that Postiz uses.",
    );
    for platform in PLATFORMS {
        line(&mut page, &format!("#{}=", platform.name));
    }
    page
}

/// The variable with its default or else its example, and telling names where the operator chooses them.
fn assignment(field: &Field) -> String {
    let value = if field.default.is_empty() {
        field.example
    } else {
        field.default
    };
    let id = if field.section.starts_with("oidc") {
        "COMPANY"
    } else {
        "MASTODON"
    };
    let variable = field.env.replace("<ID>", id);
    match value.split_once(" = ") {
        Some((name, value)) => format!("{}={value}", variable.replace("<NAME>", &name.to_uppercase())),
        None => format!("{variable}={value}"),
    }
}

/// The lines of `text` as comments, the first after `start`.
fn comment(page: &mut String, start: &str, text: &str) {
    for (index, text) in text.lines().enumerate() {
        let start = if index == 0 { start } else { "# " };
        line(page, &format!("{start}{}", text.trim()));
    }
}

fn line(page: &mut String, text: &str) {
    // Writing to a string cannot fail.
    let _ = writeln!(page, "{text}");
}
