//! Markdown: one sentence per line, so that a changed sentence is a changed line.

use std::path::Path;

use anyhow::Result;

use super::{Findings, Repository};
use crate::repo;

/// Words whose full stop ends no sentence.
const ABBREVIATIONS: &[&str] = &[
    "e.g.", "i.e.", "etc.", "vs.", "cf.", "approx.", "no.", "incl.", "resp.", "St.", "Dr.",
];

pub(super) fn check(repository: &Repository, findings: &mut Findings) {
    for page in repository.pages() {
        let mut before: Option<(usize, &str)> = None;
        for (number, line) in prose(&page.text) {
            if boundary(line).is_some() {
                let fix = "begin it on a line of its own (`cargo xtask tidy --update` does)";
                findings.fail(&page.path, number, "a second sentence on the line", fix);
            }
            if before.is_some_and(|(above, before)| above + 1 == number && continues(before, line)) {
                findings.fail(
                    &page.path,
                    number,
                    "a sentence goes on from the line before",
                    "join the lines",
                );
            }
            before = Some((number, line)).filter(|(_, line)| !line.trim().is_empty());
        }
    }
}

/// Gives every sentence of every page a line of its own.
pub(super) fn split_sentences(root: &Path) -> Result<()> {
    for page in repo::text_files(root)?
        .iter()
        .filter(|file| file.has_extension("md"))
    {
        let mut lines: Vec<String> = page.text.lines().map(str::to_owned).collect();
        for (number, line) in prose(&page.text) {
            lines[number - 1] = split(line);
        }
        let text = lines.join("\n") + "\n";
        if text != page.text {
            std::fs::write(root.join(&page.path), text)?;
            println!("tidy: {} mended", page.path);
        }
    }
    Ok(())
}

/// One sentence per line; further lines of a list item are indented like its text.
fn split(line: &str) -> String {
    let indent = " ".repeat(line.len() - text_of(line).len());
    let mut rest = line;
    let mut parts = Vec::new();
    while let Some(at) = boundary(rest) {
        parts.push(rest[..at].trim_end());
        rest = rest[at..].trim_start();
    }
    parts.push(rest);
    parts.join(&format!("\n{indent}"))
}

/// The lines that hold prose, with their numbers. Fences, tables, headings and comments are left out.
fn prose(text: &str) -> Vec<(usize, &str)> {
    let mut is_fenced = false;
    let mut found = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let bare = line.trim_start();
        let is_mark = bare.starts_with("```") || bare.starts_with("~~~");
        if is_mark {
            is_fenced = !is_fenced;
        }
        if !is_mark && !is_fenced && !bare.starts_with(['|', '#', '<']) && !line.starts_with("    ") {
            found.push((index + 1, line));
        }
    }
    found
}

/// Where the second sentence of a line begins.
fn boundary(line: &str) -> Option<usize> {
    let text = text_of(line);
    let skipped = line.len() - text.len();
    let masked = mask(text);
    let bytes = masked.as_bytes();
    for (at, _) in masked.match_indices(['.', '!', '?']) {
        let closing = masked[at + 1..].len() - masked[at + 1..].trim_start_matches([')', '"', '\'']).len();
        let space = at + 1 + closing;
        if bytes.get(space) != Some(&b' ') {
            continue;
        }
        let next = masked[space..].trim_start();
        let begins = next.starts_with(|c: char| c.is_uppercase() || c == '`' || c == '[');
        if begins && !is_abbreviation(&masked[..=at]) {
            return Some(skipped + masked.len() - next.len());
        }
    }
    None
}

fn is_abbreviation(before: &str) -> bool {
    let word = before.rsplit([' ', '(']).next().unwrap_or(before);
    let stem = word.trim_end_matches('.');
    ABBREVIATIONS.contains(&word)
        || stem.is_empty()
        || stem.chars().all(|c| c.is_ascii_digit())
        || stem.chars().count() == 1
}

/// The line without indentation, quote and list marks.
fn text_of(line: &str) -> &str {
    let mut text = line.trim_start();
    while let Some(rest) = text.strip_prefix("> ") {
        text = rest.trim_start();
    }
    if let Some(rest) = text.strip_prefix("- ").or_else(|| text.strip_prefix("* ")) {
        text = rest;
    }
    let digits = text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    if digits > 0 {
        text = text[digits..].strip_prefix(". ").unwrap_or(text);
    }
    text.strip_prefix("[ ] ")
        .or_else(|| text.strip_prefix("[x] "))
        .unwrap_or(text)
}

/// Blanks the inside of code spans and the addresses of links; the length stays.
fn mask(text: &str) -> String {
    let mut masked = String::with_capacity(text.len());
    let mut is_code = false;
    let mut is_address = false;
    for c in text.chars() {
        match c {
            '`' => is_code = !is_code,
            '(' if masked.ends_with(']') => is_address = true,
            ')' => is_address = false,
            _ => {}
        }
        if (is_code || is_address) && c != '`' && c != '(' {
            masked.extend(std::iter::repeat_n('x', c.len_utf8()));
        } else {
            masked.push(c);
        }
    }
    masked
}

/// Whether `line` goes on with the sentence of `before`.
fn continues(before: &str, line: &str) -> bool {
    let is_item = text_of(line).len() != line.trim_start().len();
    let ends = before.trim_end().ends_with([
        '.', ':', ';', '!', '?', '*', '_', '|', '\\', ')', '>', '`', '"', ',',
    ]);
    let is_comma = before.trim_end().ends_with(',');
    let goes_on = line.trim_start().starts_with(char::is_lowercase);
    !is_item && goes_on && (!ends || is_comma)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(line: &str, want: &str) {
        assert_eq!(split(line), want);
    }

    #[test]
    fn sentences_are_split_where_they_end() {
        check("One. Two.", "One.\nTwo.");
        check("- One (a bee.) Two! Three", "- One (a bee.)\n  Two!\n  Three");
        check("1. One. Two.", "1. One.\n   Two.");
        check(
            "See e.g. Mastodon or `a. B` or [x. y](z. Q).",
            "See e.g. Mastodon or `a. B` or [x. y](z. Q).",
        );
        check(
            "Version 3. 5 is out, see section 3. Next",
            "Version 3. 5 is out, see section 3. Next",
        );
        check("**Shape.** A value.", "**Shape.** A value.");
        check("Use it. `cargo` does.", "Use it.\n`cargo` does.");
    }

    #[test]
    fn a_wrapped_sentence_is_found() {
        assert!(continues("One sentence that", "goes on"));
        assert!(continues("One sentence,", "goes on"));
        assert!(!continues("One sentence.", "next one"));
        assert!(!continues("One thing", "- another"));
    }

    #[test]
    fn tables_and_code_are_no_prose() {
        let lines = prose("One.\n\n| A. B | C. D |\n```\nA. B\n```\n# A. B\nTwo.");
        let kept: Vec<&str> = lines.into_iter().map(|(_, line)| line).collect();
        assert_eq!(kept, ["One.", "", "Two."]);
    }
}
