//! Rust source seen as text: where the code is, where the comments are, which lines are tests.
//!
//! A checker of rules needs no syntax tree: with comments and the insides of literals blanked out, plain searching and
//! counting of brackets finds items and their ends.

use std::ops::Range;

/// A source file taken apart. `code` has the same length and lines as the source.
pub(crate) struct RustText {
    source: String,
    /// The source with comments and the insides of string and character literals replaced by spaces.
    pub(crate) code: String,
    /// Line comments and block comments with their line numbers, without their marks for line comments.
    pub(crate) comments: Vec<(usize, String)>,
    line_starts: Vec<usize>,
    test_ranges: Vec<Range<usize>>,
}

/// A function with its place.
pub(crate) struct Function {
    pub(crate) name: String,
    /// Line of `fn`.
    pub(crate) line: usize,
    /// Lines from `fn` to the closing bracket.
    pub(crate) length: usize,
}

impl RustText {
    /// Takes a source apart.
    pub(crate) fn new(source: &str) -> Self {
        let mut code = source.as_bytes().to_vec();
        let line_starts: Vec<usize> = std::iter::once(0)
            .chain(source.match_indices('\n').map(|(at, _)| at + 1))
            .collect();
        let mut comments = Vec::new();
        for part in parts(source) {
            if part.is_comment {
                comments.push((
                    line_of(&line_starts, part.range.start),
                    source[part.range.clone()].to_owned(),
                ));
            }
            for byte in &mut code[part.range] {
                if *byte != b'\n' {
                    *byte = b' ';
                }
            }
        }
        let code = String::from_utf8(code).unwrap_or_default();
        let mut text = Self {
            source: source.to_owned(),
            code,
            comments,
            line_starts,
            test_ranges: Vec::new(),
        };
        text.test_ranges = text.find_test_ranges();
        text
    }

    /// The line (from 1) of a byte position.
    pub(crate) fn line(&self, at: usize) -> usize {
        line_of(&self.line_starts, at)
    }

    /// The source as written, literals included.
    pub(crate) fn written(&self, range: Range<usize>) -> &str {
        &self.source[range]
    }

    /// Whether a byte position lies in an item that only tests compile.
    pub(crate) fn is_test(&self, at: usize) -> bool {
        self.test_ranges.iter().any(|range| range.contains(&at))
    }

    /// All lines outside items that only tests compile.
    pub(crate) fn production_lines(&self) -> usize {
        self.source.lines().count() - self.test_lines()
    }

    /// Lines that hold something, outside items that only tests compile.
    pub(crate) fn filled_production_lines(&self) -> usize {
        let starts = self.line_starts.iter().zip(self.source.lines());
        starts
            .filter(|(start, line)| !line.trim().is_empty() && !self.is_test(**start))
            .count()
    }

    fn test_lines(&self) -> usize {
        self.test_ranges
            .iter()
            .map(|range| self.line(range.end.saturating_sub(1)) - self.line(range.start) + 1)
            .sum()
    }

    /// Functions outside items that only tests compile.
    pub(crate) fn functions(&self) -> Vec<Function> {
        let found = self.words("fn").filter(|at| !self.is_test(*at)).filter_map(|at| {
            let name: String = self.code[at + 2..]
                .trim_start()
                .chars()
                .take_while(|c| is_word(*c))
                .collect();
            let open = self.body_start(at)?;
            let end = self.closing(open)?;
            let line = self.line(at);
            (!name.is_empty()).then(|| Function {
                name,
                line,
                length: self.line(end) - line + 1,
            })
        });
        found.collect()
    }

    /// Byte positions at which `word` stands as a word of its own.
    pub(crate) fn words<'a>(&'a self, word: &'a str) -> impl Iterator<Item = usize> + 'a {
        self.code.match_indices(word).map(|(at, _)| at).filter(move |at| {
            let before = self.code[..*at].chars().next_back();
            let after = self.code[at + word.len()..].chars().next();
            !before.is_some_and(is_word) && !after.is_some_and(is_word)
        })
    }

    /// The position of the bracket that closes the one at `open`.
    pub(crate) fn closing(&self, open: usize) -> Option<usize> {
        let mut depth = 0_usize;
        for (offset, byte) in self.code[open..].bytes().enumerate() {
            match byte {
                b'(' | b'[' | b'{' => depth += 1,
                b')' | b']' | b'}' => {
                    depth = depth.checked_sub(1)?;
                    if depth == 0 {
                        return Some(open + offset);
                    }
                }
                _ => {}
            }
        }
        None
    }

    /// The opening bracket of the body of the item at `at`; `None` when the item ends in a semicolon.
    fn body_start(&self, at: usize) -> Option<usize> {
        let mut depth = 0_usize;
        for (offset, byte) in self.code[at..].bytes().enumerate() {
            match byte {
                b'(' | b'[' => depth += 1,
                b')' | b']' => depth = depth.saturating_sub(1),
                b'{' if depth == 0 => return Some(at + offset),
                b';' if depth == 0 => return None,
                _ => {}
            }
        }
        None
    }

    fn find_test_ranges(&self) -> Vec<Range<usize>> {
        let mut ranges: Vec<Range<usize>> = Vec::new();
        for (at, _) in self.code.match_indices("#[cfg(") {
            let Some(end) = self.closing(at + 1) else { continue };
            let condition = self.written(at..end);
            let is_test = condition.contains("test") && !condition.contains("not(");
            if !is_test || ranges.last().is_some_and(|last| last.contains(&at)) {
                continue;
            }
            let item = self.after_attributes(end + 1);
            let last = match self.body_start(item) {
                Some(open) => self.closing(open).unwrap_or(self.code.len() - 1),
                None => self.code[item..]
                    .find(';')
                    .map_or(self.code.len() - 1, |offset| item + offset),
            };
            ranges.push(at..last + 1);
        }
        ranges
    }

