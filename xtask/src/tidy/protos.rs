//! Protobuf: every field, method and message says what it is.

use super::{Findings, Repository};

pub(super) fn check(repository: &Repository, findings: &mut Findings) {
    for file in repository.files.iter().filter(|file| file.has_extension("proto")) {
        for line in silent_lines(&file.text) {
            findings.fail(
                &file.path,
                line,
                "a declaration without a comment",
                "say above it what it is, with unit and shape",
            );
        }
    }
}

/// Lines that declare a field, method, message or service without a comment above or behind.
fn silent_lines(text: &str) -> Vec<usize> {
    let mut found = Vec::new();
    let mut is_commented = false;
    let mut in_enum = false;
    for (index, line) in text.lines().enumerate() {
        let line = line.trim();
        if line.starts_with("//") {
            is_commented = true;
            continue;
        }
        in_enum = (in_enum || line.starts_with("enum ")) && !(in_enum && line.starts_with('}'));
        if is_declaration(line) && !in_enum && !is_commented && !line.contains("//") {
            found.push(index + 1);
        }
        // A comment speaks for the declaration right below it, also when that takes several lines.
        is_commented = false;
    }
    found
}

fn is_declaration(line: &str) -> bool {
    let is_option = ["option ", "syntax ", "package ", "import ", "reserved ", "}"]
        .iter()
        .any(|word| line.starts_with(word));
    let is_field = line.ends_with(';') && line.contains(" = ");
    let is_block = ["message ", "service ", "rpc "]
        .iter()
        .any(|word| line.starts_with(word));
    !is_option && (is_field || is_block)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_methods_and_messages_need_a_comment() {
        let text = "syntax = \"proto3\";\n// A post.\nmessage Post {\n  // Its id.\n  string id = 1;\n  string text = 2;\n  \
                    string zone = 3; // IANA name.\n}\nenum State {\n  STATE_UNSPECIFIED = 0;\n}\n\nmessage Other {\n}\n";
        assert_eq!(silent_lines(text), [6, 13]);
    }
}
