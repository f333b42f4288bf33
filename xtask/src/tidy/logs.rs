//! The form of log lines: a constant fragment in lower case, values as fields.

use std::ops::Range;

use super::{Findings, Repository, RustFile};
use crate::rust_text::RustText;

const MACROS: &[&str] = &["trace", "debug", "info", "warn", "error"];

/// Lines whose form is promised to people and scripts.
const PROMISED: &[&str] = &["Server running on ", "Sandbox running on "];

pub(super) fn check(repository: &Repository, findings: &mut Findings) {
    for file in repository.rust.iter().filter(|file| file.folder != "xtask") {
        for name in MACROS {
            for at in file.text.words(name) {
                if let Some(inside) = arguments(&file.text, at + name.len()) {
                    check_line(file, inside, findings);
                }
            }
        }
    }
}

/// The inside of the brackets of a macro call whose name ends at `at`.
fn arguments(text: &RustText, at: usize) -> Option<Range<usize>> {
    let open = at + text.code[at..].strip_prefix("!(").map(|_| 1)?;
    Some(open + 1..text.closing(open)?)
}

fn check_line(file: &RustFile, inside: Range<usize>, findings: &mut Findings) {
    let text = &file.text;
    let all = split(text, inside);
    let Some(index) = all.iter().position(|range| is_message(&text.code[range.clone()])) else {
        return;
    };
    let message = text.written(all[index].clone()).trim().trim_matches('"');
    if PROMISED.iter().any(|promised| message.starts_with(promised)) {
        return;
    }
    let line = text.line(all[index].start);
    let mut fail = |what: &str, fix: &str| findings.fail(&file.path, line, what, fix);
    if message.contains('{') || all.len() > index + 1 {
        fail(
            "a log message with a value in it",
            "give the value as a field, so that equal events have equal lines",
        );
    }
    if message.ends_with('.') {
        fail(
            "a log message with a full stop",
            "take it away, messages are fragments",
        );
    }
    if !begins_low(message) {
        fail("a log message with a capital", "begin in lower case");
    }
}

/// Whether an argument is the message and not a field.
fn is_message(code: &str) -> bool {
    let code = code.trim();
    code.starts_with('"') && code.ends_with('"')
}

/// Names such as `OTLP` keep their capitals.
fn begins_low(message: &str) -> bool {
    let word = message.split_whitespace().next().unwrap_or_default();
    let mut letters = word.chars();
    let first_is_capital = letters.next().is_some_and(char::is_uppercase);
    !first_is_capital || letters.any(|c| c.is_uppercase() || c.is_ascii_digit())
}

/// Splits at the commas of the outermost level.
fn split(text: &RustText, inside: Range<usize>) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut depth = 0_usize;
    let mut start = inside.start;
    for (offset, byte) in text.code[inside.clone()].bytes().enumerate() {
        let at = inside.start + offset;
        match byte {
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' => depth = depth.saturating_sub(1),
            b',' if depth == 0 => {
                found.push(start..at);
                start = at + 1;
            }
            _ => {}
        }
    }
    found.push(start..inside.end);
    found.retain(|range| !text.code[range.clone()].trim().is_empty());
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(source: &str, failures: usize) {
        let file = RustFile {
            path: "a.rs".to_owned(),
            folder: "crates/a".to_owned(),
            is_test: false,
            text: RustText::new(source),
        };
        let mut findings = Findings::default();
        for name in MACROS {
            for at in file.text.words(name) {
                if let Some(inside) = arguments(&file.text, at + name.len()) {
                    check_line(&file, inside, &mut findings);
                }
            }
        }
        assert_eq!(
            findings.failures.len(),
            failures,
            "{source}: {:?}",
            findings.failures
        );
    }

    #[test]
    fn messages_are_constant_fragments_in_lower_case() {
        check(r#"tracing::info!(post.id = %id, "post stored");"#, 0);
        check(r#"info!(target: "a", { f = "B." }, "post stored");"#, 0);
        check(r#"warn!(error = "Text.", "OTLP export failed")"#, 0);
        check(r#"info!("Server running on {url}");"#, 0);
        check(r#"info!("post {id} stored");"#, 1);
        check(r#"info!("post stored", id);"#, 1);
        check(r#"info!("Post stored.");"#, 2);
        check("error!(%error);", 0);
        check(r#"info("Post stored.");"#, 0);
    }
}
