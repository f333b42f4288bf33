//! `docs/configuration.md`.

use std::fmt::Write;

use crate::layers::{PLATFORMS, UNUSED};
use crate::schema::Field;
use crate::settings::Settings;

const HEAD: &str = "\
# Configuration

Postern needs no configuration to run as one process.
This page is produced from `crates/config`; `cargo xtask codegen` writes it anew.

Settings come from four layers, each stronger than the one before:

1. the defaults below;
2. the file `postern.toml` in the working directory, or the one that `--config` names;
3. variables of the environment, `POSTERN__SECTION__FIELD`;
4. variables with `_FILE` at the end of the name, whose value is the path of a file that holds the value.

Options of the command line are stronger than all of them.
A variable that is set to nothing counts as not set.
In the file, a section is a table: `[server]`, `[media.s3]`, `[providers.mastodon]`.
Lists are arrays in the file; in variables their items are separated by commas or blanks.
A setting that nobody knows stops the start, and so does a value that is not allowed; the error names the variable.
";

/// The text of `docs/configuration.md`.
pub fn render_docs() -> String {
    let mut page = HEAD.to_owned();
    let fields = Settings::describe();
    for (section, about) in Settings::sections() {
        line(&mut page, &format!("\n## `{section}`\n"));
        line(&mut page, &about);
        for field in fields.iter().filter(|field| field.section == section) {
            render_field(&mut page, field);
        }
    }
    render_platforms(&mut page);
    render_unused(&mut page);
    page
}

fn render_field(page: &mut String, field: &Field) {
    line(page, &format!("\n### `{}.{}`\n", field.section, field.name));
    line(page, &field.doc);
    line(page, &format!("\n- Variable: `{}`", field.env));
    if !field.aliases.is_empty() {
        line(page, &format!("- Also: {}", code_list(&field.aliases)));
    }
    if field.default.is_empty() {
        line(page, "- Default: none");
    } else {
        line(page, &format!("- Default: `{}`", field.default));
    }
    line(page, &format!("- Allowed: {}", field.allowed));
    for (title, text) in [("Unit", field.unit), ("Example", field.example)] {
        if !text.is_empty() {
            let text = if title == "Example" {
                format!("`{text}`")
            } else {
                text.to_owned()
            };
            line(page, &format!("- {title}: {text}"));
        }
    }
    if field.secret {
        line(page, "- Secret: never printed; best given by file");
    }
}

fn render_platforms(page: &mut String) {
    line(page, "\n## Names of Postiz for the apps of platforms\n");
    line(
        page,
        "These variables mean the settings beside them; the settings are stronger.\n",
    );
    line(page, "| Variable | Setting |\n| --- | --- |");
    for platform in PLATFORMS {
        let settings: Vec<_> = platform
            .providers
            .iter()
            .map(|id| format!("`providers.{id}.{}`", platform.field))
            .collect();
        line(
            page,
            &format!("| `{}` | {} |", platform.name, settings.join(", ")),
        );
    }
}

fn render_unused(page: &mut String) {
    line(page, "\n## Names of Postiz without effect\n");
    line(
        page,
        "Postern knows these variables and does nothing with them; the start names those that are set.\n",
    );
    for name in UNUSED {
        line(page, &format!("- `{name}`"));
    }
}

fn code_list(names: &[&str]) -> String {
    names
        .iter()
        .map(|name| format!("`{name}`"))
        .collect::<Vec<_>>()
        .join(", ")
}

fn line(page: &mut String, text: &str) {
    // Writing to a string cannot fail.
    let _ = writeln!(page, "{text}");
}
