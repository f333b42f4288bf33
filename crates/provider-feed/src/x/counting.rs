//! The length of a post as X counts it.
//!
//! Source: twitter-text, configuration 3, checked 2026-08.

use postern_provider_kit::links;
use unicode_normalization::UnicodeNormalization;
use unicode_segmentation::UnicodeSegmentation;

/// What a link weighs, however long it is.
const LINK: u32 = 23;

/// The weighted length: 1 or 2 for a code point, 2 for an emoji however it is put together, 23 for a link.
pub(super) fn weight(text: &str) -> u32 {
    let text: String = text.nfc().collect();
    let mut total = 0;
    let mut position = 0;
    for link in links::find(&text) {
        total += of_plain(&text[position..link.range.start]) + LINK;
        position = link.range.end;
    }
    total + of_plain(&text[position..])
}

fn of_plain(text: &str) -> u32 {
    text.graphemes(true)
        .map(|cluster| {
            if is_emoji(cluster) {
                2
            } else {
                cluster.chars().map(of_char).sum()
            }
        })
        .sum()
}

/// Latin, Greek, Cyrillic, Hebrew, Arabic, Indic scripts and common punctuation weigh one, everything else two.
fn of_char(c: char) -> u32 {
    match u32::from(c) {
        0..=0x10ff | 0x2000..=0x200d | 0x2010..=0x201f | 0x2032..=0x2037 => 1,
        _ => 2,
    }
}

/// Whether several code points make one emoji. A single one weighs two by itself.
fn is_emoji(cluster: &str) -> bool {
    let mut chars = cluster.chars();
    let Some(base) = chars.next() else {
        return false;
    };
    let is_sequence = chars.clone().any(is_emoji_part);
    let is_keycap = (base.is_ascii_digit() || matches!(base, '#' | '*')) && cluster.ends_with('\u{20e3}');
    is_keycap || (is_sequence && !base.is_alphanumeric() && !base.is_whitespace() && !base.is_ascii())
}

/// What joins, colours or dresses an emoji.
fn is_emoji_part(c: char) -> bool {
    matches!(
        c,
        '\u{200d}' | '\u{fe0f}' | '\u{20e3}' | '\u{1f3fb}'..='\u{1f3ff}' | '\u{1f1e6}'..='\u{1f1ff}' | '\u{e0020}'..='\u{e007f}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, want: u32) {
        assert_eq!(weight(text), want, "{text}");
    }

    #[test]
    fn links_weigh_23() {
        check("", 0);
        check("This is a test.", 15);
        check("http://test.com", 23);
        check("https://test.com/a/long/path?with=query#and-more", 23);
        check("test.com", 23);
        check("Test https://test.com test https://test.com test.com test", 86);
        check("(see https://example.org/a_(b))", 5 + 23 + 1);
        check("ada@example.org", 15);
    }

    #[test]
    fn scripts_weigh_one_or_two() {
        check("\u{c800}\u{cc00}\u{cbff}\u{cfff}", 8);
        check("\u{306e}".repeat(140).as_str(), 280);
        check("e\u{301}\u{e9}", 2);
        check("\u{418}\u{3a9}\u{5d0}\u{627}\u{915}", 5);
        check("\u{10000}\u{10ffff}", 4);
        check(
            "\u{201c}quotes\u{201d} \u{2013} dash\u{2026}",
            8 + 1 + 1 + 1 + 4 + 2,
        );
    }

    #[test]
    fn emoji_weigh_two_however_they_are_made() {
        check("H\u{1f431}\u{263a}", 5);
        check("\u{1f469}\u{200d}\u{1f469}\u{200d}\u{1f467}\u{200d}\u{1f466}", 2);
        check("\u{1f44d}\u{1f3fd}", 2);
        check("\u{1f1e9}\u{1f1ea}", 2);
        check("1\u{fe0f}\u{20e3}", 2);
        check("\u{2764}\u{fe0f}", 2);
        check("\u{a9}\u{fe0f}", 2);
        check("\u{a9}", 1);
    }
}
