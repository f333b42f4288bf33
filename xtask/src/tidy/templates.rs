//! Templates keep to the content security policy: no inline script, no inline style, nothing htmx would evaluate.

use super::{Findings, Repository};
use crate::repo::TextFile;

/// Text that a strict policy refuses to run, with what to do instead.
const FORBIDDEN: &[(&str, &str)] = &[
    ("hx-on", "handle the event in a module below static/"),
    ("js:", "give plain values, or set them in a module below static/"),
    ("javascript:", "use a button and a module below static/"),
    ("<style", "move the rules to a style sheet below static/"),
    (" style=", "use a class"),
];

pub(super) fn check(repository: &Repository, findings: &mut Findings) {
    let is_template = |file: &&TextFile| file.path.contains("/templates/") && file.has_extension("html");
    for file in repository
        .files
        .iter()
        .filter(is_template)
        .filter(|file| !file.path.starts_with("xtask/"))
    {
        for (number, line) in file.text.lines().enumerate() {
            for (what, fix) in problems_of(line) {
                findings.fail(&file.path, number + 1, &what, fix);
            }
        }
    }
}

fn problems_of(line: &str) -> Vec<(String, &'static str)> {
    let low = line.to_lowercase();
    let mut found: Vec<(String, &'static str)> = FORBIDDEN
        .iter()
        .filter(|(text, _)| low.contains(text))
        .map(|(text, fix)| (format!("`{}` in a template", text.trim()), *fix))
        .collect();
    let has_inline_script = low.match_indices("<script").any(|(at, _)| {
        let tag = low[at..].split('>').next().unwrap_or_default();
        !tag.contains(" src=") && !tag.contains("application/json")
    });
    if has_inline_script {
        found.push((
            "a script without `src`".to_owned(),
            "move it to a module below static/",
        ));
    }
    if attributes(&low)
        .any(|(name, _)| name.len() > 3 && name.starts_with("on") && name.chars().all(char::is_alphabetic))
    {
        found.push((
            "an event attribute".to_owned(),
            "listen in a module below static/",
        ));
    }
    if attributes(&low).any(|(name, value)| name == "hx-trigger" && value.contains('[')) {
        found.push((
            "a trigger filter".to_owned(),
            "filters are evaluated; decide in a module below static/",
        ));
    }
    found
}

/// Attributes written as `name="value"`.
fn attributes(line: &str) -> impl Iterator<Item = (&str, &str)> {
    line.match_indices("=\"").map(|(at, mark)| {
        let name = line[..at]
            .rsplit([' ', '\t', '<', '"'])
            .next()
            .unwrap_or_default();
        let rest = &line[at + mark.len()..];
        (name, rest.split('"').next().unwrap_or(rest))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(line: &str, want: usize) {
        assert_eq!(problems_of(line).len(), want, "{line}");
    }

    #[test]
    fn what_the_policy_refuses_is_found() {
        check(r#"<button hx-post="/a" hx-trigger="click">"#, 0);
        check(
            r#"<script type="module" src="{{ asset("app.js") }}"></script>"#,
            0,
        );
        check(r#"<div data-options="one[two]" hx-swap="outerMorph">"#, 0);
        check(r#"<div hx-on:click="a()">"#, 1);
        check("<div hx-vals='js:{a: 1}'>", 1);
        check("<script>alert(1)</script>", 1);
        check(r#"<p style="color: red">"#, 1);
        check(r#"<body onload="a()">"#, 1);
        check(r#"<input hx-trigger="keyup[key=='a']">"#, 1);
    }
}
