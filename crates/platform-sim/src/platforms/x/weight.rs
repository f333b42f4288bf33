//! Weighted length of a post, and the links in it, by the rules of twitter-text with configuration 3.

use std::ops::Range;

use unicode_normalization::UnicodeNormalization;
use unicode_segmentation::UnicodeSegmentation;

/// What a link weighs, however long it is.
const LINK: usize = 23;

/// The weight of a text: 1 or 2 per code point, 2 per emoji sequence, 23 per link.
pub(super) fn of(text: &str) -> usize {
    let text: String = text.nfc().collect();
    let mut weight = 0;
    let mut position = 0;
    for range in links(&text) {
        weight += plain(&text[position..range.start]) + LINK;
        position = range.end;
    }
    weight + plain(&text[position..])
}

fn plain(text: &str) -> usize {
    text.graphemes(true)
        .map(|cluster| {
            if is_emoji(cluster) {
                2
            } else {
                cluster.chars().map(of_code_point).sum()
            }
        })
        .sum()
}

fn of_code_point(letter: char) -> usize {
    match u32::from(letter) {
        0..=0x10FF | 0x2000..=0x200D | 0x2010..=0x201F | 0x2032..=0x2037 => 1,
        _ => 2,
    }
}

fn is_emoji(cluster: &str) -> bool {
    let mut letters = cluster.chars();
    let first = letters.next().map_or(0, u32::from);
    if matches!(first, 0x23 | 0x2A | 0x30..=0x39) {
        return cluster.ends_with('\u{20E3}');
    }
    let base = matches!(first,
        0x1F004..=0x1FAFF | 0x203C | 0x2049 | 0x2139 | 0x2194..=0x2199 | 0x21A9 | 0x21AA | 0x231A..=0x23FF | 0x24C2 | 0x25AA..=0x25FE
        | 0x2600..=0x27BF | 0x2934 | 0x2935 | 0x2B05..=0x2B55 | 0x3030 | 0x303D | 0x3297 | 0x3299);
    base && letters.next() != Some('\u{FE0E}')
}

/// Byte ranges of links, with a scheme or as bare domains under a public top-level domain.
pub(super) fn links(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(letter) = text[at..].chars().next() {
        let before = text[..at].chars().next_back();
        let found_here = if starts_after(before) {
            with_scheme(text, at)
                .map(|range| vec![range])
                .or_else(|| bare(text, at, before))
        } else {
            None
        };
        match found_here {
            Some(ranges) => {
                at = ranges.last().map_or(at + letter.len_utf8(), |range| range.end);
                found.extend(ranges);
            }
            None => at += letter.len_utf8(),
        }
    }
    found
}

/// A link does not begin inside of a word, a mention, a hashtag or a cashtag.
fn starts_after(before: Option<char>) -> bool {
    before.is_none_or(|letter| {
        !letter.is_ascii_alphanumeric()
            && !matches!(
                letter,
                '@' | '＠' | '$' | '#' | '＃' | '\u{FFFE}' | '\u{FEFF}' | '\u{FFFF}'
            )
    })
}

fn with_scheme(text: &str, at: usize) -> Option<Range<usize>> {
    let rest = &text[at..];
    let scheme = ["https://", "http://"].into_iter().find(|scheme| {
        rest.get(..scheme.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(scheme))
    })?;
    let start = at + scheme.len();
    let run = domain_run(&text[start..]);
    let length = valid_domain(run, true)?;
    let mut end = tail(text, start + length);
    if text[start..start + length].eq_ignore_ascii_case("t.co") {
        let slug = text[start + length..].strip_prefix('/').map_or(0, |rest| {
            rest.find(|letter: char| !letter.is_ascii_alphanumeric())
                .unwrap_or(rest.len())
        });
        end = start + length + if slug > 0 { slug + 1 } else { 0 };
    }
    Some(at..end)
}