    /// Skips white space and further attributes.
    fn after_attributes(&self, mut at: usize) -> usize {
        loop {
            at += self.code[at..].len() - self.code[at..].trim_start().len();
            if !self.code[at..].starts_with("#[") {
                return at;
            }
            let Some(end) = self.closing(at + 1) else {
                return at;
            };
            at = end + 1;
        }
    }
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

fn line_of(line_starts: &[usize], at: usize) -> usize {
    line_starts.partition_point(|start| *start <= at)
}

/// A stretch of source that is not code: a whole comment, or the inside of a literal.
struct Part {
    range: Range<usize>,
    is_comment: bool,
}

/// Finds all comments and literals.
fn parts(source: &str) -> Vec<Part> {
    let bytes = source.as_bytes();
    let mut found = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let rest = &source[at..];
        let (range, is_comment, next) = if rest.starts_with("//") {
            let end = rest.find('\n').map_or(source.len(), |offset| at + offset);
            (at..end, true, end)
        } else if rest.starts_with("/*") {
            let end = block_comment_end(source, at);
            (at..end, true, end)
        } else if let Some(hashes) = raw_string(source, at) {
            let open = at + rest.find('"').unwrap_or(0) + 1;
            let close = format!("\"{}", "#".repeat(hashes));
            let end = source[open..]
                .find(&close)
                .map_or(source.len(), |offset| open + offset);
            (open..end, false, (end + close.len()).min(source.len()))
        } else if bytes[at] == b'"' {
            let end = string_end(bytes, at + 1);
            (at + 1..end, false, (end + 1).min(source.len()))
        } else if let Some(end) = character_end(source, at) {
            (at + 1..end, false, end + 1)
        } else {
            at += rest.chars().next().map_or(1, char::len_utf8);
            continue;
        };
        found.push(Part { range, is_comment });
        at = next;
    }
    found
}

fn block_comment_end(source: &str, start: usize) -> usize {
    let mut depth = 0_usize;
    let mut at = start;
    while at < source.len() {
        let rest = &source.as_bytes()[at..];
        if rest.starts_with(b"/*") {
            depth += 1;
            at += 2;
        } else if rest.starts_with(b"*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                return at;
            }
        } else {
            at += 1;
        }
    }
    source.len()
}

/// The number of `#` of a raw string that begins here.
fn raw_string(source: &str, at: usize) -> Option<usize> {
    if source[..at].chars().next_back().is_some_and(is_word) {
        return None;
    }
    let rest = &source[at..];
    let rest = rest
        .strip_prefix("br")
        .or_else(|| rest.strip_prefix("cr"))
        .or_else(|| rest.strip_prefix('r'))?;
    let hashes = rest.len() - rest.trim_start_matches('#').len();
    rest[hashes..].starts_with('"').then_some(hashes)
}

fn string_end(bytes: &[u8], mut at: usize) -> usize {
    while at < bytes.len() && bytes[at] != b'"' {
        at += if bytes[at] == b'\\' { 2 } else { 1 };
    }
    at.min(bytes.len())
}

/// The closing quote of a character literal that begins here; `None` for a lifetime.
fn character_end(source: &str, at: usize) -> Option<usize> {
    let inside = source[at..].strip_prefix('\'')?;
    if let Some(escaped) = inside.strip_prefix('\\') {
        let skipped = escaped.chars().next().map_or(0, char::len_utf8);
        return escaped[skipped..]
            .find('\'')
            .map(|offset| at + 2 + skipped + offset);
    }
    let length = inside.chars().next().map_or(0, char::len_utf8);
    inside[length..].starts_with('\'').then_some(at + 1 + length)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(source: &str, code: &str) {
        let text = RustText::new(source);
        assert_eq!(text.code, code);
        assert_eq!(text.code.len(), source.len());
    }

    #[test]
    fn comments_and_literals_are_blank() {
        check("a // b {", "a       ");
        check("a /* b /* c */ d */ e", "a                   e");
        check(r#"f("a \" {", 1)"#, r#"f("      ", 1)"#);
        check(r##"f(r#"a " {"#)"##, r##"f(r#"     "#)"##);
        check("f('{', '\\'', '\\n')", "f(' ', '  ', '  ')");
        check("fn f<'a>(b: &'a str) {}", "fn f<'a>(b: &'a str) {}");
    }

    #[test]
    fn functions_are_measured_without_tests() {
        let text = RustText::new(
            "fn a(b: [u8; 2]) {\n    b;\n}\ntrait T { fn c(); }\n#[cfg(test)]\nmod tests {\n    fn d() {\n    }\n}\n",
        );
        let found: Vec<(String, usize, usize)> = text
            .functions()
            .into_iter()
            .map(|f| (f.name, f.line, f.length))
            .collect();
        assert_eq!(found, [("a".to_owned(), 1, 3)]);
        assert_eq!(text.production_lines(), 4);
    }

    #[test]
    fn code_behind_a_test_feature_is_test_code() {
        let text = RustText::new(
            "a();\n#[cfg(feature = \"testsuite\")]\npub mod testsuite;\n#[cfg(not(test))]\nb();\n",
        );
        assert_eq!(text.production_lines(), 3);
    }
}
