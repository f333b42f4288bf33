//! Finds web links with a scheme, hashtags and mentions in plain text.

use std::ops::Range;

/// Byte ranges of `http://` and `https://` links, without what only ends a sentence.
pub(crate) fn links(text: &str) -> Vec<Range<usize>> {
    let lower = text.to_ascii_lowercase();
    let mut found: Vec<Range<usize>> = Vec::new();
    let mut from = 0;
    while let Some(step) = lower[from..].find("http") {
        let start = from + step;
        from = start + 4;
        let Some(scheme) = ["https://", "http://"]
            .iter()
            .find(|scheme| lower[start..].starts_with(**scheme))
        else {
            continue;
        };
        let glued = text[..start]
            .chars()
            .next_back()
            .is_some_and(char::is_alphanumeric);
        let end = start + run(&text[start..]);
        if !glued && end > start + scheme.len() {
            found.push(start..end);
            from = end;
        }
    }
    found
}

/// Length of the link that begins here, in bytes.
fn run(text: &str) -> usize {
    let whole = text
        .find(|letter: char| letter.is_whitespace() || matches!(letter, '<' | '>' | '"' | '`'))
        .unwrap_or(text.len());
    let mut end = whole;
    while let Some(last) = text[..end].chars().next_back() {
        let piece = &text[..end];
        let unmatched = last == ')' && piece.matches('(').count() < piece.matches(')').count();
        if !(matches!(last, '.' | ',' | ';' | ':' | '!' | '?' | '\'') || unmatched) {
            break;
        }
        end -= last.len_utf8();
    }
    end
}

/// A marked word such as `#tag` or `@user@host`: its range with the mark, and the word without it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Marked {
    pub range: Range<usize>,
    pub word: String,
}

/// Words behind `mark` that stand free of letters before them and outside of links.
pub(crate) fn marked(text: &str, mark: char, allowed: fn(char) -> bool) -> Vec<Marked> {
    let taken = links(text);
    let mut found = Vec::new();
    for (start, _) in text.match_indices(mark) {
        let before = text[..start].chars().next_back();
        if before
            .is_some_and(|letter| letter.is_alphanumeric() || matches!(letter, '/' | '_' | '@' | '#' | '&'))
        {
            continue;
        }
        if taken.iter().any(|link| link.contains(&start)) {
            continue;
        }
        let rest = &text[start + mark.len_utf8()..];
        let length = rest.find(|letter| !allowed(letter)).unwrap_or(rest.len());
        let word = rest[..length].trim_end_matches(['.', '-', '@']);
        if !word.is_empty() {
            found.push(Marked {
                range: start..start + mark.len_utf8() + word.len(),
                word: word.to_owned(),
            });
        }
    }
    found
}

/// Hashtags: letters, digits and underscores, not digits alone.
pub(crate) fn hashtags(text: &str) -> Vec<Marked> {
    let mut tags = marked(text, '#', |letter| letter.is_alphanumeric() || letter == '_');
    tags.retain(|tag| !tag.word.chars().all(|letter| letter.is_ascii_digit()));
    tags
}

/// Mentions with an optional host behind a second `@`.
pub(crate) fn mentions(text: &str) -> Vec<Marked> {
    marked(text, '@', |letter| {
        letter.is_ascii_alphanumeric() || matches!(letter, '_' | '.' | '-' | '@')
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, want: &[&str]) {
        let got: Vec<&str> = links(text).into_iter().map(|range| &text[range]).collect();
        assert_eq!(got, want, "{text}");
    }

    #[test]
    fn links_end_where_the_sentence_goes_on() {
        check("see https://example.com/a.", &["https://example.com/a"]);
        check("(http://example.com/a_(b))", &["http://example.com/a_(b)"]);
        check(
            "HTTPS://EXAMPLE.COM, then http://b.c/d?e=f#g!",
            &["HTTPS://EXAMPLE.COM", "http://b.c/d?e=f#g"],
        );
        check("xhttp://a.b and https:// alone", &[]);
    }

    #[test]
    fn marks_need_room_before_them() {
        let words = |marks: Vec<Marked>| marks.into_iter().map(|mark| mark.word).collect::<Vec<_>>();
        assert_eq!(
            words(hashtags("#one a#two #3 #four-five https://a.b/#six")),
            ["one", "four"]
        );
        assert_eq!(
            words(mentions("@ada a@b.c @ben@example.com. (@cleo)")),
            ["ada", "ben@example.com", "cleo"]
        );
    }
}
