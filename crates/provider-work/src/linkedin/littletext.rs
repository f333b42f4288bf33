//! "Little text", the form of commentaries: plain text with escapes, hashtags and mentions.
//!
//! Source: LinkedIn's documentation of `little` text, checked 2026-08. An unescaped reserved character cuts the text
//! off without a word.

/// Characters that must be escaped.
const RESERVED: &str = "|{}@[]()<>#\\*_~";

/// A piece of text.
enum Piece<'a> {
    Plain(&'a str),
    /// A mention: the shown name and the URN.
    Mention(&'a str, &'a str),
    /// A tag without `#`.
    Tag(&'a str),
}

/// The text as LinkedIn wants it.
pub(super) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    for piece in pieces(text) {
        match piece {
            Piece::Plain(text) => escape_into(&mut out, text),
            Piece::Mention(name, urn) => {
                out.push_str("@[");
                escape_into(&mut out, name);
                out.push_str("](");
                out.push_str(urn);
                out.push(')');
            }
            Piece::Tag(tag) => {
                out.push_str("{hashtag|\\#|");
                escape_into(&mut out, tag);
                out.push('}');
            }
        }
    }
    out
}

/// The length of what readers see, in characters.
pub(super) fn length(text: &str) -> u32 {
    let count: usize = pieces(text)
        .map(|piece| match piece {
            Piece::Plain(text) => text.chars().count(),
            Piece::Mention(name, _) => name.chars().count(),
            Piece::Tag(tag) => tag.chars().count() + 1,
        })
        .sum();
    u32::try_from(count).unwrap_or(u32::MAX)
}

fn escape_into(out: &mut String, text: &str) {
    for c in text.chars() {
        if RESERVED.contains(c) {
            out.push('\\');
        }
        out.push(c);
    }
}

fn pieces(text: &str) -> impl Iterator<Item = Piece<'_>> {
    let mut rest = text;
    let mut before = None;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        if let Some((piece, length)) = mention(rest).or_else(|| tag(rest, before)) {
            before = rest[..length].chars().next_back();
            rest = &rest[length..];
            return Some(piece);
        }
        // What begins no element is plain; look for the next sign that might.
        let first = rest.chars().next().map_or(0, char::len_utf8);
        let end = rest[first..].find(['@', '#']).map_or(rest.len(), |at| first + at);
        let (plain, after) = rest.split_at(end);
        before = plain.chars().next_back();
        rest = after;
        Some(Piece::Plain(plain))
    })
}

/// `@[Name](urn:li:organization:1)` at the start of the text, with its length.
fn mention(text: &str) -> Option<(Piece<'_>, usize)> {
    let (name, after) = text.strip_prefix("@[")?.split_once("](")?;
    let (urn, _) = after.split_once(')')?;
    let id = urn
        .strip_prefix("urn:li:organization:")
        .or_else(|| urn.strip_prefix("urn:li:person:"))?;
    let is_id = !id.is_empty()
        && id
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_');
    let is_name = !name.is_empty() && !name.contains(['\n', '[']);
    (is_id && is_name).then(|| {
        (
            Piece::Mention(name, urn),
            name.len() + urn.len() + "@[](".len() + 1,
        )
    })
}

/// A hashtag at the start of the text, with its length; it begins no word's middle and is not only digits.
fn tag(text: &str, before: Option<char>) -> Option<(Piece<'_>, usize)> {
    if before.is_some_and(|c| c.is_alphanumeric() || matches!(c, '_' | '/' | '&')) {
        return None;
    }
    let rest = text.strip_prefix('#')?;
    let end = rest
        .find(|c: char| !(c.is_alphanumeric() || c == '_'))
        .unwrap_or(rest.len());
    let tag = &rest[..end];
    tag.chars()
        .any(char::is_alphabetic)
        .then(|| (Piece::Tag(tag), 1 + tag.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reserved_characters_are_escaped() {
        for (text, want) in [
            ("plain, text!", "plain, text!"),
            ("a (b) [c] {d} <e> | f", "a \\(b\\) \\[c\\] \\{d\\} \\<e\\> \\| f"),
            ("*x* _y_ ~z~ \\", "\\*x\\* \\_y\\_ \\~z\\~ \\\\"),
            ("me@example.org", "me\\@example.org"),
            ("#1 c# a#b &#39;", "\\#1 c\\# a\\#b &\\#39;"),
            ("https://example.org/a_b#part", "https://example.org/a\\_b\\#part"),
        ] {
            assert_eq!(escape(text), want, "{text}");
        }
    }

    #[test]
    fn tags_and_mentions_stay_alive() {
        assert_eq!(
            escape("#rust and #zw\u{f6}lf_1, (#x)"),
            "{hashtag|\\#|rust} and {hashtag|\\#|zw\u{f6}lf\\_1}, \\({hashtag|\\#|x}\\)"
        );
        assert_eq!(
            escape("hi @[Paper (Boat)](urn:li:organization:12)!"),
            "hi @[Paper \\(Boat\\)](urn:li:organization:12)!"
        );
        assert_eq!(escape("@[x](javascript:1)"), "\\@\\[x\\]\\(javascript:1\\)");
    }

    #[test]
    fn length_is_that_of_what_readers_see() {
        for (text, want) in [
            ("", 0),
            ("a*b", 3),
            ("#rust", 5),
            ("hi @[Paper Boat](urn:li:organization:12)!", 14),
            ("\u{1f600}e\u{301}", 3),
        ] {
            assert_eq!(length(text), want, "{text}");
        }
    }
}