/// Domains without a scheme: of a longer run only its ASCII parts count, and only the last may have a path.
fn bare(text: &str, at: usize, before: Option<char>) -> Option<Vec<Range<usize>>> {
    if before.is_some_and(|letter| matches!(letter, '-' | '_' | '.' | '/') || is_domain_letter(letter)) {
        return None;
    }
    let run = domain_run(&text[at..]);
    let mut ranges = Vec::new();
    let mut offset = 0;
    while offset < run.len() {
        let Some(skip) = run[offset..].find(|letter: char| letter.is_ascii_alphanumeric()) else {
            break;
        };
        offset += skip;
        let part = &run[offset..];
        let length = part
            .find(|letter: char| !is_ascii_domain(letter))
            .unwrap_or(part.len());
        let glued = run[..offset].ends_with(['-', '_', '.']);
        if let Some(length) = valid_domain(&run[offset..], false).filter(|found| *found <= length && !glued) {
            ranges.push(at + offset..at + offset + length);
        }
        offset += length.max(1);
        while !run.is_char_boundary(offset.min(run.len())) {
            offset += 1;
        }
    }
    let last = ranges.last_mut()?;
    last.end = tail(text, last.end);
    Some(ranges)
}

fn domain_run(text: &str) -> &str {
    let length = text
        .find(|letter: char| !(is_domain_letter(letter) || matches!(letter, '-' | '_' | '.')))
        .unwrap_or(text.len());
    &text[..length]
}

/// Anything that is neither ASCII punctuation nor space; what may stand in a public domain is decided later.
fn is_domain_letter(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || !(letter.is_ascii() || letter.is_whitespace() || letter.is_control())
}

fn is_ascii_domain(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || matches!(letter, '-' | '.')
}

/// Length of the longest domain that the run begins with; its last label is a known top-level domain.
fn valid_domain(run: &str, unicode: bool) -> Option<usize> {
    let labels: Vec<&str> = run.split('.').collect();
    (2..=labels.len()).rev().find_map(|count| {
        let (top, names) = labels[..count].split_last()?;
        let (name, subdomains) = names.split_last()?;
        let top_length = top_level(top, unicode)?;
        let fits = is_label(name, false) && subdomains.iter().all(|label| is_label(label, true));
        fits.then(|| names.iter().map(|label| label.len() + 1).sum::<usize>() + top_length)
    })
}

fn is_label(label: &str, underscores: bool) -> bool {
    let edge = |letter: Option<char>| letter.is_some_and(is_domain_letter);
    edge(label.chars().next()) && edge(label.chars().next_back()) && (underscores || !label.contains('_'))
}

/// Length of the top-level domain at the start of a label; what follows it must not be of its kind.
fn top_level(label: &str, unicode: bool) -> Option<usize> {
    if unicode && !label.is_ascii() && is_public(label) {
        return Some(label.len());
    }
    let length = label
        .find(|letter: char| !letter.is_ascii_alphanumeric())
        .unwrap_or(label.len());
    if label
        .get(..4)
        .is_some_and(|start| start.eq_ignore_ascii_case("xn--"))
    {
        return is_public(label).then_some(label.len());
    }
    let ends_well = !label[length..].starts_with('-');
    (length > 0 && ends_well && is_public(&label[..length])).then_some(length)
}

fn is_public(label: &str) -> bool {
    let label = label.to_lowercase();
    psl::suffix(label.as_bytes())
        .is_some_and(|suffix| suffix.is_known() && suffix.as_bytes() == label.as_bytes())
}

/// End of port, path and query behind a domain; the domain's own end where an address would go on wrongly.
fn tail(text: &str, domain_end: usize) -> usize {
    let mut end = domain_end;
    let rest = &text[end..];
    if let Some(port) = rest.strip_prefix(':') {
        let digits = port
            .find(|letter: char| !letter.is_ascii_digit())
            .unwrap_or(port.len());
        if digits > 0 {
            end += 1 + digits;
        }
    }
    if text[end..].starts_with('/') {
        end += path(&text[end..]);
    }
    if text[end..].starts_with('?') {
        end += query(&text[end..]);
    }
    end
}

