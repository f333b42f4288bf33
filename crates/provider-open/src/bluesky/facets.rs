//! What in a text is active: links, mentions, tags. Ranges are in UTF-8 bytes, the end exclusive.
//!
//! Source: detection rules of the reference SDK (`@atproto/api`, `rich-text`), checked 2026-08.

use std::collections::BTreeMap;
use std::ops::Range;

use postern_provider_kit::{graphemes, links};
use serde_json::{Value, json};

/// Longest tag in graphemes and bytes (`app.bsky.richtext.facet#tag`).
const MAX_TAG: (u32, usize) = (64, 640);

/// Something active in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Active {
    pub(super) range: Range<usize>,
    pub(super) what: What,
}

/// What it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum What {
    /// A link to this address.
    Link(String),
    /// A mention of this handle.
    Mention(String),
    /// A tag, without `#`.
    Tag(String),
}

/// Everything active in a text, in order, nothing overlapping.
pub(super) fn find(text: &str) -> Vec<Active> {
    let mut found: Vec<Active> = links::find(text)
        .into_iter()
        .map(|link| {
            let shown = &text[link.range.clone()];
            let uri = if link.has_scheme {
                shown.to_owned()
            } else {
                format!("https://{shown}")
            };
            Active {
                range: link.range,
                what: What::Link(uri),
            }
        })
        .collect();
    let words: Vec<Active> = words(text)
        .filter_map(|word| {
            mention(text, &word)
                .or_else(|| tag(text, &word))
                .or_else(|| cashtag(text, &word))
        })
        .collect();
    for word in words {
        if !found
            .iter()
            .any(|other| other.range.start < word.range.end && word.range.start < other.range.end)
        {
            found.push(word);
        }
    }
    found.sort_by_key(|active| active.range.start);
    found
}

/// The handles that must be looked up before facets can be written.
pub(super) fn handles(text: &str) -> Vec<String> {
    let mut handles: Vec<String> = find(text)
        .into_iter()
        .filter_map(|active| match active.what {
            What::Mention(handle) => Some(handle),
            What::Link(_) | What::Tag(_) => None,
        })
        .collect();
    handles.sort();
    handles.dedup();
    handles
}

/// The facets of a text; mentions whose handle is not in `known` stay plain text.
pub(super) fn facets(text: &str, known: &BTreeMap<String, String>) -> Vec<Value> {
    find(text)
        .into_iter()
        .filter_map(|active| {
            let feature = match active.what {
                What::Link(uri) => json!({ "$type": "app.bsky.richtext.facet#link", "uri": uri }),
                What::Tag(tag) => json!({ "$type": "app.bsky.richtext.facet#tag", "tag": tag }),
                What::Mention(handle) => {
                    json!({ "$type": "app.bsky.richtext.facet#mention", "did": known.get(&handle)? })
                }
            };
            Some(json!({
                "index": { "byteStart": active.range.start, "byteEnd": active.range.end },
                "features": [feature],
            }))
        })
        .collect()
}

/// Runs of text between white space; an opening bracket at the start is left out.
fn words(text: &str) -> impl Iterator<Item = Range<usize>> {
    text.split(|c: char| c.is_whitespace() || is_invisible(c))
        .map(move |word| {
            let start = word.as_ptr() as usize - text.as_ptr() as usize;
            let bracket = usize::from(word.starts_with('('));
            start + bracket..start + word.len()
        })
}

/// Characters that end a tag although they are no white space.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{2060}' | '\u{200a}'..='\u{200d}' | '\u{20e2}')
}

fn mention(text: &str, word: &Range<usize>) -> Option<Active> {
    let handle = text[word.clone()].strip_prefix('@')?;
    let end = handle
        .find(|c: char| !(c.is_ascii_alphanumeric() || c == '.' || c == '-'))
        .unwrap_or(handle.len());
    let handle = handle[..end].trim_end_matches(['.', '-']);
    let has_domain = handle.split('.').count() > 1
        && handle
            .split('.')
            .all(|label| !label.is_empty() && !label.starts_with('-') && !label.ends_with('-'))
        && handle
            .rsplit('.')
            .next()
            .is_some_and(|top| top.starts_with(|c: char| c.is_ascii_alphabetic()));
    has_domain.then(|| Active {
        range: word.start..word.start + 1 + handle.len(),
        what: What::Mention(handle.to_ascii_lowercase()),
    })
}