fn path(text: &str) -> usize {
    let mut end = 1;
    let mut at = 1;
    while let Some(letter) = text[at..].chars().next() {
        if letter == '(' {
            let Some(length) = balanced(&text[at..]) else {
                break;
            };
            at += length;
            end = at;
        } else if is_path_letter(letter) || matches!(letter, '+' | '-' | '=' | '_' | '#' | '/') {
            at += letter.len_utf8();
            end = at;
        } else if matches!(
            letter,
            '!' | '*'
                | '\''
                | ';'
                | ':'
                | ','
                | '.'
                | '$'
                | '%'
                | '['
                | ']'
                | '\u{2013}'
                | '~'
                | '@'
                | '|'
                | '&'
        ) {
            at += letter.len_utf8();
        } else {
            break;
        }
    }
    end
}

/// Length of a pair of parentheses with path letters, and at most one pair more, between them.
fn balanced(text: &str) -> Option<usize> {
    let mut depth = 0_u32;
    for (at, letter) in text.char_indices() {
        match letter {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ if is_path_letter(letter) || "!*';:=+,.$/%#[]-_~@|&\u{2013}".contains(letter) => {}
            _ => return None,
        }
        if depth == 0 {
            return (at > 1).then_some(at + 1);
        }
        if depth > 2 {
            return None;
        }
    }
    None
}

/// Latin with its accents, Cyrillic, and digits.
fn is_path_letter(letter: char) -> bool {
    letter.is_ascii_alphanumeric()
        || (letter.is_alphanumeric()
            && matches!(u32::from(letter), 0xC0..=0x24F | 0x253..=0x272 | 0x300..=0x36F | 0x400..=0x52F | 0x1E00..=0x1EFF))
}

fn query(text: &str) -> usize {
    let mut end = 0;
    for (at, letter) in text.char_indices().skip(1) {
        if letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_' | '&' | '=' | '#' | '/') {
            end = at + 1;
        } else if !"!?*'@();:+$%[],.~|".contains(letter) {
            break;
        }
    }
    end
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_weigh_what_the_published_rules_say() {
        for (text, want) in [
            ("", 0),
            ("This is a test.", 15),
            ("http://test.com", 23),
            ("https://test.com/a/b?c=d#e", 23),
            ("test.com", 23),
            ("t.co and it.so", 23 + 5 + 23),
            ("Test https://test.com test https://test.com test.com test", 86),
            ("の", 2),
            ("저찀쯿쿿", 8),
            ("e\u{301}", 1),
            ("\u{10000}\u{10FFFF}", 4),
            ("H\u{1F431}☺", 5),
            ("👩‍👩‍👧‍👦", 2),
            ("👍🏽🇩🇪1️⃣❤️", 8),
            ("☺\u{FE0E}", 4),
            ("“quotes” – dash…", 8 + 1 + 1 + 1 + 4 + 2),
        ] {
            assert_eq!(of(text), want, "{text}");
        }
    }

    #[track_caller]
    fn check(text: &str, want: &[&str]) {
        let got: Vec<&str> = links(text).into_iter().map(|range| &text[range]).collect();
        assert_eq!(got, want, "{text}");
    }

    #[test]
    fn links_are_found_with_and_without_scheme() {
        check(
            "see example.com/path?x=1, or foo.co.jp.",
            &["example.com/path?x=1", "foo.co.jp"],
        );
        check("mail me@example.com or first.last@mail.example.com", &[]);
        check("file.unknowntld and 3.14 and a.b", &[]);
        check(
            "(http://en.wikipedia.org/wiki/Rust_(language))",
            &["http://en.wikipedia.org/wiki/Rust_(language)"],
        );
        check("日本example.comです", &["example.com"]);
        check("http://localhost:3000/x and http://a.invalid/b.com", &[]);
        check("#example.com $example.com @example.com", &[]);
        check("https://t.co/abc123.png", &["https://t.co/abc123"]);
        check(
            "http://☃.net/ HTTPS://www.ExaMPLE.COM/index.html",
            &["http://☃.net/", "HTTPS://www.ExaMPLE.COM/index.html"],
        );
        check(
            "http://example.com:8080/login?a=b.",
            &["http://example.com:8080/login?a=b"],
        );
    }
}