fn tag(text: &str, word: &Range<usize>) -> Option<Active> {
    let hash = text[word.clone()]
        .chars()
        .next()
        .filter(|c| matches!(c, '#' | '\u{ff03}'))?;
    let tag = text[word.start + hash.len_utf8()..word.end].trim_end_matches(is_punctuation);
    let is_tag = !tag.starts_with('\u{fe0f}')
        && tag.chars().any(|c| !c.is_numeric() && !is_punctuation(c))
        && graphemes(tag) <= MAX_TAG.0
        && tag.len() <= MAX_TAG.1;
    is_tag.then(|| Active {
        range: word.start..word.start + hash.len_utf8() + tag.len(),
        what: What::Tag(tag.to_owned()),
    })
}

/// `$ABC` with one to five letters or digits.
fn cashtag(text: &str, word: &Range<usize>) -> Option<Active> {
    let symbol = text[word.clone()]
        .strip_prefix('$')?
        .trim_end_matches(is_punctuation);
    let is_symbol = (1..=5).contains(&symbol.len())
        && symbol.starts_with(|c: char| c.is_ascii_alphabetic())
        && symbol.chars().all(|c| c.is_ascii_alphanumeric());
    is_symbol.then(|| Active {
        range: word.start..word.start + 1 + symbol.len(),
        what: What::Tag(format!("${}", symbol.to_ascii_uppercase())),
    })
}

/// Punctuation that no tag ends with; signs of other scripts are taken as punctuation where Unicode says so.
fn is_punctuation(c: char) -> bool {
    c.is_ascii_punctuation()
        || matches!(c, '\u{2010}'..='\u{2027}' | '\u{2030}'..='\u{205e}' | '\u{3001}'..='\u{3003}' | '\u{3008}'..='\u{3011}' | '\u{ff01}'..='\u{ff0f}' | '\u{ff1a}'..='\u{ff20}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[track_caller]
    fn check(text: &str, want: &[(&str, What)]) {
        let found: Vec<(&str, What)> = find(text)
            .into_iter()
            .map(|active| (&text[active.range], active.what))
            .collect();
        assert_eq!(found, want, "{text}");
    }

    fn link(uri: &str) -> What {
        What::Link(uri.to_owned())
    }

    fn tagged(tag: &str) -> What {
        What::Tag(tag.to_owned())
    }

    fn mentioned(handle: &str) -> What {
        What::Mention(handle.to_owned())
    }

    #[test]
    fn links_mentions_and_tags_are_found_where_they_stand() {
        check(
            "\u{1f469}\u{200d}\u{1f467} see https://example.org/a_(b), or example.com.",
            &[
                ("https://example.org/a_(b)", link("https://example.org/a_(b)")),
                ("example.com", link("https://example.com")),
            ],
        );
        check(
            "hi @Ada.bsky.social! (@bob.test) a@b.test @nobody",
            &[
                ("@Ada.bsky.social", mentioned("ada.bsky.social")),
                ("@bob.test", mentioned("bob.test")),
            ],
        );
        check(
            "#one #zw\u{f6}lf, #3 #a1. # #\u{fe0f}x x#no #end!",
            &[
                ("#one", tagged("one")),
                ("#zw\u{f6}lf", tagged("zw\u{f6}lf")),
                ("#a1", tagged("a1")),
                ("#end", tagged("end")),
            ],
        );
        check(
            "$AAPL and ($tsla), not $5 or US$1",
            &[("$AAPL", tagged("$AAPL")), ("$tsla", tagged("$TSLA"))],
        );
        check(
            "https://example.org/#part",
            &[("https://example.org/#part", link("https://example.org/#part"))],
        );
    }

    #[test]
    fn unknown_handles_stay_plain_text() {
        let known = BTreeMap::from([("ada.test".to_owned(), "did:plc:ada".to_owned())]);
        let facets = facets("\u{e9} @ada.test @bob.test", &known);
        assert_eq!(
            facets,
            [json!({
                "index": { "byteStart": 3, "byteEnd": 12 },
                "features": [{ "$type": "app.bsky.richtext.facet#mention", "did": "did:plc:ada" }],
            })]
        );
    }

    proptest! {
        #[test]
        fn ranges_fall_on_characters_and_never_overlap(text in "([a-z.@#$( \u{e9}\u{1f600}]|https://a\\.org/ ?|@a\\.test){0,30}") {
            let mut last = 0;
            for active in find(&text) {
                prop_assert!(active.range.start >= last);
                prop_assert!(text.get(active.range.clone()).is_some_and(|piece| !piece.is_empty()));
                last = active.range.end;
            }
        }
    }
}
